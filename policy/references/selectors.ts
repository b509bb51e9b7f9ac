/** Selectors that must select something: Services, budgets, network policies, monitors. */
import { type Finding, notJudged, violated } from "../machinery/criterion";
import type { Fact } from "../machinery/facts";
import {
    holdsUnknown,
    isTree,
    isUnknown,
    read,
    readList,
    type Reading,
    readTree,
} from "../machinery/tree";
import type { InnerSelector } from "./references";
import type { ObjectOf } from "./resolve";
import type { Scene } from "./scene";
import { asSelector, fromLabels, type Selection } from "./selecting";
import { portIn, type ServiceTarget } from "./services";

/** Whether a selector has a condition at all; without one it needs no pods to be right. */
function isConditional(selector: Reading): boolean {
    return (
        selector.state === "known" &&
        isTree(selector.value) &&
        Object.values(selector.value).some((part) =>
            Array.isArray(part) ? part.length > 0 : isTree(part) && Object.keys(part).length > 0,
        )
    );
}

/** What it means that nothing was selected in a namespace; no finding when something was. */
function judgeSelection(
    { inventory, selector: pods }: Scene,
    fact: Fact,
    what: string,
    namespace: string,
    selector: Reading,
    { pods: found, maybe }: Selection,
): Finding[] {
    if (found.length > 0) {
        return [];
    }
    const unseen = inventory.unseen(namespace);
    if (maybe.length > 0 || selector.state === "unknown" || unseen !== undefined) {
        return [notJudged(fact, `whether ${what} selects any pods is known only at the update`)];
    }
    return [violated(fact, `${what} selects no pods${pods.hint(namespace, selector)}`)];
}

function judgePorts(service: ServiceTarget, fact: Fact, { pods, maybe }: Selection): Finding[] {
    return service.ports.flatMap((port) => {
        const there = pods.some((entry) => portIn(entry, port) !== undefined);
        if (there || pods.length === 0) {
            return [];
        }
        const unsure =
            maybe.length > 0 ||
            pods.some(({ portsUnknown, ports }) => portsUnknown && ports.length > 0);
        const names = [
            ...new Set(pods.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? []))),
        ];
        const message = `port ${port.name ?? port.port} leads to ${port.target}, which no container of its pods names`;
        return unsure
            ? [
                  notJudged(
                      fact,
                      `whether its pods have a port ${port.target} is known only at the update`,
                  ),
              ]
            : [violated(fact, `${message}; they have ${names.join(", ") || "no names"}`)];
    });
}

/** A Service finds pods, and its named ports exist in them. */
export function judgeService(scene: Scene, service: ServiceTarget): Finding[] {
    const { fact, selector, namespace } = service;
    if (fact === undefined) {
        return [];
    }
    if (service.unknown === true) {
        return [notJudged(fact, "which pods it selects is known only at the update")];
    }
    if (selector === undefined) {
        return [];
    }
    const reading = fromLabels(selector);
    const selection = scene.selector.pods(namespace, reading);
    return [
        ...judgeSelection(scene, fact, "its selector", namespace, reading, selection),
        ...judgePorts(service, fact, selection),
    ];
}

/** A PodDisruptionBudget finds pods. */
export function judgeBudget(scene: Scene, fact: ObjectOf): Finding[] {
    const { namespace = "" } = fact.object;
    const selector = read(fact.inputs, ["spec", "selector"]);
    const selection = scene.selector.pods(namespace, selector);
    return judgeSelection(scene, fact, "its selector", namespace, selector, selection);
}

/** An affinity or a spread constraint looks at pods that exist. */
export function judgeInner(scene: Scene, { fact, where, selector }: InnerSelector): Finding[] {
    const { namespace = "" } = fact.object;
    const reading = asSelector(selector);
    const selection = scene.selector.pods(namespace, reading);
    return isConditional(reading) || reading.state === "unknown"
        ? judgeSelection(scene, fact, where, namespace, reading, selection)
        : [];
}

/** On the host's network a pod is a node to every policy. */
function governed({ pods, maybe }: Selection): Selection {
    return { pods: pods.filter(({ hostNetwork }) => !hostNetwork), maybe };
}

function judgePeer(scene: Scene, fact: ObjectOf, side: string, peer: unknown): Finding[] {
    const { namespace: own = "" } = fact.object;
    const namespaceSelector = read(peer, ["namespaceSelector"]);
    const podSelector = read(peer, ["podSelector"]);
    const what = `a peer of an ${side} rule`;
    if (
        [namespaceSelector, podSelector].some(({ state }) => state === "unknown") ||
        holdsUnknown(peer)
    ) {
        return [notJudged(fact, `${what} is known only at the update`)];
    }
    const names =
        namespaceSelector.state === "absent" ? [own] : scene.selector.namespaces(namespaceSelector);
    if (namespaceSelector.state !== "absent" && names.length === 0) {
        const wanted = JSON.stringify(readTree(peer, "namespaceSelector"));
        return scene.inventory.unseen("") === undefined
            ? [violated(fact, `${what} selects no namespace: ${wanted}`)]
            : [notJudged(fact, `${what} may select a namespace that nobody saw: ${wanted}`)];
    }
    if (!isConditional(podSelector)) {
        return [];
    }
    const selections = names.map((name) => governed(scene.selector.pods(name, podSelector)));
    const [first = ""] = names;
    const found = {
        pods: selections.flatMap(({ pods }) => pods),
        maybe: selections.flatMap(({ maybe }) => maybe),
    };
    return judgeSelection(
        scene,
        fact,
        `${what} in namespace ${names.join(", ")}`,
        first,
        podSelector,
        found,
    );
}

/** A network policy concerns pods that exist, and so do its peers. */
export function judgePolicy(scene: Scene, fact: ObjectOf): Finding[] {
    const { namespace = "" } = fact.object;
    const selector = read(fact.inputs, ["spec", "podSelector"]);
    const own = governed(scene.selector.pods(namespace, selector));
    const peers = (["ingress", "egress"] as const).flatMap((side) =>
        readList(fact.inputs, "spec", side)
            .flatMap((rule) => readList(rule, side === "ingress" ? "from" : "to"))
            .filter((peer) => !isUnknown(peer))
            .flatMap((peer) => judgePeer(scene, fact, side, peer)),
    );
    return [
        ...(isConditional(selector) || selector.state === "unknown"
            ? judgeSelection(scene, fact, "its podSelector", namespace, selector, own)
            : []),
        ...peers,
    ];
}
