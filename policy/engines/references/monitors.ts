/** Monitors of the Prometheus operator: what they scrape exists. */
import { namesOfMissing } from "../../kernel/missing-charts";
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { toTest } from "../../kubernetes/selectors";
import { holdsUnknown, isUnknown, read, readList, readString, readTree } from "../../kernel/tree";
import type { Inventory } from "./inventory";
import type { LabelledPods } from "./pods";
import type { StackView } from "./stack-view";
import { fromLabels, nearLabel } from "./selecting";
import { selectIn } from "./selections";
import { carries, portIn, type ServiceTarget } from "./services";
import { fieldOf } from "./values";

/** One thing that a monitor scrapes. */
export interface Scraped {
    readonly pods: LabelledPods;
    readonly port: number;
}

/** The namespaces in which a monitor looks. */
function namespacesOf(fact: ObjectOf, inventory: Inventory): string[] {
    const any = read(fact.inputs, ["spec", "namespaceSelector", "any"]);
    if (any.state === "known" && any.value === true) {
        return [...inventory.namespaces.keys()];
    }
    const names = readList(fact.inputs, "spec", "namespaceSelector", "matchNames").map(String);
    return names.length > 0 ? names : [fact.object.namespace ?? ""];
}

interface Services {
    readonly sure: readonly ServiceTarget[];
    /** Whether the labels of others, known only at the update, may be selected. */
    readonly isMore: boolean;
}

function selectServices(fact: ObjectOf, inventory: Inventory): Services {
    const test = toTest(read(fact.inputs, ["spec", "selector"]));
    const all = namespacesOf(fact, inventory).flatMap((namespace) =>
        inventory
            .names("/Service", namespace)
            .flatMap((name) => inventory.find("/Service", namespace, name)?.service ?? []),
    );
    const sure = all.filter((service) => test(labelsOf(service)) === true);
    return {
        sure,
        isMore: all.some(({ labelsUnknown = false }) => labelsUnknown),
    };
}

function labelsOf({ fact, labels }: ServiceTarget): Readonly<Record<string, string>> {
    return fact?.object.labels ?? labels ?? {};
}

function servicesOf(fact: ObjectOf, inventory: Inventory): readonly ServiceTarget[] {
    return selectServices(fact, inventory).sure;
}

function endpointsOf(fact: ObjectOf): readonly unknown[] {
    const field = fact.object.kind === "PodMonitor" ? "podMetricsEndpoints" : "endpoints";
    return readList(fact.inputs, "spec", field);
}

function isUnknownMonitor(fact: ObjectOf): boolean {
    const spec = readTree(fact.inputs, "spec");
    const ports = endpointsOf(fact).map((endpoint) => [
        isUnknown(endpoint),
        ...["port", "portNumber", "targetPort"].map((field) => isUnknown(fieldOf(endpoint, field))),
    ]);
    return (
        ports.flat().includes(true) ||
        holdsUnknown([spec.selector, spec.namespaceSelector]) ||
        [fact.inputs.spec, spec.endpoints, spec.podMetricsEndpoints].some(isUnknown)
    );
}

interface Ports {
    /** Names by which endpoints call the ports of what is selected. */
    readonly own: readonly string[];
    /** Names of the containers' ports behind a Service. */
    readonly behind: readonly string[];
    readonly isMore: boolean;
}

function judgePorts(fact: ObjectOf, { own, behind, isMore }: Ports): Finding[] {
    const of = fact.object.kind === "PodMonitor" ? "no pod of its" : "no Service of its";
    return endpointsOf(fact).flatMap((endpoint) => {
        const port = readString(endpoint, "port");
        const target = port === undefined ? readString(endpoint, "targetPort") : undefined;
        const [wanted, names, whose] =
            target === undefined ? [port, own, of] : [target, behind, "no container behind it"];
        if (wanted === undefined || names.includes(wanted)) {
            return [];
        }
        const near = nearest(wanted, names);
        const hint = near === undefined ? "" : `; perhaps ${near} is meant`;
        const message = `it scrapes port ${wanted}, which ${whose} has; they have ${names.join(", ") || "no named ports"}${hint}`;
        return isMore
            ? [
                  notJudged(
                      fact,
                      `whether anything has its port ${wanted} is known only at the update`,
                  ),
              ]
            : [violated(fact, message)];
    });
}

function namesIn(list: readonly { readonly ports: readonly { readonly name?: string }[] }[]) {
    return [...new Set(list.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])))];
}

