/** Collectors of traces as their configuration says, and what an address leads to. */
import * as yaml from "js-yaml";
import type { Fact, Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import type { Ternary } from "../../kernel/ternary";
import {
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { programsOf } from "../../kubernetes/programs";
import { mostReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { configurationOf } from "../logs/sources";
import { type Host, hostsIn } from "../references/hosts";

/** A collector with at least one pipeline of traces, or one that nobody can read. */
export interface Collector {
    readonly fact: Fact;
    readonly namespace: string;
    /** Undefined where only the update, or a Secret, knows it. */
    readonly configuration: Tree | undefined;
    /** Whether there is more than one of it. */
    readonly several: Ternary;
    /** How an address of the cluster leads to it: to one of its pods, or to the list of them all. */
    readonly reachedBy: (host: Host) => "one" | "all" | undefined;
}

/** One pipeline of traces, with its components. */
export interface Pipeline {
    readonly name: string;
    readonly receivers: readonly string[];
    readonly processors: readonly string[];
    readonly exporters: readonly string[];
}

/** `otlp` of `otlp/tempo`. */
export function typeOf(component: string): string {
    return component.split("/")[0] ?? component;
}

function parse(text: string): Tree | undefined {
    try {
        const value = yaml.load(text);
        return isTree(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

const names = (tree: unknown, key: string) => readList(tree, key).map(String);

/** The pipelines of traces of a configuration. */
export function pipelinesOf(configuration: Tree | undefined): Pipeline[] {
    return Object.entries(readTree(configuration, "service", "pipelines")).flatMap(([name, own]) =>
        typeOf(name) === "traces"
            ? [
                  {
                      name,
                      receivers: names(own, "receivers"),
                      processors: names(own, "processors"),
                      exporters: names(own, "exporters"),
                  },
              ]
            : [],
    );
}

function severalOf(inputs: Tree | undefined, perNode: boolean): Ternary {
    if (perNode) {
        return true;
    }
    const counts = [["replicas"], ["autoscaler", "maxReplicas"], ["autoscaler", "minReplicas"]].map(
        (path) => read(inputs, ["spec", ...path]),
    );
    return counts.some((count) => count.state === "known" && Number(count.value) > 1)
        ? true
        : counts.some(({ state }) => state === "unknown")
          ? "unknown"
          : false;
}

function isMore(count: number | "unknown"): Ternary {
    return count === "unknown" ? count : count > 1;
}

/** Custom resources of the OpenTelemetry operator, whose Services it names after them. */
function ofOperator(facts: Facts): Collector[] {
    return facts.objects("opentelemetry.io", "OpenTelemetryCollector").map((fact) => {
        const { inputs, object } = fact;
        const config = read(inputs, ["spec", "config"]);
        const namespace = object.namespace ?? "default";
        const name = `${object.name}-collector`;
        return {
            fact,
            namespace,
            configuration:
                config.state !== "known"
                    ? undefined
                    : typeof config.value === "string"
                      ? parse(config.value)
                      : isTree(config.value)
                        ? config.value
                        : undefined,
            several: severalOf(inputs, readString(inputs, "spec", "mode") === "daemonset"),
            reachedBy: (host) =>
                host.namespace !== namespace
                    ? undefined
                    : host.service === `${name}-headless`
                      ? "all"
                      : host.service === name
                        ? "one"
                        : undefined,
        };
    });
}

/** Programs that are collectors, by the last part of their images' names. */
const IMAGES = [
    "opentelemetry-collector",
    "opentelemetry-collector-contrib",
    "opentelemetry-collector-k8s",
    "opentelemetry-collector-otlp",
    "otelcol",
    "otelcol-contrib",
];

function reachedThroughService(facts: Facts, { object, workload }: WorkloadFact, host: Host) {
    const service = facts
        .objects("", "Service")
        .find(
            (other) =>
                other.object.namespace === host.namespace && other.object.name === host.service,
        );
    if (service === undefined || object.namespace !== host.namespace) {
        return undefined;
    }
    const selector = Object.entries(readTree(service.inputs, "spec", "selector"));
    const leads =
        selector.length > 0 && selector.every(([key, value]) => workload.podLabels[key] === value);
    return leads
        ? readString(service.inputs, "spec", "clusterIP") === "None"
            ? "all"
            : "one"
        : undefined;
}

/** Collectors that run without the operator, with their files in ConfigMaps. */
function ofWorkloads(facts: Facts): Collector[] {
    const programs = IMAGES.flatMap((image) => programsOf(facts, image));
    return programs.flatMap(({ fact }) => {
        const files = configurationOf(facts, fact);
        const own: Omit<Collector, "configuration"> = {
            fact,
            namespace: fact.object.namespace ?? "default",
            several: fact.workload.perNode || isMore(mostReplicas(facts, fact)),
            reachedBy: (host) => reachedThroughService(facts, fact, host),
        };
        const read = files.map(({ text }) => (text === undefined ? undefined : parse(text)));
        const found = read.filter((file) => pipelinesOf(file).length > 0);
        return found.length > 0
            ? found.map((configuration) => ({ ...own, configuration }))
            : files.length === 0 || files.some(({ text }) => text === undefined)
              ? [{ ...own, configuration: undefined }]
              : [];
    });
}

/** Every collector of traces of the stack. */
export const collectorsOf = memoize((facts): readonly Collector[] =>
    [...ofOperator(facts), ...ofWorkloads(facts)].filter(
        ({ configuration }) => configuration === undefined || pipelinesOf(configuration).length > 0,
    ),
);

const STORES = ["tempo", "tempo-distributor", "jaeger", "all-in-one", "zipkin"];

/** Namespaces in which something keeps traces. */
const storeNamespaces = memoize(
    (facts): ReadonlySet<string | undefined> =>
        new Set(
            STORES.flatMap((image) =>
                programsOf(facts, image).map(({ fact }) => fact.object.namespace),
            ),
        ),
);

const namespaceNames = memoize(
    (facts): ReadonlySet<string> =>
        new Set(facts.objects("", "Namespace").map(({ object }) => object.name)),
);

/** What an address leads to. */
export type Target =
    | { readonly kind: "collector"; readonly collector: Collector; readonly by: "one" | "all" }
    | { readonly kind: "store" }
    /** In a namespace of the stack where nothing takes spans. */
    | { readonly kind: "nothing" }
    /** Outside of the stack. */
    | { readonly kind: "outside" }
    | { readonly kind: "unknown" };

/**
 * What an address leads to.
 *
 * @param namespace where it stands, for names that leave theirs out
 */
export function targetOf(facts: Facts, address: unknown, namespace: string): Target {
    if (typeof address !== "string" || isUnknown(address) || address.includes("${")) {
        return { kind: "unknown" };
    }
    const bare = address.replace(/^[a-z][a-z+.-]*:\/\/\/?/, "");
    const [name = ""] = bare.split(/[:/]/);
    if (/^(?:localhost|127\.|\[?::1)/.test(bare)) {
        return { kind: "unknown" };
    }
    const known = namespaceNames(facts);
    const full = `//${name.includes(".") ? bare : bare.replace(name, `${name}.${namespace}`)}`;
    const [host] = hostsIn(full, (other) => known.has(other));
    if (host === undefined) {
        return { kind: "outside" };
    }
    for (const collector of collectorsOf(facts)) {
        const by = collector.reachedBy(host);
        if (by !== undefined) {
            return { kind: "collector", collector, by };
        }
    }
    return { kind: storeNamespaces(facts).has(host.namespace) ? "store" : "nothing" };
}
