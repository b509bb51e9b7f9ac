import type * as pulumi from "@pulumi/pulumi";

/** A Kubernetes cluster, however it came to be: what the platform needs of it. */
export interface Cluster {
    /** Providers for everything inside the cluster: one for objects, one for CRDs. */
    readonly providers: readonly pulumi.ProviderResource[];
    /** Secret; resolves only once the Kubernetes API answers. */
    readonly kubeconfig: pulumi.Output<string>;
    /** Secret; only of a Talos cluster. */
    readonly talosconfig?: pulumi.Output<string>;
    /** URL of the Kubernetes API, such as `https://192.168.68.100:6443`. */
    readonly endpoint: string;
    /** The control planes' own addresses, never the virtual one. */
    readonly controlPlaneAddresses: readonly string[];
}
