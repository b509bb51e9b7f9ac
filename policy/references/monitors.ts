/** Monitors of the Prometheus operator: what they scrape exists. */
import { type Finding, notJudged, violated } from "../machinery/criterion";
import { selects } from "../machinery/selectors";
import { isUnknown, read, readList, readString, readTree } from "../machinery/tree";
import type { Inventory } from "./inventory";
import type { Pods } from "./pods";
import type { ObjectOf } from "./resolve";
import type { Scene } from "./scene";
import { carries, portIn, type ServiceTarget } from "./services";

/** One thing that a monitor scrapes. */
export interface Scraped {
    readonly pods: Pods;
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

function labelsOf({ fact }: ServiceTarget): Readonly<Record<string, string>> {
    return fact?.object.labels ?? {};
}

function servicesOf(fact: ObjectOf, inventory: Inventory): ServiceTarget[] {
    const selector = read(fact.inputs, ["spec", "selector"]);
    return namespacesOf(fact, inventory).flatMap((namespace) =>
        inventory
            .names("/Service", namespace)
            .map((name) => inventory.find("/Service", namespace, name)?.service)
            .filter((service) => service !== undefined)
            .filter((service) => selects(selector, labelsOf(service)) === true),
    );
}

function isUnknownMonitor(fact: ObjectOf): boolean {
    return ["selector", "namespaceSelector", "endpoints", "podMetricsEndpoints"].some((field) => {
        const reading = read(fact.inputs, ["spec", field]);
        return reading.state === "unknown" || readList(fact.inputs, "spec", field).some(isUnknown);
    });
}

function endpointsOf(fact: ObjectOf): readonly unknown[] {
    const field = fact.object.kind === "PodMonitor" ? "podMetricsEndpoints" : "endpoints";
    return readList(fact.inputs, "spec", field);
}

function judgePorts(fact: ObjectOf, names: readonly string[], of: string): Finding[] {
    return endpointsOf(fact).flatMap((endpoint) => {
        const port = readString(endpoint, "port");
        return port === undefined || names.includes(port)
            ? []
            : [
                  violated(
                      fact,
                      `it scrapes port ${port}, which ${of} does not have; it has ${names.join(", ") || "no named ports"}`,
                  ),
              ];
    });
}

/** A monitor selects something with the port that it scrapes. */
export function judgeMonitor({ inventory, selector }: Scene, fact: ObjectOf): Finding[] {
    if (isUnknownMonitor(fact)) {
        return [notJudged(fact, "what it selects is known only at the update")];
    }
    const namespaces = namespacesOf(fact, inventory);
    const isPods = fact.object.kind === "PodMonitor";
    const services = isPods ? [] : servicesOf(fact, inventory);
    const selections = isPods
        ? namespaces.map((name) => selector.pods(name, read(fact.inputs, ["spec", "selector"])))
        : [];
    const pods = selections.flatMap((selection) => selection.pods);
    if (services.length + pods.length === 0) {
        const unsure =
            selections.some(({ maybe }) => maybe.length > 0) ||
            namespaces.some((name) => inventory.unseen(name) !== undefined);
        const what = isPods ? "pods" : "Service";
        return unsure
            ? [notJudged(fact, `whether it selects any ${what} is known only at the update`)]
            : [violated(fact, `it selects no ${what} in ${namespaces.join(", ")}`)];
    }
    const named = isPods
        ? pods.flatMap(({ ports }) => ports)
        : services.flatMap(({ ports }) => ports);
    const names = [...new Set(named.flatMap(({ name }) => name ?? []))];
    return judgePorts(fact, names, isPods ? "no pod of its" : "no Service of its");
}

/** Ports of pods that an endpoint names by itself, past the ports of any Service. */
function podPorts(endpoint: unknown, pods: Pods): number[] {
    const { port, portNumber, targetPort } = readTree(endpoint);
    const wanted = port ?? portNumber ?? targetPort;
    return typeof wanted === "number"
        ? [wanted]
        : pods.ports.flatMap(({ name, port: number }) =>
              name !== undefined && name === wanted ? [number] : [],
          );
}

/** Everything that a monitor scrapes. */
export function scrapedBy({ inventory, selector }: Scene, fact: ObjectOf): Scraped[] {
    const endpoints = endpointsOf(fact);
    const through = (endpoint: unknown, pods: Pods): Scraped[] =>
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
