/** Programs that send traces, and where to. */
import { allWorkloads } from "../operated/workloads";
import type { Fact, Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { isUnknown, read, readLabels, readList, readString, readTree } from "../../kernel/tree";
import { type Target, targetOf } from "./collectors";

/** A program that is instrumented, or something that instruments programs. */
export interface Sender {
    readonly fact: Fact;
    /** Address as it is written. */
    readonly address: string;
    readonly target: Target;
}

/** Envoy Gateway's proxies (api/v1alpha1: ProxyTracing); one with a rate of zero sends nothing. */
function proxies(facts: Facts): Sender[] {
    return facts.objects("gateway.envoyproxy.io", "EnvoyProxy").flatMap((fact): Sender[] => {
        const tracing = readTree(fact.inputs, "spec", "telemetry", "tracing");
        const provider = readTree(tracing, "provider");
        const rate = read(tracing, ["samplingRate"]);
        const fraction = read(tracing, ["samplingFraction", "numerator"]);
        if (
            [rate, fraction].some((share) => share.state === "known" && Number(share.value) === 0)
        ) {
            return [];
        }
        const own = fact.object.namespace ?? "default";
        const references = [...readList(provider, "backendRefs"), provider.backendRef];
        const named = references.flatMap((reference) => {
            const name = readString(reference, "name");
            const namespace = readString(reference, "namespace") ?? own;
            return name === undefined ? [] : [`${name}.${namespace}.svc`];
        });
        const host = read(provider, ["host"]);
        const addresses = named.length > 0 || host.state === "absent" ? named : [provider.host];
        return addresses.map((address) => ({
            fact,
            address: String(address),
            target: targetOf(facts, address, own),
        }));
    });
}

/** Variables that every SDK of OpenTelemetry reads (specification: configuration/sdk-environment-variables). */
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

function variables(container: unknown): ReadonlyMap<string, unknown> {
    return new Map(
        readList(container, "env").flatMap((variable): [string, unknown][] => {
            const name = readString(variable, "name");
            const value = read(variable, ["value"]);
            return name === undefined || value.state === "absent"
                ? []
                : [[name, value.state === "known" ? value.value : readTree(variable).value]];
        }),
    );
}

function programs(facts: Facts): Sender[] {
    return allWorkloads(facts).flatMap((fact) =>
        fact.workload.containers.flatMap(({ tree }): Sender[] => {
            const env = variables(tree);
            const name = ENDPOINTS.find((endpoint) => env.has(endpoint));
            const off =
                env.get("OTEL_SDK_DISABLED") === "true" ||
                env.get("OTEL_TRACES_EXPORTER") === "none" ||
                env.get("OTEL_TRACES_SAMPLER") === "always_off";
            if (name === undefined || off) {
                return [];
            }
            const address = env.get(name);
            return [
                {
                    fact,
                    address: isUnknown(address) ? "" : String(address),
                    target: targetOf(facts, address, fact.object.namespace ?? "default"),
                },
            ];
        }),
    );
}

const INJECT = "instrumentation.opentelemetry.io/inject-";

function asksToBeInstrumented(annotations: Readonly<Record<string, string>>): boolean {
    return Object.entries(annotations).some(
        ([key, value]) => key.startsWith(INJECT) && value !== "false",
    );
}

/** What the OpenTelemetry operator puts into pods that ask for it, by themselves or their namespace. */
function injected(facts: Facts): Sender[] {
    const asks =
        facts
            .objects("", "Namespace")
            .some(({ inputs }) =>
                asksToBeInstrumented(readLabels(inputs, "metadata", "annotations")),
            ) ||
        allWorkloads(facts).some(({ workload }) =>
            asksToBeInstrumented(readLabels(workload.podMetadata, "annotations")),
        );
    return asks
        ? facts.objects("opentelemetry.io", "Instrumentation").flatMap((fact): Sender[] => {
              const endpoint = read(fact.inputs, ["spec", "exporter", "endpoint"]);
              const address =
                  endpoint.state === "known"
                      ? endpoint.value
                      : readTree(fact.inputs, "spec", "exporter").endpoint;
              const namespace = fact.object.namespace ?? "default";
              return endpoint.state === "absent"
                  ? []
                  : [
                        {
                            fact,
                            address: String(address),
                            target: targetOf(facts, address, namespace),
                        },
                    ];
          })
        : [];
}

/** Everything that sends traces. */
export const sendersOf = memoize((facts): readonly Sender[] => [
    ...proxies(facts),
    ...programs(facts),
    ...injected(facts),
]);
