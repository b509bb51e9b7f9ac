import type { FlowPort, Peer } from "./flows";
import type { Namespace } from "./namespace";
import type { KubernetesObject } from "./object";

/** Some pods of a namespace. */
export interface End {
    readonly namespace: Namespace;
    readonly pods: Readonly<Record<string, string>>;
    /** ServiceAccount of all these pods, by which the mesh knows them as well; default: any. */
    readonly account?: string;
}

/** Where something can be reached: published by whoever serves. */
export interface Endpoint extends End {
    readonly ports: readonly FlowPort[];
}

/** An end as a policy of any other namespace names it. */
export interface NamedPeer {
    readonly namespace: string;
    readonly pods: End["pods"];
    readonly account?: string;
}

/** The two ends of a connection. */
export interface Connection {
    /** Who opens it. */
    readonly from: End;
    readonly to: Endpoint;
}

/** The same of an end. */
export function peerOf({ namespace, pods, account }: End): NamedPeer {
    return { namespace: namespace.name, ...(account === undefined ? { pods } : { pods, account }) };
}

/** The other end as a policy in a namespace names it. */
function seenFrom(own: Namespace, end: End): Exclude<Peer, string> {
    const { namespace, ...inside } = peerOf(end);
    return own.name === namespace ? inside : { namespace, ...inside };
}

/**
 * Lets some pods reach others: the flow at both ends of one connection, in both namespaces, from one
 * sentence. Whoever needs the connection says it; who serves never lists its clients.
 *
 * @param name unique on the platform: the name of both flows
 * @returns the policies with the flows; pods at either end start after them
 */
export function connect(name: string, { from, to }: Connection): readonly KubernetesObject[] {
    const { ports } = to;
    return [
        from.namespace.allow({ name, pods: from.pods, to: seenFrom(from.namespace, to), ports }),
        to.namespace.allow({ name, pods: to.pods, from: seenFrom(to.namespace, from), ports }),
    ];
}

/**
 * The same for each of several clients.
 *
 * @param namespace of the clients; default: that of who serves
 */
export function connectClients(
    name: string,
    {
        clients,
        to,
        namespace = to.namespace,
    }: {
        readonly clients: readonly End["pods"][];
        readonly to: Endpoint;
        readonly namespace?: Namespace;
    },
): readonly KubernetesObject[] {
    return clients.flatMap((pods, index) =>
        connect(index === 0 ? `${name}-clients` : `${name}-clients-${index + 1}`, {
            from: { namespace, pods },
            to,
        }),
    );
}
