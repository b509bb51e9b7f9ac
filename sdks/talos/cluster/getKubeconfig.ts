import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:cluster/getKubeconfig:getKubeconfig";
const inputNames = ["clientConfiguration", "endpoint", "node", "timeouts", "wait"] as const;

/** Retrieves the kubeconfig for a Talos cluster */
export function getKubeconfig(
    args: GetKubeconfigArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetKubeconfigResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getKubeconfig`, for arguments that are outputs. */
export function getKubeconfigOutput(
    args: GetKubeconfigOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKubeconfigResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getKubeconfig. */
export interface GetKubeconfigArgs {
    /** The client configuration data */
    clientConfiguration: inputs.cluster.GetKubeconfigClientConfiguration;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: string;
    /** controlplane node to retrieve the kubeconfig from */
    node: string;
    timeouts?: inputs.cluster.GetKubeconfigTimeouts;
    /** Wait for the kubernetes api to be available */
    wait?: boolean;
}

/** The arguments of getKubeconfigOutput. */
export interface GetKubeconfigOutputArgs {
    /** The client configuration data */
    clientConfiguration: pulumi.Input<inputs.cluster.GetKubeconfigClientConfigurationArgs>;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: pulumi.Input<string | undefined>;
    /** controlplane node to retrieve the kubeconfig from */
    node: pulumi.Input<string>;
    timeouts?: pulumi.Input<inputs.cluster.GetKubeconfigTimeoutsArgs | undefined>;
    /** Wait for the kubernetes api to be available */
    wait?: pulumi.Input<boolean | undefined>;
}

/** The result of getKubeconfig. */
export interface GetKubeconfigResult {
    /** The client configuration data */
    readonly clientConfiguration: outputs.cluster.GetKubeconfigClientConfiguration;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    readonly endpoint: string;
    /** The ID of this resource. */
    readonly id: string;
    /** The raw kubeconfig */
    readonly kubeconfigRaw: string;
    /** The kubernetes client configuration */
    readonly kubernetesClientConfiguration: outputs.cluster.GetKubeconfigKubernetesClientConfiguration;
    /** controlplane node to retrieve the kubeconfig from */
    readonly node: string;
    readonly timeouts?: outputs.cluster.GetKubeconfigTimeouts;
    /** Wait for the kubernetes api to be available */
    readonly wait?: boolean;
}
