/**
 * Policies of Envoy Gateway and what they apply to. One that targets a route replaces those of its
 * Gateway, unless it says how to merge (gateway.envoyproxy.io/v1alpha1, `mergeType`).
 */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, someIn } from "../../kernel/ternary";
import { selects } from "../../kubernetes/selectors";
import { read, readList, type Reading, readString, readTree } from "../../kernel/tree";
import { GATEWAY, listenersOf, namesParent } from "./routes";

const GROUP = "gateway.envoyproxy.io";
const CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller";

/** The Gateways that a route names, each with the listener that it wants. */
export interface Parent {
    readonly gateway: ObjectOf;
    /** Whether the route names this one. */
    readonly isOne: Ternary;
    readonly section: Reading;
}

const NO_SECTION: Reading = { state: "absent" };

/** The Gateways of the stack that one reference of an object names, or may. */
function named(facts: Facts, reference: unknown, by: ObjectOf): Omit<Parent, "section">[] {
    return facts
        .objects(GATEWAY, "Gateway")
        .map((gateway) => ({ gateway, isOne: namesParent(reference, by, gateway) }))
        .filter(({ isOne }) => isOne !== false);
}

/** The Gateways that a reference to a ListenerSet leads to, which adds listeners to one. */
function throughListenerSets(facts: Facts, parent: unknown, route: ObjectOf): Parent[] {
    return listenersOf(facts)
        .owners.filter(({ object }) => object.kind !== "Gateway")
        .map((set) => ({ set, isSet: namesParent(parent, route, set) }))
        .filter(({ isSet }) => isSet !== false)
        .flatMap(({ set, isSet }) =>
            named(
                facts,
                read(set.inputs, ["spec", "parentRef"]).state === "known"
                    ? readTree(set.inputs, "spec", "parentRef")
                    : {},
                set,
            ).map(({ gateway, isOne }) => ({
                gateway,
                isOne: allOf([isSet, isOne]),
                section: NO_SECTION,
            })),
        );
}

/** The Gateways of the stack that a route attaches to, or may. */
export function parentsOf(facts: Facts, route: ObjectOf): Parent[] {
    return readList(route.inputs, "spec", "parentRefs").flatMap((parent) => [
        ...named(facts, parent, route).map((found) => ({
            ...found,
            section: read(parent, ["sectionName"]),
        })),
        ...throughListenerSets(facts, parent, route),
    ]);
}

/** Whether Envoy Gateway serves the Gateway. */
export function isEnvoy(facts: Facts, { inputs }: ObjectOf): Ternary {
    const name = readString(inputs, "spec", "gatewayClassName");
    const [found] = facts
        .objects(GATEWAY, "GatewayClass")
        .filter(({ object }) => object.name === name);
    const controller = read(found?.inputs, ["spec", "controllerName"]);
    return controller.state === "known" ? controller.value === CONTROLLER : "unknown";
}

/** A target without a section is the whole object. */
function isSection(target: unknown, wanted: Reading): Ternary {
    const section = read(target, ["sectionName"]);
    return section.state === "absent"
        ? true
        : section.state === "unknown" || wanted.state === "unknown"
          ? "unknown"
          : wanted.state === "known" && wanted.value === section.value;
}

function isTarget(policy: ObjectOf, target: ObjectOf, section: Reading): Ternary {
    const { kind, name, namespace, labels } = target.object;
    if (policy.object.namespace !== namespace) {
        return false;
    }
    const named = (reference: unknown): Ternary =>
        allOf([
            readString(reference, "kind") === kind,
            read(reference, ["name"]).state === "unknown"
                ? "unknown"
                : readString(reference, "name") === name,
            isSection(reference, section),
        ]);
    const single = read(policy.inputs, ["spec", "targetRef"]);
    return anyOf([
        single.state === "unknown" ? "unknown" : single.state === "known" && named(single.value),
        someIn(policy.inputs, ["spec", "targetRefs"], named),
        someIn(policy.inputs, ["spec", "targetSelectors"], (selector) =>
            allOf([readString(selector, "kind") === kind, selects(read(selector, []), labels)]),
        ),
    ]);
}

/**
 * Whether a policy of the kind that has what is wanted applies at one parent of a route.
 *
 * @param parent undefined for a Gateway that is not of the stack: only the route's own count there
 */
function appliesAt(
    policies: readonly ObjectOf[],
    route: ObjectOf,
    parent: Parent | undefined,
    has: (policy: ObjectOf) => Ternary,
): Ternary {
    const own = policies.map((policy) => ({
        policy,
        target: isTarget(policy, route, NO_SECTION),
    }));
    const inherited =
        parent !== undefined &&
        anyOf(
            policies.map((policy) =>
                allOf([isTarget(policy, parent.gateway, parent.section), has(policy)]),
            ),
        );
    const mine = own.filter(({ target }) => target !== false);
    return mine.length === 0
        ? inherited
        : anyOf(
              mine.map(({ policy, target }) => {
                  const merges = read(policy.inputs, ["spec", "mergeType"]).state !== "absent";
                  return allOf([target, anyOf([has(policy), merges ? inherited : false])]);
              }),
          );
}

/** Whether a policy that has what is wanted applies to a route, at every Gateway of it. */
export function applies(
    facts: Facts,
    kind: "SecurityPolicy" | "BackendTrafficPolicy" | "ClientTrafficPolicy",
    route: ObjectOf,
    has: (policy: ObjectOf) => Ternary,
): Ternary {
    const policies = facts.objects(GROUP, kind);
    const parents = parentsOf(facts, route);
    return parents.length === 0
        ? appliesAt(policies, route, undefined, has)
        : allOf(
              parents.map((parent) =>
                  allOf([parent.isOne, appliesAt(policies, route, parent, has)]),
              ),
          );
}
