import * as pulumi from "@pulumi/pulumi";
import { getVersion } from "../utilities";
import { Schematic } from "./schematic";

export * from "./getExtensionsVersions";
export * from "./getOverlaysVersions";
export * from "./getUrls";
export * from "./getVersions";
export * from "./schematic";

// The engine rebuilds resources of this module from their URN when another program hands them over.
const resourceModule = {
    version: getVersion(),
    construct: (name: string, type: string, urn: string): pulumi.Resource => {
        switch (type) {
            case Schematic.__pulumiType:
                return new Schematic(name, undefined, { urn });
            default:
                throw new Error(`unknown resource type ${type}`);
        }
    },
};
pulumi.runtime.registerResourceModule("talos", "imageFactory/schematic", resourceModule);