function judgeNothing(view: StackView, fact: ObjectOf, isMore: boolean): Finding[] {
    const { inventory, selector } = view;
    const namespaces = namespacesOf(fact, inventory);
    const isPods = fact.object.kind === "PodMonitor";
    const what = isPods ? "pods" : "Service";
    const charts = inventory.unseen(...namespaces);
    if (charts.length > 0) {
        const message = `whether it selects any ${what} depends on ${namesOfMissing(charts)}`;
        return [notJudged(fact, message)];
    }
    if (isMore) {
        return [notJudged(fact, `whether it selects any ${what} is known only at the update`)];
    }
    const reading = read(fact.inputs, ["spec", "selector"]);
    const known = [...inventory.namespaces.keys()];
    const lost = namespaces.find((name) => !known.includes(name));
    const near = lost === undefined ? undefined : nearest(lost, known);
    const sets = namespaces.flatMap((namespace) =>
        inventory
            .names("/Service", namespace)
            .map((name) => inventory.find("/Service", namespace, name)?.fact?.object.labels ?? {}),
    );
    const hint = isPods ? selector.hint(namespaces, reading) : nearLabel(sets, reading);
    const message = `it selects no ${what} in ${namespaces.join(", ")}`;
    return [violated(fact, message + (near === undefined ? hint : `; perhaps ${near} is meant`))];
}

/** A monitor selects something with the port that it scrapes. */
export function judgeMonitor(view: StackView, fact: ObjectOf): Finding[] {
    const { inventory } = view;
    if (isUnknownMonitor(fact)) {
        return [notJudged(fact, "what it selects is known only at the update")];
    }
    if (fact.object.kind === "PodMonitor") {
        const reading = read(fact.inputs, ["spec", "selector"]);
        const { pods, maybe } = selectIn(view, namespacesOf(fact, inventory), reading);
        const isMore = maybe.length > 0;
        const ports = { own: namesIn(pods), behind: namesIn(pods), isMore };
        return pods.length === 0 ? judgeNothing(view, fact, isMore) : judgePorts(fact, ports);
    }
    const { sure, isMore } = selectServices(fact, inventory);
    const behind = sure.flatMap(({ namespace, selector }) =>
        selector === undefined ? [] : view.selector.pods(namespace, fromLabels(selector)).pods,
    );
    const ports = { own: namesIn(sure), behind: namesIn(behind), isMore };
    return sure.length === 0 ? judgeNothing(view, fact, isMore) : judgePorts(fact, ports);
}

/** Ports of pods that an endpoint names by itself, past the ports of any Service. */
function podPorts(endpoint: unknown, pods: LabelledPods): number[] {
    const { port, portNumber, targetPort } = readTree(endpoint);
    const wanted = port ?? portNumber ?? targetPort;
    return typeof wanted === "number"
        ? [wanted]
        : pods.ports.flatMap(({ name, port: number }) =>
              name !== undefined && name === wanted ? [number] : [],
          );
}

/** Everything that a monitor scrapes. */
export function scrapedBy({ inventory, selector }: StackView, fact: ObjectOf): Scraped[] {
    const endpoints = endpointsOf(fact);
    const through = (endpoint: unknown, pods: LabelledPods): Scraped[] =>
        podPorts(endpoint, pods).map((port) => ({ pods, port }));
    if (fact.object.kind === "PodMonitor") {
        return namespacesOf(fact, inventory)
            .flatMap((name) => selector.pods(name, read(fact.inputs, ["spec", "selector"])).pods)
            .flatMap((pods) => endpoints.flatMap((endpoint) => through(endpoint, pods)));
    }
    const ports = endpoints.flatMap((endpoint) => readString(endpoint, "port") ?? []);
    const direct = endpoints.filter((endpoint) => readString(endpoint, "port") === undefined);
    return servicesOf(fact, inventory).flatMap((service) => {
        const { selector: labels, namespace } = service;
        const behind = (inventory.pods.get(namespace) ?? []).filter(
            (pods) => labels !== undefined && carries(pods, labels),
        );
        const named = service.ports
            .filter(({ name }) => name !== undefined && ports.includes(name))
            .flatMap((entry) =>
                behind.flatMap((pods) => {
                    const port = portIn(pods, entry);
                    return port === undefined ? [] : [{ pods, port }];
                }),
            );
        return [
            ...named,
            ...behind.flatMap((pods) => direct.flatMap((endpoint) => through(endpoint, pods))),
        ];
    });
}
