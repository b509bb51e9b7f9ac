import type * as pulumi from "@pulumi/pulumi";
import type * as outputs from "../types/output";
import { invoke, invokeOutput } from "../utilities";

const token = "talos:imageFactory/getUrls:getUrls";
const inputNames = ["architecture", "platform", "sbc", "schematicId", "talosVersion"] as const;

export function getUrls(args: GetUrlsArgs, opts?: pulumi.InvokeOptions): Promise<GetUrlsResult> {
    return invoke(token, inputNames, args, opts);
}

/** Like `getUrls`, for arguments that are outputs. */
export function getUrlsOutput(
    args: GetUrlsOutputArgs,
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetUrlsResult> {
    return invokeOutput(token, inputNames, args, opts);
}

/** The arguments of getUrls. */
export interface GetUrlsArgs {
    architecture?: string;
    platform?: string;
    sbc?: string;
    schematicId: string;
    talosVersion: string;
}

/** The arguments of getUrlsOutput. */
export interface GetUrlsOutputArgs {
    architecture?: pulumi.Input<string | undefined>;
    platform?: pulumi.Input<string | undefined>;
    sbc?: pulumi.Input<string | undefined>;
    schematicId: pulumi.Input<string>;
    talosVersion: pulumi.Input<string>;
}

/** The result of getUrls. */
export interface GetUrlsResult {
    readonly architecture: string;
    readonly id: string;
    readonly platform?: string;
    readonly sbc?: string;
    readonly schematicId: string;
    readonly talosVersion: string;
    readonly urls: outputs.imageFactory.GetUrlsUrls;
}
