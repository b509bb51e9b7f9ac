/**
 * What the policies of a namespace let through its border, whatever labels its pods may carry: a
 * tenant chooses them, and its pods are not in the stack.
 */
import { networksOverlap } from "../../../components/addresses";
import type { ObjectOf } from "../../kernel/facts";
import { selects, selectsAll } from "../../kubernetes/selectors";
import { isTree, read, readLabels, readList, readString } from "../../kernel/tree";
import { asSelector } from "../references/selecting";
import { type Direction, governs } from "./rules";

/** A span of ports. */
export interface PortSpan {
    readonly protocol: string;
    readonly first: number;
    readonly last: number;
}

/** One rule, or the lack of any. */
export interface BorderOpening {
    readonly admits: (namespace: string, labels: Readonly<Record<string, string>>) => boolean;
    /** Undefined: every port. */
    readonly ports: readonly PortSpan[] | undefined;
    /** The policy; undefined when nothing denies. */
    readonly by?: string;
}

export type Border = readonly BorderOpening[];

const OPEN: BorderOpening = { admits: () => true, ports: undefined };

function spans(list: readonly unknown[]): PortSpan[] | undefined {
    return list.length === 0
        ? undefined
        : list.filter(isTree).map(({ port, endPort, protocol }) => {
              const number = Number(port);
              // A name may be any number in a pod that nobody has seen.
              const [first, last] = Number.isInteger(number) ? [number, number] : [1, 65_535];
              return {
                  protocol: typeof protocol === "string" ? protocol : "TCP",
                  first,
                  last: typeof endPort === "number" ? endPort : last,
              };
          });
}

function overlaps(cidr: string, network: string | undefined): boolean {
    return network !== undefined && !cidr.includes(":") && networksOverlap(cidr, network);
}

function toAdmit(peer: unknown, podNetwork: string | undefined): BorderOpening["admits"] {
    const cidr = readString(peer, "ipBlock", "cidr");
    const holes = readList(peer, "ipBlock", "except").map(String);
    if (cidr !== undefined) {
        const spared = holes.includes(podNetwork ?? "");
        return () => !spared && overlaps(cidr, podNetwork);
    }
    const selector = read(peer, ["namespaceSelector"]);
    return (_name, labels) => selector.state !== "absent" && selects(selector, labels) === true;
}

function ofKubernetes(
    fact: ObjectOf,
    direction: Direction,
    podNetwork: string | undefined,
): BorderOpening[] {
    return readList(fact.inputs, "spec", direction).map((rule) => {
        const peers = readList(rule, direction === "ingress" ? "from" : "to");
        const tests = peers.map((peer) => toAdmit(peer, podNetwork));
        return {
            by: fact.key,
            ports: spans(readList(rule, "ports")),
            admits: (name, labels) =>
                peers.length === 0 || tests.some((admits) => admits(name, labels)),
        };
    });
}

const NAMESPACE = /^(?:k8s:)?io\.kubernetes\.pod\.namespace$/;
const NAMESPACE_LABEL = /^(?:k8s:)?io\.cilium\.k8s\.namespace\.labels\./;

function admitsEndpoint(selector: unknown, own: string | undefined): BorderOpening["admits"] {
    const labels = Object.entries(readLabels(selector, "matchLabels"));
    const named = labels.find(([key]) => NAMESPACE.test(key))?.[1] ?? own;
    const wanted = labels.filter(([key]) => NAMESPACE_LABEL.test(key));
    const matchLabels = Object.fromEntries(
        wanted.map(([key, value]) => [key.replace(NAMESPACE_LABEL, ""), value]),
    );
    return (name, found) =>
        wanted.length > 0
            ? selects(asSelector({ matchLabels }), found) === true
            : named === undefined || named === name;
}

function ofCilium(fact: ObjectOf, direction: Direction): BorderOpening[] {
    const side = direction === "ingress" ? "from" : "to";
    const own = fact.object.namespace;
    return [fact.inputs.spec, ...readList(fact.inputs, "specs")].flatMap((spec) =>
        readList(spec, direction).map((rule) => {
            const tests = readList(rule, `${side}Endpoints`).map((selector) =>
                admitsEndpoint(selector, own),
            );
            const entities = readList(rule, `${side}Entities`);
            const everybody = entities.includes("all") || entities.includes("cluster");
            const ports = readList(rule, "toPorts").flatMap((entry) => readList(entry, "ports"));
            return {
                by: fact.key,
                ports: spans(ports),
                admits: (name: string, labels: Readonly<Record<string, string>>) =>
                    everybody || tests.some((admits) => admits(name, labels)),
            };
        }),
    );
}

/** Everything that the policies let through in a direction. */
export function admissionsOf(
    policies: readonly ObjectOf[],
    direction: Direction,
    podNetwork: string | undefined,
): Border {
    const plain = policies.filter(({ object }) => object.group === "networking.k8s.io");
    const isDenied = plain.some(
        (fact) =>
            governs(fact, direction) &&
            isTree(fact.inputs.spec) &&
            selectsAll(read(fact.inputs, ["spec", "podSelector"])),
    );
    return [
        ...(isDenied ? [] : [OPEN]),
        ...policies.flatMap((fact) =>
            fact.object.group === "cilium.io"
                ? ofCilium(fact, direction)
                : governs(fact, direction)
                  ? ofKubernetes(fact, direction, podNetwork)
                  : [],
        ),
    ];
}
