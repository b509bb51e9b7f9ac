/**
 * What Prometheus takes from the cluster: an absent selector takes nothing, an empty one
 * everything; an absent selector of namespaces means its own namespace, an empty one all
 * (monitoring.coreos.com/v1, `PrometheusSpec`).
 */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary } from "../../kernel/ternary";
import { selects } from "../../kubernetes/selectors";
import { read, type Reading, readLabels } from "../../kernel/tree";

export const MONITORING = "monitoring.coreos.com";

/** The start of the fields that select a kind of object. */
const FIELDS: Readonly<Record<string, string>> = {
    ServiceMonitor: "serviceMonitor",
    PodMonitor: "podMonitor",
    PrometheusRule: "rule",
};

/** Everything that evaluates metrics or scrapes them. */
export function prometheusesOf(facts: Facts): ObjectOf[] {
    return ["Prometheus", "PrometheusAgent"].flatMap((kind) => facts.objects(MONITORING, kind));
}

/** Everything that evaluates rules. */
export function evaluatorsOf(facts: Facts): ObjectOf[] {
    return ["Prometheus", "ThanosRuler"].flatMap((kind) => facts.objects(MONITORING, kind));
}

function inNamespace(facts: Facts, selector: Reading, own: string, name: string): Ternary {
    if (selector.state === "absent") {
        return own === name;
    }
    const [namespace] = facts.objects("", "Namespace").filter(({ object }) => object.name === name);
    if (read(namespace?.inputs, ["metadata", "labels"]).state === "unknown") {
        return "unknown";
    }
    return selects(selector, {
        ...readLabels(namespace?.inputs, "metadata", "labels"),
        "kubernetes.io/metadata.name": name,
    });
}

/** Whether a Prometheus takes the monitor or rules. */
export function takes(facts: Facts, prometheus: ObjectOf, fact: ObjectOf): Ternary {
    const field = FIELDS[fact.object.kind] ?? "";
    const labels = read(fact.inputs, ["metadata", "labels"]);
    const own = prometheus.object.namespace ?? "";
    const byLabels = read(prometheus.inputs, ["spec", `${field}Selector`]);
    const byNamespace = read(prometheus.inputs, ["spec", `${field}NamespaceSelector`]);
    return allOf([
        labels.state === "unknown" ? "unknown" : selects(byLabels, fact.object.labels),
        inNamespace(facts, byNamespace, own, fact.object.namespace ?? ""),
    ]);
}

/** Whether one of them takes it. */
export function isTaken(facts: Facts, prometheuses: readonly ObjectOf[], fact: ObjectOf): Ternary {
    return anyOf(prometheuses.map((prometheus) => takes(facts, prometheus, fact)));
}
