/** Selectors of workloads that must select something: Services, budgets, affinities. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, ObjectOf } from "../../kernel/facts";
import { holdsUnknown, read, readList } from "../../kernel/tree";
import type { InnerSelector } from "./references";
import type { StackView } from "./stack-view";
import { fromLabels, type Selection } from "./selecting";
import { isConditional, judgeSelection, selectIn } from "./selections";
import { portIn, type ServiceTarget } from "./services";

function judgePorts(service: ServiceTarget, fact: Fact, { pods, maybe }: Selection): Finding[] {
    return service.ports.flatMap((port) => {
        const there = pods.some((entry) => portIn(entry, port) !== undefined);
        if (there || pods.length === 0) {
            return [];
        }
        const unsure = maybe.length > 0 || pods.some(({ portNamesUnknown }) => portNamesUnknown);
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
export function judgeService(view: StackView, service: ServiceTarget): Finding[] {
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
    const selection = view.selector.pods(namespace, reading);
    return [
        ...judgeSelection(view, fact, "its selector", [namespace], reading, selection),
        ...judgePorts(service, fact, selection),
    ];
}

/** A PodDisruptionBudget finds pods. */
export function judgeBudget(view: StackView, fact: ObjectOf): Finding[] {
    const { namespace = "" } = fact.object;
    const selector = read(fact.inputs, ["spec", "selector"]);
    const selection = view.selector.pods(namespace, selector);
    return judgeSelection(view, fact, "its selector", [namespace], selector, selection);
}

/** The namespaces of a term: its own list and selector, or the namespace of the pod. */
function namespacesOf(view: StackView, { fact, term }: InnerSelector): string[] {
    const listed = readList(term, "namespaces").map(String);
    const selector = read(term, ["namespaceSelector"]);
    return listed.length === 0 && selector.state === "absent"
        ? [fact.object.namespace ?? ""]
        : [...new Set([...listed, ...view.selector.namespaces(selector)])];
}

/** An affinity or a spread constraint looks at pods that exist. */
export function judgeInner(view: StackView, inner: InnerSelector): Finding[] {
    const { fact, where, term } = inner;
    const selector = read(term, ["labelSelector"]);
    const isVague = ["namespaces", "namespaceSelector"].some((field) => {
        return holdsUnknown(term[field]);
    });
    if (isVague) {
        return [notJudged(fact, `where ${where} looks for pods is known only at the update`)];
    }
    const namespaces = namespacesOf(view, inner);
    return isConditional(selector) || selector.state === "unknown"
        ? judgeSelection(
              view,
              fact,
              where,
              namespaces,
              selector,
              selectIn(view, namespaces, selector),
          )
        : [];
}
