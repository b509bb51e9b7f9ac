import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { hasPulumiType, registration, type ResourceShape } from "../utilities";

const shape: ResourceShape = {
    inputs: ["certificateRenewalDuration", "clientConfiguration", "endpoint", "node", "timeouts"],
    required: ["clientConfiguration", "node"],
    outputs: ["kubeconfigRaw", "kubernetesClientConfiguration"],
    secretInputs: [],
    secretOutputs: ["kubeconfigRaw"],
};

/** Retrieves the kubeconfig for a Talos cluster */
export class Kubeconfig extends pulumi.CustomResource {
    /** @internal */
    public static readonly __pulumiType = "talos:cluster/kubeconfig:Kubeconfig";

    /** The state of an existing Kubeconfig with the given name and provider id. */
    public static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: KubeconfigState,
        opts?: pulumi.CustomResourceOptions,
    ): Kubeconfig {
        return new Kubeconfig(name, state as KubeconfigArgs, { ...opts, id });
    }

    /** Whether the value is a Kubeconfig, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is Kubeconfig {
        return hasPulumiType(value, Kubeconfig.__pulumiType);
    }

    /**
     * The duration in hours before the certificate is renewed, defaults to 720h. Must be a valid
     * duration string
     */
    declare public readonly certificateRenewalDuration: pulumi.Output<string>;
    /** The client configuration data */
    declare public readonly clientConfiguration: pulumi.Output<outputs.cluster.KubeconfigClientConfiguration>;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    declare public readonly endpoint: pulumi.Output<string>;
    /** The raw kubeconfig */
    declare public readonly kubeconfigRaw: pulumi.Output<string>;
    /** The kubernetes client configuration */
    declare public readonly kubernetesClientConfiguration: pulumi.Output<outputs.cluster.KubeconfigKubernetesClientConfiguration>;
    /** controlplane node to retrieve the kubeconfig from */
    declare public readonly node: pulumi.Output<string>;
    declare public readonly timeouts: pulumi.Output<outputs.cluster.KubeconfigTimeouts | undefined>;

    constructor(name: string, args: KubeconfigArgs, opts?: pulumi.CustomResourceOptions) {
        super(Kubeconfig.__pulumiType, name, ...registration(shape, args, opts));
    }
}

/** Properties used to look up a Kubeconfig. */
export interface KubeconfigState {
    /**
     * The duration in hours before the certificate is renewed, defaults to 720h. Must be a valid
     * duration string
     */
    certificateRenewalDuration?: pulumi.Input<string | undefined>;
    /** The client configuration data */
    clientConfiguration?: pulumi.Input<inputs.cluster.KubeconfigClientConfiguration | undefined>;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: pulumi.Input<string | undefined>;
    /** The raw kubeconfig */
    kubeconfigRaw?: pulumi.Input<string | undefined>;
    /** The kubernetes client configuration */
    kubernetesClientConfiguration?: pulumi.Input<
        inputs.cluster.KubeconfigKubernetesClientConfiguration | undefined
    >;
    /** controlplane node to retrieve the kubeconfig from */
    node?: pulumi.Input<string | undefined>;
    timeouts?: pulumi.Input<inputs.cluster.KubeconfigTimeouts | undefined>;
}

/** The arguments of a Kubeconfig. */
export interface KubeconfigArgs {
    /**
     * The duration in hours before the certificate is renewed, defaults to 720h. Must be a valid
     * duration string
     */
    certificateRenewalDuration?: pulumi.Input<string | undefined>;
    /** The client configuration data */
    clientConfiguration: pulumi.Input<inputs.cluster.KubeconfigClientConfiguration>;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: pulumi.Input<string | undefined>;
    /** controlplane node to retrieve the kubeconfig from */
    node: pulumi.Input<string>;
    timeouts?: pulumi.Input<inputs.cluster.KubeconfigTimeouts | undefined>;
}
