import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:client/getConfiguration:getConfiguration";
const inputNames = ["clientConfiguration", "clusterName", "endpoints", "nodes"] as const;

export function getConfiguration(
    args: GetConfigurationArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetConfigurationResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getConfiguration`, for arguments that are outputs. */
export function getConfigurationOutput(
    args: GetConfigurationOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetConfigurationResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getConfiguration. */
export interface GetConfigurationArgs {
    /** The client configuration data */
    clientConfiguration: inputs.client.GetConfigurationClientConfiguration;
    /** The name of the cluster in the generated config */
    clusterName: string;
    /** endpoints to set in the generated config */
    endpoints?: string[];
    /** nodes to set in the generated config */
    nodes?: string[];
}

/** The arguments of getConfigurationOutput. */
export interface GetConfigurationOutputArgs {
    /** The client configuration data */
    clientConfiguration: pulumi.Input<inputs.client.GetConfigurationClientConfigurationArgs>;
    /** The name of the cluster in the generated config */
    clusterName: pulumi.Input<string>;
    /** endpoints to set in the generated config */
    endpoints?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** nodes to set in the generated config */
    nodes?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** The result of getConfiguration. */
export interface GetConfigurationResult {
    /** The client configuration data */
    readonly clientConfiguration: outputs.client.GetConfigurationClientConfiguration;
    /** The name of the cluster in the generated config */
    readonly clusterName: string;
    /** endpoints to set in the generated config */
    readonly endpoints?: string[];
    /** The ID of this resource */
    readonly id: string;
    /** nodes to set in the generated config */
    readonly nodes?: string[];
    /** The generated client configuration */
    readonly talosConfig: string;
}
