import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:cluster/getHealth:getHealth";
const inputNames = [
    "clientConfiguration",
    "controlPlaneNodes",
    "endpoints",
    "skipKubernetesChecks",
    "timeouts",
    "workerNodes",
] as const;

/**
 * Waits for the Talos cluster to be healthy. Can be used as a dependency before running other
 * operations on the cluster.
 */
export function getHealth(
    args: GetHealthArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetHealthResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getHealth`, for arguments that are outputs. */
export function getHealthOutput(
    args: GetHealthOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetHealthResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getHealth. */
export interface GetHealthArgs {
    /** The client configuration data */
    clientConfiguration: inputs.cluster.GetHealthClientConfiguration;
    /** List of control plane nodes to check for health. */
    controlPlaneNodes: string[];
    /** endpoints to use for the health check client. Use at least one control plane endpoint. */
    endpoints: string[];
    /**
     * Skip Kubernetes component checks, this is useful to check if the nodes has finished booting
     * up and kubelet is running. Default is false.
     */
    skipKubernetesChecks?: boolean;
    timeouts?: inputs.cluster.GetHealthTimeouts;
    /** List of worker nodes to check for health. */
    workerNodes?: string[];
}

/** The arguments of getHealthOutput. */
export interface GetHealthOutputArgs {
    /** The client configuration data */
    clientConfiguration: pulumi.Input<inputs.cluster.GetHealthClientConfigurationArgs>;
    /** List of control plane nodes to check for health. */
    controlPlaneNodes: pulumi.Input<pulumi.Input<string>[]>;
    /** endpoints to use for the health check client. Use at least one control plane endpoint. */
    endpoints: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Skip Kubernetes component checks, this is useful to check if the nodes has finished booting
     * up and kubelet is running. Default is false.
     */
    skipKubernetesChecks?: pulumi.Input<boolean | undefined>;
    timeouts?: pulumi.Input<inputs.cluster.GetHealthTimeoutsArgs | undefined>;
    /** List of worker nodes to check for health. */
    workerNodes?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** The result of getHealth. */
export interface GetHealthResult {
    /** The client configuration data */
    readonly clientConfiguration: outputs.cluster.GetHealthClientConfiguration;
    /** List of control plane nodes to check for health. */
    readonly controlPlaneNodes: string[];
    /** endpoints to use for the health check client. Use at least one control plane endpoint. */
    readonly endpoints: string[];
    /** The ID of this resource. */
    readonly id: string;
    /**
     * Skip Kubernetes component checks, this is useful to check if the nodes has finished booting
     * up and kubelet is running. Default is false.
     */
    readonly skipKubernetesChecks?: boolean;
    readonly timeouts?: outputs.cluster.GetHealthTimeouts;
    /** List of worker nodes to check for health. */
    readonly workerNodes?: string[];
}
