/** Whether spans of a collector get where they are kept, and whole traces to who samples them. */
import type { Facts } from "../../kernel/facts";
import { anyOf, type Ternary } from "../../kernel/ternary";
import { read, readList, readString, readTree } from "../../kernel/tree";
import {
    type Collector,
    collectorsOf,
    pipelinesOf,
    type Target,
    targetOf,
    typeOf,
} from "./collectors";
import { sendersOf } from "./senders";

/** Exporters that keep nothing. */
const NOWHERE = ["debug", "logging", "nop", "file"];
/** Exporters for the collectors' own protocol (`otlp_grpc` since 0.144; the old names still hold). */
const OTLP = ["otlp", "otlp_grpc", "otlphttp", "otlp_http", "otelarrow"];
const BALANCING = ["loadbalancing", "load_balancing"];
/** Processors that decide on whole traces (their own READMEs). */
const WHOLE = ["tail_sampling", "groupbytrace"];
/** Ways to spans of which a share is kept. */
const SAMPLING = ["tail_sampling", "probabilistic_sampler"];

/** One way out of a collector. */
interface Exit {
    readonly exporter: string;
    readonly type: string;
    readonly own: unknown;
    readonly targets: readonly Target[];
}

/** Addresses between which an exporter balances (exporter/loadbalancingexporter/README.md). */
function balanced(own: unknown): unknown[] {
    const resolver = readTree(own, "resolver");
    const dns = read(resolver, ["dns", "hostname"]);
    const service = readString(resolver, "k8s", "service");
    return [
        ...(dns.state === "absent" ? [] : [readTree(resolver, "dns").hostname]),
        ...(service === undefined ? [] : [service]),
        ...readList(resolver, "static", "hostnames"),
    ];
}

function exitsOf(facts: Facts, { configuration, namespace }: Collector): Exit[] {
    const used = new Set(pipelinesOf(configuration).flatMap(({ exporters }) => exporters));
    const declared = readTree(configuration, "exporters");
    return [...used].flatMap((exporter): Exit[] => {
        const type = typeOf(exporter);
        if (!(exporter in declared)) {
            // A connector: what it makes of spans is judged where that goes on.
            return [];
        }
        const own = declared[exporter];
        const addresses = BALANCING.includes(type)
            ? balanced(own)
            : OTLP.includes(type)
              ? [readTree(own).endpoint ?? readTree(own).traces_endpoint]
              : [];
        return [
            {
                exporter,
                type,
                own,
                targets: addresses.map((address) => targetOf(facts, address, namespace)),
            },
        ];
    });
}

/** Whether what a collector takes gets to a store. */
export function arrives(
    facts: Facts,
    collector: Collector,
    seen: readonly Collector[] = [],
): Ternary {
    if (collector.configuration === undefined) {
        return "unknown";
    }
    if (seen.includes(collector)) {
        return false;
    }
    return anyOf(
        exitsOf(facts, collector).map(({ type, targets }): Ternary => {
            if (NOWHERE.includes(type)) {
                return false;
            }
            if (targets.length === 0) {
                // Another protocol, or an extension of its own, such as that of Jaeger.
                return !BALANCING.includes(type) && !OTLP.includes(type);
            }
            return anyOf(
                targets.map((target) =>
                    target.kind === "collector"
                        ? arrives(facts, target.collector, [...seen, collector])
                        : target.kind === "unknown"
                          ? "unknown"
                          : target.kind !== "nothing",
                ),
            );
        }),
    );
}

/** Addresses to which a collector sends traces and where nothing takes them, whoever else does. */
export function deadEndsOf(facts: Facts, collector: Collector): string[] {
    return exitsOf(facts, collector).flatMap(({ exporter, own, targets }) =>
        targets.some(({ kind }) => kind === "nothing")
            ? [`${exporter} to ${readString(own, "endpoint") ?? "its addresses"}`]
            : [],
    );
}

/** Processors of a collector's pipelines of traces, of some types. */
function processors({ configuration }: Collector, types: readonly string[]): string[] {
    return pipelinesOf(configuration)
        .flatMap((pipeline) => pipeline.processors)
        .filter((name) => types.includes(typeOf(name)));
}

/** Whether something in it keeps a share of the traces, with at least one rule. */
export function samples(collector: Collector): boolean {
    return processors(collector, SAMPLING).some((name) => {
        const own = readTree(collector.configuration, "processors", name);
        return typeOf(name) !== "tail_sampling" || readList(own, "policies").length > 0;
    });
}

/** What leads to a collector that decides on whole traces, and what is wrong with it. */
export interface Feeding {
    readonly processor: string;
    /** Whether something brings all spans of a trace to the same replica. */
    readonly fed: Ternary;
    readonly faults: readonly string[];
}

/** What is wrong with one exporter that leads to a sampler; undefined if nothing is. */
function faultOf({ exporter, type, own, targets }: Exit, from: string, to: Collector) {
    const here = targets.filter((target) => target.kind === "collector" && target.collector === to);
    if (!BALANCING.includes(type)) {
        return `${from} sends to it with ${exporter}, which gives each replica a part of a trace; send with the exporter loadbalancing`;
    }
    const key = read(own, ["routing_key"]);
    if (key.state === "known" && key.value !== "traceID") {
        return `${exporter} of ${from} balances by ${String(key.value)}; balance by traceID`;
    }
    const throughApi = readString(own, "resolver", "k8s", "service") !== undefined;
    const listed = readList(own, "resolver", "static", "hostnames").length > 1;
    return throughApi || listed || here.some((target) => "by" in target && target.by === "all")
        ? undefined
        : `${exporter} of ${from} asks for a Service with one address, behind which replicas take turns; name the headless one`;
}

/** How spans come to a sampler of several replicas; undefined for what needs no whole traces. */
export function feedingOf(facts: Facts, sampler: Collector): Feeding | undefined {
    const [processor] = processors(sampler, WHOLE);
    if (processor === undefined || sampler.several === false) {
        return undefined;
    }
    const leading = collectorsOf(facts).flatMap((from) =>
        exitsOf(facts, from)
            .filter(({ targets }) =>
                targets.some(
                    (target) => target.kind === "collector" && target.collector === sampler,
                ),
            )
            .map((exit) => faultOf(exit, from.fact.key, sampler)),
    );
    const direct = sendersOf(facts)
        .filter(({ target }) => target.kind === "collector" && target.collector === sampler)
        .map(
            ({ fact }) => `${fact.key} sends to it past the collectors that balance; send to those`,
        );
    const unread = collectorsOf(facts).some(({ configuration }) => configuration === undefined);
    // Where nobody balances, that is the fault, whoever else sends.
    const faults = (leading.length === 0 ? [] : [...leading, ...direct]).filter(
        (fault) => fault !== undefined,
    );
    return {
        processor,
        faults,
        fed: leading.includes(undefined) || (unread ? "unknown" : false),
    };
}
