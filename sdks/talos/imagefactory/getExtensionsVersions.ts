import type * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:imageFactory/getExtensionsVersions:getExtensionsVersions";
const inputNames = ["exactFilters", "filters", "talosVersion"] as const;

export function getExtensionsVersions(
    args: GetExtensionsVersionsArgs,
    opts?: pulumi.InvokeOptions,
): Promise<GetExtensionsVersionsResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getExtensionsVersions`, for arguments that are outputs. */
export function getExtensionsVersionsOutput(
    args: GetExtensionsVersionsOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetExtensionsVersionsResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getExtensionsVersions. */
export interface GetExtensionsVersionsArgs {
    /** The filter to apply to the extensions list. */
    exactFilters?: inputs.imageFactory.GetExtensionsVersionsExactFilters;
    /** The filter to apply to the extensions list. */
    filters?: inputs.imageFactory.GetExtensionsVersionsFilters;
    /** The talos version to get extensions for. */
    talosVersion: string;
}

/** The arguments of getExtensionsVersionsOutput. */
export interface GetExtensionsVersionsOutputArgs {
    /** The filter to apply to the extensions list. */
    exactFilters?: pulumi.Input<
        inputs.imageFactory.GetExtensionsVersionsExactFiltersArgs | undefined
    >;
    /** The filter to apply to the extensions list. */
    filters?: pulumi.Input<inputs.imageFactory.GetExtensionsVersionsFiltersArgs | undefined>;
    /** The talos version to get extensions for. */
    talosVersion: pulumi.Input<string>;
}

/** The result of getExtensionsVersions. */
export interface GetExtensionsVersionsResult {
    /** The filter to apply to the extensions list. */
    readonly exactFilters?: outputs.imageFactory.GetExtensionsVersionsExactFilters;
    /** The list of available extensions for the specified talos version. */
    readonly extensionsInfos: outputs.imageFactory.GetExtensionsVersionsExtensionsInfo[];
    /** The filter to apply to the extensions list. */
    readonly filters?: outputs.imageFactory.GetExtensionsVersionsFilters;
    /** The ID of this resource. */
    readonly id: string;
    /** The talos version to get extensions for. */
    readonly talosVersion: string;
}
