/**
 * Typed SDK of the Talos provider 0.8.1, with the export layout of the published package: swapping
 * it needs no change in the program. Written from the provider's schema; `test/sdks` compares them.
 */
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "./provider";
import { getVersion } from "./utilities";

export * from "./provider";
export * as client from "./client";
export * as cluster from "./cluster";
export * as config from "./config";
export * as imagefactory from "./imagefactory";
export * as machine from "./machine";
export * as types from "./types";

pulumi.runtime.registerResourcePackage("talos", {
    version: getVersion(),
    constructProvider: (name: string, type: string, urn: string): pulumi.ProviderResource => {
        if (type !== "pulumi:providers:talos") {
            throw new Error(`unknown provider type ${type}`);
        }
        return new Provider(name, undefined, { urn });
    },
});
