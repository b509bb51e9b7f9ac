/** Selectors of network policies, and of what Cilium announces, that must select something. */
import { flowNamesOf } from "../../../components/base/flow-names";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { toTest } from "../../kubernetes/selectors";
import { holdsUnknown, read, type Reading } from "../../kernel/tree";
import { endpoint, type EndpointSelector, selectEndpoints, subject } from "./cilium-selectors";
import type { StackView } from "./stack-view";
import { asSelector, nearLabel } from "./selecting";
import { isConditional, judgeSelection, onPodNetwork, selectIn } from "./selections";
import { valuesAt } from "./values";

/** No namespace is there, or a chart that nobody saw may bring it. */
function judgeNoNamespace(
    { inventory }: StackView,
    fact: ObjectOf,
    what: string,
    selector: Reading,
): Finding[] {
    const sets = [...inventory.namespaces.values()].map(({ labels }) => labels);
    const maker =
        inventory.unsure("/Namespace", "") ?? inventory.unknownMakers.find("/Namespace", "");
    return inventory.unseen("") === undefined && maker === undefined
        ? [violated(fact, `${what} selects no namespace${nearLabel(sets, selector)}`)]
        : [notJudged(fact, `whether ${what} selects a namespace is known only at the update`)];
}

function judgePeer(view: StackView, fact: ObjectOf, rule: string, peer: unknown): Finding[] {
    const { namespace: own = "" } = fact.object;
    const namespaceSelector = read(peer, ["namespaceSelector"]);
    const podSelector = read(peer, ["podSelector"]);
    const what = `a peer of ${rule}`;
    if (holdsUnknown(peer)) {
        return [notJudged(fact, `${what} is known only at the update`)];
    }
    const names =
        namespaceSelector.state === "absent" ? [own] : view.selector.namespaces(namespaceSelector);
    if (names.length === 0) {
        return judgeNoNamespace(view, fact, what, namespaceSelector);
    }
    return isConditional(podSelector)
        ? judgeSelection(
              view,
              fact,
              `${what} in namespace ${names.join(", ")}`,
              names,
              podSelector,
              onPodNetwork(selectIn(view, names, podSelector)),
          )
        : [];
}

/** A network policy concerns pods that exist, and so do its peers. */
export function judgePolicy(view: StackView, fact: ObjectOf): Finding[] {
    const { namespace = "" } = fact.object;
    const selector = read(fact.inputs, ["spec", "podSelector"]);
    const own = onPodNetwork(view.selector.pods(namespace, selector));
    const names = flowNamesOf(fact.inputs);
    const peers = (["ingress", "egress"] as const).flatMap((side) =>
        valuesAt(fact.inputs, ["spec", `${side}[]`]).flatMap((rule, index) => {
            const flow = names[index];
            const what = flow === undefined ? `an ${side} rule` : `its flow ${flow}`;
            return valuesAt(rule, [side === "ingress" ? "from[]" : "to[]"]).flatMap((peer) =>
                judgePeer(view, fact, what, peer),
            );
        }),
    );
    return [
        ...(isConditional(selector) || selector.state === "unknown"
            ? judgeSelection(view, fact, "its podSelector", [namespace], selector, own)
            : []),
        ...peers,
    ];
}

const SIDES = [
    ["ingress", "fromEndpoints[]"],
    ["ingressDeny", "fromEndpoints[]"],
    ["egress", "toEndpoints[]"],
    ["egressDeny", "toEndpoints[]"],
] as const;

function judgeEndpoint(
    view: StackView,
    fact: ObjectOf,
    what: string,
    selector: unknown,
    compiled: EndpointSelector,
): Finding[] {
    if (!isConditional(asSelector(selector)) || compiled.namesReserved) {
        return [];
    }
    const { namespaces } = view.inventory;
    const names = [...namespaces].flatMap(([name, { labels }]) =>
        compiled.inNamespace(name, labels) ? [name] : [],
    );
    const found = onPodNetwork(selectEndpoints(compiled, view));
    return names.length === 0
        ? judgeNoNamespace(view, fact, what, compiled.namespaces)
        : judgeSelection(view, fact, what, names, compiled.pods, found);
}

/** A policy of Cilium concerns pods that exist, and so do the endpoints of its rules. */
export function judgeCiliumPolicy(view: StackView, fact: ObjectOf): Finding[] {
    const isInside = fact.object.kind === "CiliumNetworkPolicy";
    const own = isInside ? (fact.object.namespace ?? "") : undefined;
    const specs = [...valuesAt(fact.inputs, ["spec"]), ...valuesAt(fact.inputs, ["specs[]"])];
    return specs.flatMap((spec) => {
        const selectors = [
            ...valuesAt(spec, ["endpointSelector"]).map((selector) => ({
                what: "its endpointSelector",
                selector,
                compile: subject,
            })),
            ...SIDES.flatMap(([side, field]) =>
                valuesAt(spec, [`${side}[]`, field]).map((selector) => ({
                    what: `an endpoint of its ${side} rules`,
                    selector,
                    compile: endpoint,
                })),
            ),
        ];
        return selectors.flatMap(({ what, selector, compile }) =>
            holdsUnknown(selector)
                ? [notJudged(fact, `what ${what} selects is known only at the update`)]
                : judgeEndpoint(
                      ...([view, fact, what, selector] as const),
                      compile(selector, own, view.clusterName),
                  ),
        );
    });
}

/** What Cilium announces or gives an address is a Service that exists. */
export function judgeAnnounced({ inventory }: StackView, fact: ObjectOf): Finding[] {
    const selector = read(fact.inputs, ["spec", "serviceSelector"]);
    if (
        selector.state === "unknown" ||
        (selector.state === "known" && holdsUnknown(selector.value))
    ) {
        return [notJudged(fact, "which Services it selects is known only at the update")];
    }
    if (!isConditional(selector)) {
        return [];
    }
    const services = inventory.all("/Service").flatMap(({ service }) => service ?? []);
    const sets = services.map(({ namespace, name, fact: owner }) => ({
        ...owner?.object.labels,
        "io.kubernetes.service.namespace": namespace,
        "io.kubernetes.service.name": name,
    }));
    const test = toTest(selector);
    if (sets.some((labels) => test(labels) === true)) {
        return [];
    }
    const isVague = services.some(({ labelsUnknown }) => labelsUnknown === true);
    return isVague || inventory.unseen("") !== undefined
        ? [notJudged(fact, "whether it selects any Service is known only at the update")]
        : [violated(fact, `it selects no Service${nearLabel(sets, selector)}`)];
}
