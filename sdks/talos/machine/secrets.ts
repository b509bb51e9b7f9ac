import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { hasPulumiType, registration, type ResourceShape } from "../utilities";

const shape: ResourceShape = {
    inputs: ["talosVersion"],
    required: [],
    outputs: ["clientConfiguration", "machineSecrets"],
    secretInputs: [],
    secretOutputs: [],
};

/** Generate machine secrets for a Talos cluster. */
export class Secrets extends pulumi.CustomResource {
    /** @internal */
    public static readonly __pulumiType = "talos:machine/secrets:Secrets";

    /** The state of an existing Secrets with the given name and provider id. */
    public static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: SecretsState,
        opts?: pulumi.CustomResourceOptions,
    ): Secrets {
        return new Secrets(name, state, { ...opts, id });
    }

    /** Whether the value is a Secrets, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is Secrets {
        return hasPulumiType(value, Secrets.__pulumiType);
    }

    /** The generated client configuration data */
    declare public readonly clientConfiguration: pulumi.Output<outputs.machine.ClientConfiguration>;
    /** The secrets for the talos cluster */
    declare public readonly machineSecrets: pulumi.Output<outputs.machine.MachineSecrets>;
    /**
     * The Talos version contract used to generate the secrets. Example values: `v1.12`, `v1.12.1`,
     * `1.12`, `1.12.1`
     */
    declare public readonly talosVersion: pulumi.Output<string>;

    constructor(name: string, args?: SecretsArgs, opts?: pulumi.CustomResourceOptions) {
        super(Secrets.__pulumiType, name, ...registration(shape, args, opts));
    }
}

/** Properties used to look up a Secrets. */
export interface SecretsState {
    /** The generated client configuration data */
    clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
    /** The secrets for the talos cluster */
    machineSecrets?: pulumi.Input<inputs.machine.MachineSecretsArgs | undefined>;
    /**
     * The Talos version contract used to generate the secrets. Example values: `v1.12`, `v1.12.1`,
     * `1.12`, `1.12.1`
     */
    talosVersion?: pulumi.Input<string | undefined>;
}

/** The arguments of a Secrets. */
export interface SecretsArgs {
    /**
     * The Talos version contract used to generate the secrets. Example values: `v1.12`, `v1.12.1`,
     * `1.12`, `1.12.1`
     */
    talosVersion?: pulumi.Input<string | undefined>;
}
