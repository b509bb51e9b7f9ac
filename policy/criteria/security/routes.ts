/** Listeners of the Gateway API and the routes that attach to them. */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, someIn } from "../../kernel/ternary";
import { selects } from "../../kubernetes/selectors";
import { isUnknown, read, readLabels, readList, readTree } from "../../kernel/tree";

export const GATEWAY = "gateway.networking.k8s.io";
const OWNERS = ["Gateway", "ListenerSet", "XListenerSet"];
const ROUTES = ["HTTPRoute", "GRPCRoute"];

/** A listener of a Gateway or ListenerSet. */
export interface Listener {
    readonly owner: ObjectOf;
    readonly name: string;
    readonly tree: unknown;
}

/** A route and whether it attaches. */
export interface Attached {
    readonly route: ObjectOf;
    readonly answer: true | "unknown";
}

/** Every listener, and what owns them. */
export function listenersOf(facts: Facts): {
    readonly owners: readonly ObjectOf[];
    readonly listeners: readonly Listener[];
} {
    const owners = facts
        .all()
        .filter((fact): fact is ObjectOf => OWNERS.includes(fact.object?.kind ?? ""))
        .filter(({ object }) => object.group.startsWith("gateway.networking."));
    return {
        owners,
        listeners: owners.flatMap((owner) =>
            readList(owner.inputs, "spec", "listeners").map((tree) => {
                const name = read(tree, ["name"]);
                return { owner, tree, name: name.state === "known" ? String(name.value) : "?" };
            }),
        ),
    };
}

/** The routes of the stack. */
export function routesOf(facts: Facts): ObjectOf[] {
    return ROUTES.flatMap((kind) => facts.objects(GATEWAY, kind));
}

function equals(tree: unknown, field: string, wanted: unknown, absent: Ternary): Ternary {
    const reading = read(tree, [field]);
    return reading.state === "unknown"
        ? "unknown"
        : reading.state === "absent"
          ? absent
          : reading.value === wanted;
}

/** Whether a parent reference of a route names the owner of a listener. */
export function namesParent(parent: unknown, route: ObjectOf, owner: ObjectOf): Ternary {
    const { namespace, kind, name } = owner.object;
    return allOf([
        equals(parent, "kind", kind, kind === "Gateway"),
        equals(parent, "name", name, false),
        equals(parent, "namespace", namespace, route.object.namespace === namespace),
    ]);
}

/** Whether the listener lets routes of the namespace in; by default only those of its own. */
function admits({ owner, tree }: Listener, route: ObjectOf, facts: Facts): Ternary {
    const from = read(tree, ["allowedRoutes", "namespaces", "from"]);
    const own = route.object.namespace === owner.object.namespace;
    if (from.state === "unknown" || read(tree, ["allowedRoutes"]).state === "unknown") {
        return "unknown";
    }
    switch (from.state === "known" ? from.value : "Same") {
        case "All":
            return true;
        case "Selector": {
            const name = route.object.namespace ?? "";
            const [namespace] = facts
                .objects("", "Namespace")
                .filter(({ object }) => object.name === name);
            return selects(read(tree, ["allowedRoutes", "namespaces", "selector"]), {
                ...readLabels(namespace?.inputs, "metadata", "labels"),
                "kubernetes.io/metadata.name": name,
            });
        }
        default:
            return own;
    }
}

/**
 * The routes that may attach to a listener.
 *
 * @param routes those that are asked about; default: those of requests
 */
export function attached(
    facts: Facts,
    listener: Listener,
    routes: readonly ObjectOf[] = routesOf(facts),
): Attached[] {
    const { owner, tree, name } = listener;
    return routes.flatMap((route): Attached[] => {
        const answer = allOf([
            admits(listener, route, facts),
            someIn(route.inputs, ["spec", "parentRefs"], (parent) =>
                allOf([
                    namesParent(parent, route, owner),
                    equals(parent, "sectionName", name, true),
                    equals(parent, "port", readTree(tree).port, true),
                ]),
            ),
        ]);
        return answer === false ? [] : [{ route, answer }];
    });
}

/**
 * Whether a route takes requests from outside: one of a Service alone takes those of the pods in a mesh
 * (GAMMA). One that names no parent waits for one, and counts.
 */
export function isFromOutside({ inputs }: ObjectOf): boolean {
    const parents = readList(inputs, "spec", "parentRefs");
    return (
        read(inputs, ["spec", "parentRefs"]).state === "unknown" ||
        parents.length === 0 ||
        parents.some((parent) => {
            const kind = read(parent, ["kind"]);
            return kind.state !== "known" || kind.value !== "Service";
        })
    );
}

/** Whether a route does nothing but send everybody to https. */
export function redirects(route: ObjectOf): Ternary {
    const rules = read(route.inputs, ["spec", "rules"]);
    if (rules.state === "unknown") {
        return "unknown";
    }
    const all = readList(route.inputs, "spec", "rules");
    return all.length === 0
        ? false
        : allOf(
              all.map((rule) =>
                  isUnknown(rule)
                      ? "unknown"
                      : anyOf([
                            someIn(rule, ["filters"], (filter) =>
                                equals(
                                    readTree(filter, "requestRedirect"),
                                    "scheme",
                                    "https",
                                    false,
                                ),
                            ),
                        ]),
              ),
          );
}
