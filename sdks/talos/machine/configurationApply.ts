import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { hasPulumiType, registration, type ResourceShape } from "../utilities";

const shape: ResourceShape = {
    inputs: [
        "applyMode",
        "clientConfiguration",
        "clientConfigurationWo",
        "configPatches",
        "endpoint",
        "machineConfigurationInput",
        "machineConfigurationInputWo",
        "node",
        "onDestroy",
        "timeouts",
    ],
    required: ["node"],
    outputs: ["machineConfiguration", "machineConfigurationHash", "resolvedApplyMode"],
    secretInputs: [
        "clientConfigurationWo",
        "machineConfigurationInput",
        "machineConfigurationInputWo",
    ],
    secretOutputs: [
        "clientConfigurationWo",
        "machineConfiguration",
        "machineConfigurationInput",
        "machineConfigurationInputWo",
    ],
};

/** The machine configuration apply resource allows to apply machine configuration to a node */
export class ConfigurationApply extends pulumi.CustomResource {
    /** @internal */
    public static readonly __pulumiType = "talos:machine/configurationApply:ConfigurationApply";

    /** The state of an existing ConfigurationApply with the given name and provider id. */
    public static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: ConfigurationApplyState,
        opts?: pulumi.CustomResourceOptions,
    ): ConfigurationApply {
        return new ConfigurationApply(name, state as ConfigurationApplyArgs, { ...opts, id });
    }

    /** Whether the value is a ConfigurationApply, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is ConfigurationApply {
        return hasPulumiType(value, ConfigurationApply.__pulumiType);
    }

    /**
     * The mode of the apply operation. Use 'staged_if_needing_reboot' for automatic reboot
     * prevention: performs a dry-run and uses 'staged' mode if reboot is needed, 'auto' otherwise
     */
    declare public readonly applyMode: pulumi.Output<string>;
    /** The client configuration data */
    declare public readonly clientConfiguration: pulumi.Output<
        outputs.machine.ClientConfiguration | undefined
    >;
    declare public readonly clientConfigurationWo: pulumi.Output<
        outputs.machine.ConfigurationApplyClientConfigurationWo | undefined
    >;
    /** The list of config patches to apply */
    declare public readonly configPatches: pulumi.Output<string[] | undefined>;
    /** The endpoint of the machine to bootstrap */
    declare public readonly endpoint: pulumi.Output<string>;
    /** The generated machine configuration after applying patches */
    declare public readonly machineConfiguration: pulumi.Output<string>;
    declare public readonly machineConfigurationHash: pulumi.Output<string>;
    /** The machine configuration to apply */
    declare public readonly machineConfigurationInput: pulumi.Output<string | undefined>;
    declare public readonly machineConfigurationInputWo: pulumi.Output<string | undefined>;
    /** The name of the node to bootstrap */
    declare public readonly node: pulumi.Output<string>;
    /**
     * Actions to be taken on destroy, if *reset* is not set this is a no-op.
     *
     * > Note: Any changes to *on_destroy* block has to be applied first by running *terraform
     * apply* first,
     * then a subsequent *terraform destroy* for the changes to take effect due to limitations in
     * Terraform provider framework.
     */
    declare public readonly onDestroy: pulumi.Output<
        outputs.machine.ConfigurationApplyOnDestroy | undefined
    >;
    declare public readonly resolvedApplyMode: pulumi.Output<string>;
    declare public readonly timeouts: pulumi.Output<outputs.machine.Timeout | undefined>;

    constructor(name: string, args: ConfigurationApplyArgs, opts?: pulumi.CustomResourceOptions) {
        super(ConfigurationApply.__pulumiType, name, ...registration(shape, args, opts));
    }
}

/** Properties used to look up a ConfigurationApply. */
export interface ConfigurationApplyState {
    /**
     * The mode of the apply operation. Use 'staged_if_needing_reboot' for automatic reboot
     * prevention: performs a dry-run and uses 'staged' mode if reboot is needed, 'auto' otherwise
     */
    applyMode?: pulumi.Input<string | undefined>;
    /** The client configuration data */
    clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
    clientConfigurationWo?: pulumi.Input<
        inputs.machine.ConfigurationApplyClientConfigurationWo | undefined
    >;
    /** The list of config patches to apply */
    configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** The endpoint of the machine to bootstrap */
    endpoint?: pulumi.Input<string | undefined>;
    /** The generated machine configuration after applying patches */
    machineConfiguration?: pulumi.Input<string | undefined>;
    machineConfigurationHash?: pulumi.Input<string | undefined>;
    /** The machine configuration to apply */
    machineConfigurationInput?: pulumi.Input<string | undefined>;
    machineConfigurationInputWo?: pulumi.Input<string | undefined>;
    /** The name of the node to bootstrap */
    node?: pulumi.Input<string | undefined>;
    /**
     * Actions to be taken on destroy, if *reset* is not set this is a no-op.
     *
     * > Note: Any changes to *on_destroy* block has to be applied first by running *terraform
     * apply* first,
     * then a subsequent *terraform destroy* for the changes to take effect due to limitations in
     * Terraform provider framework.
     */
    onDestroy?: pulumi.Input<inputs.machine.ConfigurationApplyOnDestroy | undefined>;
    resolvedApplyMode?: pulumi.Input<string | undefined>;
    timeouts?: pulumi.Input<inputs.machine.Timeout | undefined>;
}

/** The arguments of a ConfigurationApply. */
export interface ConfigurationApplyArgs {
    /**
     * The mode of the apply operation. Use 'staged_if_needing_reboot' for automatic reboot
     * prevention: performs a dry-run and uses 'staged' mode if reboot is needed, 'auto' otherwise
     */
    applyMode?: pulumi.Input<string | undefined>;
    /** The client configuration data */
    clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
    clientConfigurationWo?: pulumi.Input<
        inputs.machine.ConfigurationApplyClientConfigurationWo | undefined
    >;
    /** The list of config patches to apply */
    configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** The endpoint of the machine to bootstrap */
    endpoint?: pulumi.Input<string | undefined>;
    /** The machine configuration to apply */
    machineConfigurationInput?: pulumi.Input<string | undefined>;
    machineConfigurationInputWo?: pulumi.Input<string | undefined>;
    /** The name of the node to bootstrap */
    node: pulumi.Input<string>;
    /**
     * Actions to be taken on destroy, if *reset* is not set this is a no-op.
     *
     * > Note: Any changes to *on_destroy* block has to be applied first by running *terraform
     * apply* first,
     * then a subsequent *terraform destroy* for the changes to take effect due to limitations in
     * Terraform provider framework.
     */
    onDestroy?: pulumi.Input<inputs.machine.ConfigurationApplyOnDestroy | undefined>;
    timeouts?: pulumi.Input<inputs.machine.Timeout | undefined>;
}
