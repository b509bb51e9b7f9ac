import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { hasPulumiType, registration, type ResourceShape } from "../utilities";

const shape: ResourceShape = {
    inputs: ["clientConfiguration", "clientConfigurationWo", "endpoint", "node", "timeouts"],
    required: ["node"],
    outputs: [],
    secretInputs: ["clientConfigurationWo"],
    secretOutputs: ["clientConfigurationWo"],
};

/** The machine bootstrap resource allows you to bootstrap a Talos node. */
export class Bootstrap extends pulumi.CustomResource {
    /** @internal */
    public static readonly __pulumiType = "talos:machine/bootstrap:Bootstrap";

    /** The state of an existing Bootstrap with the given name and provider id. */
    public static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: BootstrapState,
        opts?: pulumi.CustomResourceOptions,
    ): Bootstrap {
        return new Bootstrap(name, state as BootstrapArgs, { ...opts, id });
    }

    /** Whether the value is a Bootstrap, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is Bootstrap {
        return hasPulumiType(value, Bootstrap.__pulumiType);
    }

    /** The client configuration data */
    declare public readonly clientConfiguration: pulumi.Output<
        outputs.machine.ClientConfiguration | undefined
    >;
    declare public readonly clientConfigurationWo: pulumi.Output<
        outputs.machine.BootstrapClientConfigurationWo | undefined
    >;
    /** The endpoint of the machine to bootstrap */
    declare public readonly endpoint: pulumi.Output<string>;
    /** The name of the node to bootstrap */
    declare public readonly node: pulumi.Output<string>;
    declare public readonly timeouts: pulumi.Output<outputs.machine.BootstrapTimeouts | undefined>;

    constructor(name: string, args: BootstrapArgs, opts?: pulumi.CustomResourceOptions) {
        super(Bootstrap.__pulumiType, name, ...registration(shape, args, opts));
    }
}

/** Properties used to look up a Bootstrap. */
export interface BootstrapState {
    /** The client configuration data */
    clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
    clientConfigurationWo?: pulumi.Input<inputs.machine.BootstrapClientConfigurationWo | undefined>;
    /** The endpoint of the machine to bootstrap */
    endpoint?: pulumi.Input<string | undefined>;
    /** The name of the node to bootstrap */
    node?: pulumi.Input<string | undefined>;
    timeouts?: pulumi.Input<inputs.machine.BootstrapTimeouts | undefined>;
}

/** The arguments of a Bootstrap. */
export interface BootstrapArgs {
    /** The client configuration data */
    clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
    clientConfigurationWo?: pulumi.Input<inputs.machine.BootstrapClientConfigurationWo | undefined>;
    /** The endpoint of the machine to bootstrap */
    endpoint?: pulumi.Input<string | undefined>;
    /** The name of the node to bootstrap */
    node: pulumi.Input<string>;
    timeouts?: pulumi.Input<inputs.machine.BootstrapTimeouts | undefined>;
}
