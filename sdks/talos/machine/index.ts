import * as pulumi from "@pulumi/pulumi";
import { getVersion } from "../utilities";
import { Bootstrap } from "./bootstrap";
import { ConfigurationApply } from "./configurationApply";
import { Secrets } from "./secrets";

export * from "./bootstrap";
export * from "./configurationApply";
export * from "./getConfiguration";
export * from "./getDisks";
export * from "./secrets";

// The engine rebuilds resources of this module from their URN when another program hands them over.
const resourceModule = {
    version: getVersion(),
    construct: (name: string, type: string, urn: string): pulumi.Resource => {
        switch (type) {
            case Bootstrap.__pulumiType:
                return new Bootstrap(name, undefined as never, { urn });
            case ConfigurationApply.__pulumiType:
                return new ConfigurationApply(name, undefined as never, { urn });
            case Secrets.__pulumiType:
                return new Secrets(name, undefined, { urn });
            default:
                throw new Error(`unknown resource type ${type}`);
        }
    },
};
pulumi.runtime.registerResourceModule("talos", "machine/bootstrap", resourceModule);
pulumi.runtime.registerResourceModule("talos", "machine/configurationApply", resourceModule);
pulumi.runtime.registerResourceModule("talos", "machine/secrets", resourceModule);
