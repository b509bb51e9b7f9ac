import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:imageFactory/getOverlaysVersions:getOverlaysVersions";
const inputNames = ["filters", "talosVersion"] as const;

export function getOverlaysVersions(
    args: GetOverlaysVersionsArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetOverlaysVersionsResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getOverlaysVersions`, for arguments that are outputs. */
export function getOverlaysVersionsOutput(
    args: GetOverlaysVersionsOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOverlaysVersionsResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getOverlaysVersions. */
export interface GetOverlaysVersionsArgs {
    /** The filter to apply to the overlays list. */
    filters?: inputs.imageFactory.GetOverlaysVersionsFilters;
    /** The talos version to get overlays for. */
    talosVersion: string;
}

/** The arguments of getOverlaysVersionsOutput. */
export interface GetOverlaysVersionsOutputArgs {
    /** The filter to apply to the overlays list. */
    filters?: pulumi.Input<inputs.imageFactory.GetOverlaysVersionsFiltersArgs | undefined>;
    /** The talos version to get overlays for. */
    talosVersion: pulumi.Input<string>;
}

/** The result of getOverlaysVersions. */
export interface GetOverlaysVersionsResult {
    /** The filter to apply to the overlays list. */
    readonly filters?: outputs.imageFactory.GetOverlaysVersionsFilters;
    /** The ID of this resource. */
    readonly id: string;
    /** The list of available extensions for the specified talos version. */
    readonly overlaysInfos: outputs.imageFactory.GetOverlaysVersionsOverlaysInfo[];
    /** The talos version to get overlays for. */
    readonly talosVersion: string;
}
