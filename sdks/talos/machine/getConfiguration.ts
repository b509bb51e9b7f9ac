import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:machine/getConfiguration:getConfiguration";
const inputNames = [
    "clusterEndpoint",
    "clusterName",
    "configPatches",
    "docs",
    "examples",
    "kubernetesVersion",
    "machineSecrets",
    "machineType",
    "talosVersion",
] as const;

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
    /** The endpoint of the talos kubernetes cluster */
    clusterEndpoint: string;
    /** The name of the talos kubernetes cluster */
    clusterName: string;
    /** The list of config patches to apply to the generated configuration */
    configPatches?: string[];
    /** Whether to generate documentation for the generated configuration. Defaults to false */
    docs?: boolean;
    /** Whether to generate examples for the generated configuration. Defaults to false */
    examples?: boolean;
    /** The version of kubernetes to use */
    kubernetesVersion?: string;
    /** The secrets for the talos cluster */
    machineSecrets: inputs.machine.MachineSecrets;
    /** The type of machine to generate the configuration for */
    machineType: string;
    talosVersion?: string;
}

/** The arguments of getConfigurationOutput. */
export interface GetConfigurationOutputArgs {
    /** The endpoint of the talos kubernetes cluster */
    clusterEndpoint: pulumi.Input<string>;
    /** The name of the talos kubernetes cluster */
    clusterName: pulumi.Input<string>;
    /** The list of config patches to apply to the generated configuration */
    configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Whether to generate documentation for the generated configuration. Defaults to false */
    docs?: pulumi.Input<boolean | undefined>;
    /** Whether to generate examples for the generated configuration. Defaults to false */
    examples?: pulumi.Input<boolean | undefined>;
    /** The version of kubernetes to use */
    kubernetesVersion?: pulumi.Input<string | undefined>;
    /** The secrets for the talos cluster */
    machineSecrets: pulumi.Input<inputs.machine.MachineSecretsArgs>;
    /** The type of machine to generate the configuration for */
    machineType: pulumi.Input<string>;
    talosVersion?: pulumi.Input<string | undefined>;
}

/** The result of getConfiguration. */
export interface GetConfigurationResult {
    /** The endpoint of the talos kubernetes cluster */
    readonly clusterEndpoint: string;
    /** The name of the talos kubernetes cluster */
    readonly clusterName: string;
    /** The list of config patches to apply to the generated configuration */
    readonly configPatches?: string[];
    /** Whether to generate documentation for the generated configuration. Defaults to false */
    readonly docs?: boolean;
    /** Whether to generate examples for the generated configuration. Defaults to false */
    readonly examples?: boolean;
    /** The ID of this resource. */
    readonly id: string;
    /** The version of kubernetes to use */
    readonly kubernetesVersion?: string;
    /** The generated machine configuration */
    readonly machineConfiguration: string;
    /** The secrets for the talos cluster */
    readonly machineSecrets: outputs.machine.MachineSecrets;
    /** The type of machine to generate the configuration for */
    readonly machineType: string;
    readonly talosVersion?: string;
}
