/** A flow of a namespace, as a component declares it. Pure. */
type Labels = Readonly<Record<string, string>>;

/** The other end of a flow. */
export type Peer =
    /**
     * Pods of a namespace; all of them unless `pods` selects. In the mesh, those of a ServiceAccount
     * where one is named.
     */
    | { readonly namespace: string; readonly pods?: Labels; readonly account?: string }
    /** Pods of the same namespace. */
    | { readonly pods: Labels; readonly account?: string }
    /** Every pod of every namespace, for what serves the whole cluster. */
    | "cluster"
    /** Every pod in a tenant's namespace, those that were ordered as well. */
    | "tenants"
    /** The Kubernetes API servers. */
    | "api-server"
    /** The nodes themselves: kubelets and pods on the host network. */
    | "nodes"
    /** Addresses outside the cluster and its node network. */
    | "internet"
    | { readonly cidr: string };

/** A port number (TCP), or a port with its protocol; with `endPort` the range up to it. */
export type FlowPort =
    number | { readonly port: number; readonly endPort?: number; readonly protocol: "TCP" | "UDP" };

/** One declared flow of a namespace: who may come in, or where it may go out. */
export type Flow = {
    /** What it is for; unique among the flows of the same pods in the same direction. */
    readonly name: string;
    /** Own pods that it concerns; default: all of the namespace. */
    readonly pods?: Labels;
} & (
    | { readonly from: Peer; readonly to?: never; readonly ports: readonly FlowPort[] }
    | {
          readonly to: Exclude<Peer, "api-server">;
          readonly from?: never;
          readonly ports: readonly FlowPort[];
      }
    // The API servers have one port, which the site says.
    | { readonly to: "api-server"; readonly from?: never; readonly ports?: never }
);
