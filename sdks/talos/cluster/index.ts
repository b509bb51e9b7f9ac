import * as pulumi from "@pulumi/pulumi";
import { getVersion } from "../utilities";
import { Kubeconfig } from "./kubeconfig";

export * from "./getHealth";
export * from "./getKubeconfig";
export * from "./kubeconfig";

// The engine rebuilds resources of this module from their URN when another program hands them over.
const resourceModule = {
    version: getVersion(),
    construct: (name: string, type: string, urn: string): pulumi.Resource => {
        switch (type) {
            case Kubeconfig.__pulumiType:
                return new Kubeconfig(name, undefined as never, { urn });
            default:
                throw new Error(`unknown resource type ${type}`);
        }
    },
};
pulumi.runtime.registerResourceModule("talos", "cluster/kubeconfig", resourceModule);
