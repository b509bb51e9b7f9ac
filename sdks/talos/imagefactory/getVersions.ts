import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:imageFactory/getVersions:getVersions";
const inputNames = ["filters"] as const;

/**
 * The image factory versions data source provides a list of available talos versions from the
 * image factory.
 */
export function getVersions(
    args?: GetVersionsArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetVersionsResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getVersions`, for arguments that are outputs. */
export function getVersionsOutput(
    args?: GetVersionsOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetVersionsResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getVersions. */
export interface GetVersionsArgs {
    /** The filter to apply to the overlays list. */
    filters?: inputs.imageFactory.GetVersionsFilters;
}

/** The arguments of getVersionsOutput. */
export interface GetVersionsOutputArgs {
    /** The filter to apply to the overlays list. */
    filters?: pulumi.Input<inputs.imageFactory.GetVersionsFiltersArgs | undefined>;
}

/** The result of getVersions. */
export interface GetVersionsResult {
    /** The filter to apply to the overlays list. */
    readonly filters?: outputs.imageFactory.GetVersionsFilters;
    /** The ID of this resource. */
    readonly id: string;
    /** The list of available talos versions. */
    readonly talosVersions: string[];
}
