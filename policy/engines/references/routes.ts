/**
 * Whether gateways take the routes that name them, and whether namespaces let others refer to them:
 * https://gateway-api.sigs.k8s.io/reference/spec/ (ParentReference, AllowedRoutes, ReferenceGrant).
 */
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { toTest } from "../../kubernetes/selectors";
import { holdsUnknown, isUnknown, read, readList, readString, readTree } from "../../kernel/tree";
import { ofKind } from "./by-kind";
import type { StackView } from "./stack-view";
import { fieldOf, namedObject, valuesAt } from "./values";

const GATEWAY_API = "gateway.networking.k8s.io";

/** Protocols of listeners that take a kind of routes, unless the listener names kinds. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
    HTTPRoute: ["HTTP", "HTTPS"],
    GRPCRoute: ["HTTP", "HTTPS"],
    TLSRoute: ["TLS"],
    TCPRoute: ["TCP", "TLS"],
    UDPRoute: ["UDP"],
};

function takesKind(listener: unknown, kind: string): boolean {
    const kinds = readList(listener, "allowedRoutes", "kinds");
    const protocol = readString(listener, "protocol") ?? "";
    return (
        PROTOCOLS[kind]?.includes(protocol) === true &&
        (kinds.length === 0 || kinds.some((entry) => readString(entry, "kind") === kind))
    );
}

function takesNamespace(
    { inventory }: StackView,
    listener: unknown,
    gateway: ObjectOf,
    namespace: string,
): boolean {
    const from = readString(listener, "allowedRoutes", "namespaces", "from") ?? "Same";
    if (from === "Selector") {
        const test = toTest(read(listener, ["allowedRoutes", "namespaces", "selector"]));
        return test(inventory.namespaces.get(namespace)?.labels ?? {}) === true;
    }
    return from === "All" || (from === "Same" && gateway.object.namespace === namespace);
}

/** Whether a name is one of those that another stands for; a star stands for any labels. */
function covers(wide: string, name: string): boolean {
    return wide === name || (wide.startsWith("*.") && name.endsWith(wide.slice(1)));
}

function takesHost(listener: unknown, route: ObjectOf): boolean {
    const own = readString(listener, "hostname");
    const hosts = readList(route.inputs, "spec", "hostnames").map(String);
    return (
        own === undefined ||
        hosts.length === 0 ||
        hosts.some((host) => covers(own, host) || covers(host, own))
    );
}

/** Why no listener takes the route, from the first one that it could mean. */
function refusal(
    view: StackView,
    listeners: readonly unknown[],
    gateway: ObjectOf,
    route: ObjectOf,
): string | undefined {
    const { kind, namespace = "" } = route.object;
    const steps: readonly (readonly [(listener: unknown) => boolean, string])[] = [
        [(listener) => takesKind(listener, kind), `takes no ${kind}`],
        [
            (listener) => takesNamespace(view, listener, gateway, namespace),
            `takes no routes of namespace ${namespace}; see its allowedRoutes`,
        ],
        [(listener) => takesHost(listener, route), "has no listener for its hostnames"],
    ];
    let left = listeners;
    for (const [takes, reason] of steps) {
        left = left.filter(takes);
        if (left.length === 0) {
            return reason;
        }
    }
    return undefined;
}

function judgeParent(view: StackView, fact: ObjectOf, parent: unknown): Finding[] {
    const own = fact.object.namespace ?? "";
    const defaults = { group: GATEWAY_API, kind: "Gateway", namespace: own };
    const { kind, namespace, name } = namedObject(parent, defaults);
    const gateway =
        typeof name === "string" && typeof namespace === "string"
            ? view.inventory.find(kind, namespace, name)?.fact
            : undefined;
    if (kind !== `${GATEWAY_API}/Gateway` || gateway === undefined) {
        // A name that leads nowhere is a finding of its own.
        return [];
    }
    const sectionName = fieldOf(parent, "sectionName");
    const port = fieldOf(parent, "port");
    const listeners = valuesAt(gateway.inputs, ["spec", "listeners[]"]);
    const allowed = listeners.map((listener) => ({ ...readTree(listener), tls: undefined }));
    const hosts = readTree(fact.inputs, "spec").hostnames;
    if (listeners.some(isUnknown) || holdsUnknown([sectionName, port, hosts, ...allowed])) {
        return [notJudged(fact, `whether ${gateway.key} takes it is known only at the update`)];
    }
    const meant = listeners.filter(
        (listener) =>
            [undefined, fieldOf(listener, "name")].includes(sectionName) &&
            [undefined, fieldOf(listener, "port")].includes(port),
    );
    if (meant.length === 0) {
        const names = listeners.flatMap((listener) => readString(listener, "name") ?? []);
        const wanted =
            typeof sectionName === "string" ? sectionName : `on port ${JSON.stringify(port)}`;
        const near = nearest(wanted, names);
        const hint = near === undefined ? "" : `; perhaps ${near} is meant`;
        const message = `a parent names listener ${wanted} of ${gateway.key}, which has ${names.join(", ") || "none"}`;
        return [violated(fact, message + hint)];
    }
    const reason = refusal(view, meant, gateway, fact);
    return reason === undefined ? [] : [violated(fact, `${gateway.key} ${reason}`)];
}

function isGranted(grant: ObjectOf, from: ObjectOf, kind: string, name: string): boolean {
    const { inputs } = grant;
    return (
        readList(inputs, "spec", "from").some(
            (entry) =>
                readString(entry, "group") === from.object.group &&
                readString(entry, "kind") === from.object.kind &&
                readString(entry, "namespace") === from.object.namespace,
        ) &&
        readList(inputs, "spec", "to").some(
            (entry) =>
                `${readString(entry, "group") ?? ""}/${readString(entry, "kind") ?? ""}` === kind &&
                [undefined, name].includes(readString(entry, "name")),
        )
    );
}

/** Services and Secrets of another namespace need the consent of that one. */
export function judgeGrants({ inventory }: StackView, fact: ObjectOf): Finding[] {
    const grants = inventory
        .all(`${GATEWAY_API}/ReferenceGrant`)
        .flatMap((entry) => entry.fact ?? []);
    return ofKind(fact).flatMap(({ where, kind, namespace, name }) => {
        if (
            (kind !== "/Service" && kind !== "/Secret") ||
            [namespace, name].some((part) => typeof part !== "string" || isUnknown(part)) ||
            namespace === fact.object.namespace
        ) {
            return [];
        }
        const there = grants.filter(({ object }) => object.namespace === namespace);
        if (there.some((grant) => isGranted(grant, fact, kind, String(name)))) {
            return [];
        }
        const called = `${kind.slice(1)}/${String(namespace)}/${String(name)}`;
        const isVague =
            there.some(({ inputs }) => holdsUnknown(inputs)) ||
            inventory.unseen(String(namespace)).length > 0;
        return isVague
            ? [notJudged(fact, `whether it may use ${called} is known only at the update`)]
            : [
                  violated(
                      fact,
                      `${where} names ${called}, but no ReferenceGrant there allows ${fact.object.kind} of namespace ${fact.object.namespace ?? ""} to`,
                  ),
              ];
    });
}

/** A gateway takes the route, and its backends may be used. */
export function judgeRoute(view: StackView, fact: ObjectOf): Finding[] {
    return [
        ...valuesAt(fact.inputs, ["spec", "parentRefs[]"]).flatMap((parent) =>
            judgeParent(view, fact, parent),
        ),
        ...judgeGrants(view, fact),
    ];
}
