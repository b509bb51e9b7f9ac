import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "./component";
import type { FlowPort, Peer } from "./flows";
import type { Namespace } from "./namespace";
import type { KubernetesObject } from "./object";

/** Some pods of a namespace. */
export interface End {
    readonly namespace: Namespace;
    readonly pods: Readonly<Record<string, string>>;
}

/** Where something can be reached: published by whoever serves. */
export interface Endpoint extends End {
    readonly ports: readonly FlowPort[];
}

/** The two ends of a connection. */
export interface ConnectionArgs {
    /** Who opens it. */
    readonly from: End;
    readonly to: Endpoint;
}

/**
 * Lets some pods reach others: both NetworkPolicies of one connection, in both namespaces, from one
 * sentence. Whoever needs the connection constructs it; who serves never lists its clients.
 */
export class Connection extends PlatformComponent {
    /** The policies; pods at either end start after them. */
    readonly ready: readonly KubernetesObject[];

    constructor(name: string, { from, to }: ConnectionArgs, opts: pulumi.ComponentResourceOptions) {
        super("base", "Connection", name, {}, opts);
        const seenFrom = (own: Namespace, other: End): Exclude<Peer, string> =>
            own.name === other.namespace.name
                ? { pods: other.pods }
                : { namespace: other.namespace.name, pods: other.pods };
        const { ports } = to;
        this.ready = [
            from.namespace.allow(
                { name: `${name}-out`, pods: from.pods, to: seenFrom(from.namespace, to), ports },
                this,
                name,
            ),
            to.namespace.allow(
                { name: `${name}-in`, pods: to.pods, from: seenFrom(to.namespace, from), ports },
                this,
                name,
            ),
        ];
    }
}
