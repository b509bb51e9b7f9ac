/** OBS-01: whatever offers metrics is scraped. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, switchAt } from "../../kernel/ternary";
import { holdsUnknown, readString, readTree } from "../../kernel/tree";
import { type Scraped, scrapedBy } from "../../engines/references/monitors";
import type { LabelledPods } from "../../engines/references/pods";
import { type StackView, stackViewOf } from "../../engines/references/stack-view";
import { carries, portIn } from "../../engines/references/services";
import { operatorMonitor } from "../../engines/monitoring/operator-monitors";
import { isTaken, MONITORING, prometheusesOf, takes } from "../../engines/monitoring/prometheus";

/** How charts call the ports on which they offer metrics. */
const METRICS = /(?:^|-)(?:metrics|monitoring|prometheus|prom)(?:-|$)/;

/** A port with metrics. */
interface MetricsPort extends Scraped {
    readonly fact: Fact;
    /** How messages call it. */
    readonly called: string;
}

function annotated({ fact }: LabelledPods): number | undefined {
    const metadata = fact?.workload?.podMetadata;
    const of = (name: string) => readString(metadata, "annotations", `prometheus.io/${name}`);
    const port = Number(of("port"));
    return of("scrape") === "true" && port > 0 ? port : undefined;
}

function portsOf(pods: LabelledPods): MetricsPort[] {
    const { fact, made } = pods;
    const isLasting = made === undefined ? fact?.workload?.longRunning : made.passing !== true;
    if (fact === undefined || isLasting !== true) {
        return [];
    }
    const named = pods.ports.flatMap(({ name, port }) =>
        name !== undefined && METRICS.test(name)
            ? [{ fact, pods, port, called: `${name} (${port})` }]
            : [],
    );
    const port = annotated(pods);
    return port === undefined || named.some((other) => other.port === port)
        ? named
        : [...named, { fact, pods, port, called: `${port}, which its annotations name` }];
}

function allPorts({ inventory }: StackView): MetricsPort[] {
    return [...inventory.pods.values()].flat().flatMap(portsOf);
}

/** Who offers metrics. */
export function metricsPorts(facts: Facts): Fact[] {
    return allPorts(stackViewOf(facts)).map(({ fact }) => fact);
}

/** The monitor as a Prometheus reads it, which may ignore in which namespaces it looks. */
function readBy(prometheus: ObjectOf, monitor: ObjectOf): ObjectOf {
    const ignores = switchAt(prometheus.inputs, ["spec", "ignoreNamespaceSelectors"], false);
    const spec = { ...readTree(monitor.inputs, "spec"), namespaceSelector: null };
    return ignores === false ? monitor : { ...monitor, inputs: { ...monitor.inputs, spec } };
}

/** What is scraped, and whether more may be that only an update will tell. */
interface Scrapes {
    readonly scraped: readonly Scraped[];
    readonly more: boolean;
}

function scrapesOf(facts: Facts, view: StackView, prometheuses: readonly ObjectOf[]): Scrapes {
    const monitors = ["ServiceMonitor", "PodMonitor"].flatMap((kind) =>
        facts.objects(MONITORING, kind),
    );
    const pairs = prometheuses.flatMap((prometheus) =>
        monitors.map((monitor) => ({
            monitor: readBy(prometheus, monitor),
            taken: allOf([
                takes(facts, prometheus, monitor),
                holdsUnknown(monitor.inputs.spec) ? "unknown" : true,
            ]),
        })),
    );
    return {
        scraped: pairs.flatMap(({ monitor, taken }) =>
            taken === true ? scrapedBy(view, monitor) : [],
        ),
        more: pairs.some(({ taken }) => taken === "unknown"),
    };
}

/** Whether an annotation names the port, or a Service leads to it. */
function isOffered({ inventory }: StackView, { pods, port }: MetricsPort): boolean {
    const isNamed = annotated(pods) === port;
    return (
        isNamed ||
        inventory
            .names("/Service", pods.namespace)
            .map((name) => inventory.find("/Service", pods.namespace, name)?.service)
            .some(
                (service) =>
                    service?.selector !== undefined &&
                    carries(pods, service.selector) &&
                    service.ports.some((entry) => portIn(pods, entry) === port),
            )
    );
}

function isScraped(
    metrics: MetricsPort,
    { scraped, more }: Scrapes,
    facts: Facts,
    view: StackView,
): Ternary {
    const { pods, port, fact } = metrics;
    const prometheuses = prometheusesOf(facts);
    const own = operatorMonitor(fact);
    const ports = scraped.filter((other) => other.pods === pods).map((other) => other.port);
    return anyOf([
        ports.includes(port),
        // What no Service offers is a second opinion on pods that are scraped elsewhere.
        ports.length > 0 && !isOffered(view, metrics),
        own === undefined ? false : allOf([own.made, isTaken(facts, prometheuses, own.monitor)]),
        more || pods.labelsUnknown ? "unknown" : false,
    ]);
}

function judgePort(port: MetricsPort, answer: Ternary): Finding[] {
    const { fact, called } = port;
    return answer === true
        ? []
        : answer === "unknown"
          ? [notJudged(fact, `whether port ${called} is scraped is known only at the update`)]
          : [
                violated(
                    fact,
                    `nothing scrapes its port ${called}; add a ServiceMonitor or PodMonitor that Prometheus selects`,
                ),
            ];
}

/** OBS-01. */
export const scraping: StackCriterion = {
    id: "OBS-01",
    name: "obs-01-scraped",
    description:
        "Checks that every port with metrics is scraped: a monitor selects it, and a Prometheus of the stack selects the monitor.",
    severity: "medium",
    remediation:
        "Turn on the chart's ServiceMonitor or PodMonitor, with labels that Prometheus selects.",
    judgeStack: (facts) => {
        const prometheuses = prometheusesOf(facts);
        if (prometheuses.length === 0) {
            return { subjects: 0, findings: [] };
        }
        const view = stackViewOf(facts);
        const ports = allPorts(view);
        const scrapes = scrapesOf(facts, view, prometheuses);
        return {
            subjects: ports.length,
            judged: [...new Set(ports.map(({ fact }) => fact))],
            findings: ports.flatMap((port) =>
                judgePort(port, isScraped(port, scrapes, facts, view)),
            ),
        };
    },
};
