/** The providers of everything inside the cluster. */
import * as kubernetes from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { crdType } from "../base/object";

/** How a cluster is reached. */
export interface ClusterAccess {
    /** Name of the cluster. */
    readonly name: string;
    /** Text of a kubeconfig; secret. */
    readonly kubeconfig: pulumi.Output<string>;
    /** Context of the kubeconfig; default: its current one. */
    readonly context?: string;
}

/** The provider in `crds/`, as a resource. */
class CrdProviderResource extends pulumi.ProviderResource {
    constructor({ name, kubeconfig, context }: ClusterAccess, opts: pulumi.CustomResourceOptions) {
        const [crdPackage = ""] = crdType.split(":");
        // Another cluster has other CRDs; a renewed kubeconfig must not replace them.
        super(crdPackage, name, { kubeconfig, context, cluster: name }, opts);
    }
}

/** One provider for objects, and the one in `crds/` for CRDs. */
export function clusterProviders(
    access: ClusterAccess,
    parent: pulumi.Resource,
): pulumi.ProviderResource[] {
    const { name, kubeconfig, context } = access;
    return [
        new kubernetes.Provider(
            name,
            {
                kubeconfig,
                context,
                // Tells clusters apart by name: a renewed kubeconfig must not replace the provider
                // and with it everything inside the cluster (pulumi/pulumi-kubernetes#1148).
                clusterIdentifier: name,
            },
            { parent },
        ),
        new CrdProviderResource(access, { parent }),
    ];
}
