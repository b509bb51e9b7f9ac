/** Three namespaces with three pods each, and who reaches whom under given policies. */
import { Network, type PortAt } from "../../../../policy/engines/reachability/network";
import { type End, type Places, placesOf } from "../../../../policy/engines/reachability/places";
import type { Direction } from "../../../../policy/engines/reachability/rules";
import type { LabelledPods } from "../../../../policy/engines/references/pods";
import { stackViewOf } from "../../../../policy/engines/references/stack-view";
import { factsOf } from "../../../../preview/recorded-stack";
import { deployment, type Inputs, object, platform, type Resource } from "../../harness";
import { namespace } from "../../objects";

const NAMESPACES = ["x", "y", "z"];
const NAMES = ["a", "b", "c"];

/** `x/a`, `x/b` ... */
export const PODS = NAMESPACES.flatMap((space) => NAMES.map((name) => `${space}/${name}`));

/** Selectors of the labels that pods and namespaces have there. */
export const pod = (...names: string[]) => ({
    matchExpressions: [{ key: "pod", operator: "In", values: names }],
});
export const named = (name: string) => ({
    matchLabels: { "kubernetes.io/metadata.name": name },
});
export const not = (name: string) => ({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: [name] }],
});

let count = 0;

/** A NetworkPolicy of namespace x, unless it says otherwise. */
export function policy(spec: Inputs, space = "x"): Resource {
    count += 1;
    return object({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: `policy-${count}`, namespace: space },
        spec,
    });
}

/** A policy of Cilium, clusterwide without a namespace. */
function ciliumPolicy(spec: Inputs, space?: string): Resource {
    count += 1;
    return object({
        apiVersion: "cilium.io/v2",
        kind: space === undefined ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy",
        metadata: { name: `policy-${count}`, namespace: space },
        spec,
    });
}

/** A CiliumNetworkPolicy of namespace x, unless it says otherwise. */
export function cilium(spec: Inputs, space = "x"): Resource {
    return ciliumPolicy(spec, space);
}

/** A CiliumClusterwideNetworkPolicy. */
export function clusterwide(spec: Inputs): Resource {
    return ciliumPolicy(spec);
}

function pods(space: string, name: string, changes: Inputs): Resource {
    const base = deployment({ name });
    const port = (number: number, protocol: string) => ({
        containerPort: number,
        protocol,
        name: `serve-${number}-${protocol.toLowerCase()}`,
    });
    const template = {
        metadata: { labels: { pod: name } },
        spec: {
            containers: [
                {
                    name,
                    ports: [port(80, "TCP"), port(81, "TCP"), port(80, "UDP"), port(81, "SCTP")],
                },
            ],
            ...changes,
        },
    };
    return object({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: space },
        spec: { ...(base.inputs.spec as Inputs), template },
    });
}

/** What is asked of a world. */
export interface World {
    readonly network: Network;
    readonly places: Places;
    readonly pods: (name: string) => LabelledPods;
    /** Pairs of different pods that get through, as `x/a y/b`. */
    readonly open: (port?: number, protocol?: string) => string[];
    /** What pods say to another end. */
    readonly lets: (direction: Direction, own: string, other: End, port?: number) => string;
}

/** Builds the world; `onHost` names pods on the network of their node. */
export function world(
    policies: readonly Resource[],
    { onHost = [], more = [] }: { onHost?: readonly string[]; more?: readonly Resource[] } = {},
): World {
    const resources = [
        platform(),
        ...NAMESPACES.map((name) => namespace(name, { team: name === "z" ? "other" : "own" })),
        ...PODS.map((name) => {
            const [space = "", short = ""] = name.split("/");
            return pods(space, short, onHost.includes(name) ? { hostNetwork: true } : {});
        }),
        ...more,
        ...policies,
    ];
    const facts = factsOf(
        resources.map(({ parent = "", protect = false, dependsOn = [], ...rest }) => ({
            ...{ ...rest, parent, protect, dependencies: dependsOn },
        })),
    );
    const places = placesOf(facts);
    const network = new Network(stackViewOf(facts), places);
    const found = new Map(
        [...network.view.inventory.pods.values()]
            .flat()
            .map((item) => [item.key.split("/").slice(1).join("/"), item]),
    );
    const podsOf = (name: string) => {
        const item = found.get(name);
        if (item === undefined) {
            throw new Error(`no pods ${name}`);
        }
        return item;
    };
    return {
        ...{ network, places, pods: podsOf },
        open: (port = 80, protocol = "TCP") => {
            const at: PortAt = { port, protocol };
            return PODS.flatMap((from) =>
                PODS.filter(
                    (to) =>
                        to !== from && network.refusal(podsOf(from), podsOf(to), at) === undefined,
                ).map((to) => `${from} ${to}`),
            );
        },
        lets: (direction, own, other, port = 80) =>
            network.lets(direction, podsOf(own), other, { port, protocol: "TCP" }),
    };
}
