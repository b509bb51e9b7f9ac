import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:machine/getDisks:getDisks";
const inputNames = ["clientConfiguration", "endpoint", "node", "selector", "timeouts"] as const;

export function getDisks(args: GetDisksArgs, opts?: pulumi.InvokeOptions): Promise<GetDisksResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getDisks`, for arguments that are outputs. */
export function getDisksOutput(
    args: GetDisksOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetDisksResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getDisks. */
export interface GetDisksArgs {
    /** The client configuration data */
    clientConfiguration: inputs.machine.GetDisksClientConfiguration;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: string;
    /** controlplane node to retrieve the kubeconfig from */
    node: string;
    /**
     * The CEL expression to filter the disks.
     * If not set, all disks will be returned.
     * See [CEL documentation](https://www.talos.dev/latest/talos-guides/configuration/disk-
     * management/#disk-selector).
     */
    selector?: string;
    timeouts?: inputs.machine.GetDisksTimeouts;
}

/** The arguments of getDisksOutput. */
export interface GetDisksOutputArgs {
    /** The client configuration data */
    clientConfiguration: pulumi.Input<inputs.machine.GetDisksClientConfigurationArgs>;
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    endpoint?: pulumi.Input<string | undefined>;
    /** controlplane node to retrieve the kubeconfig from */
    node: pulumi.Input<string>;
    /**
     * The CEL expression to filter the disks.
     * If not set, all disks will be returned.
     * See [CEL documentation](https://www.talos.dev/latest/talos-guides/configuration/disk-
     * management/#disk-selector).
     */
    selector?: pulumi.Input<string | undefined>;
    timeouts?: pulumi.Input<inputs.machine.GetDisksTimeoutsArgs | undefined>;
}

/** The result of getDisks. */
export interface GetDisksResult {
    /** The client configuration data */
    readonly clientConfiguration: outputs.machine.GetDisksClientConfiguration;
    /** The disks that match the filters */
    readonly disks: outputs.machine.GetDisksDisk[];
    /** endpoint to use for the talosclient. If not set, the node value will be used */
    readonly endpoint: string;
    /** The generated ID of this resource */
    readonly id: string;
    /** controlplane node to retrieve the kubeconfig from */
    readonly node: string;
    /**
     * The CEL expression to filter the disks.
     * If not set, all disks will be returned.
     * See [CEL documentation](https://www.talos.dev/latest/talos-guides/configuration/disk-
     * management/#disk-selector).
     */
    readonly selector?: string;
    readonly timeouts?: outputs.machine.GetDisksTimeouts;
}
