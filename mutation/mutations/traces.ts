/** Mutations of what collects, samples, keeps and shows traces. */
import { at, change, changeTogether, drop, isKind, list, podSpecOf } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const COLLECTOR = "opentelemetry.io/OpenTelemetryCollector";

function collector(name: string) {
    return (resource: StackResource) =>
        isKind(resource, COLLECTOR) && at(resource.inputs, "metadata").name === name;
}

const balancing = (inputs: Inputs) => at(inputs, "spec", "config", "exporters", "loadbalancing");

const SOURCE = "grafana.integreatly.org/GrafanaDatasource";
const sourceOfTraces = (resource: StackResource) =>
    isKind(resource, SOURCE) && at(resource.inputs, "metadata").name === "tempo";

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

/** What sends traces of its own. */
const sends = (resource: StackResource) =>
    isKind(resource, "gateway.envoyproxy.io/EnvoyProxy") ||
    JSON.stringify(podSpecOf(resource.inputs)).includes(ENDPOINT);

/** OBS-05, CMP-05. */
export const traceMutations: readonly Mutation[] = [
    change(
        ["balanced-by-service", "OBS-05", "sends the spans of a trace to several samplers"],
        collector("gateway"),
        (inputs) => {
            balancing(inputs).routing_key = "service";
        },
    ),
    change(
        ["one-address", "OBS-05", "balances over a Service with one address"],
        collector("gateway"),
        (inputs) => {
            const dns = at(balancing(inputs), "resolver", "dns");
            dns.hostname = String(dns.hostname).replace("-headless", "");
        },
    ),
    change(
        ["sampling-gateway", "OBS-05", "samples in several gateways"],
        collector("gateway"),
        (inputs) => {
            const config = at(inputs, "spec", "config");
            at(config, "processors").tail_sampling = { policies: [{ type: "always_sample" }] };
            at(config, "service", "pipelines", "traces").processors = ["tail_sampling"];
        },
    ),
    change(["traces-to-nowhere", "OBS-05", "keeps no traces"], collector("sampler"), (inputs) => {
        at(inputs, "spec", "config", "exporters", "otlp").endpoint = "tempo.nowhere.svc:4317";
    }),
    changeTogether(["silent-programs", "OBS-05", "traces no request"], sends, (inputs) => {
        drop(at(inputs, "spec", "telemetry"), "tracing");
        for (const container of list(podSpecOf(inputs), "containers")) {
            container.env = list(container, "env").filter(({ name }) => name !== ENDPOINT);
        }
    }),
    changeTogether(
        ["unseen-traces", "OBS-05", "shows nobody the traces"],
        (resource) => isKind(resource, SOURCE),
        (inputs) => {
            const source = at(inputs, "spec", "datasource");
            if (["tempo", "jaeger"].includes(String(source.type))) {
                source.type = "prometheus";
            }
        },
    ),
    change(
        ["traces-without-logs", "OBS-05", "links traces to no logs"],
        sourceOfTraces,
        (inputs) => {
            delete at(inputs, "spec", "datasource", "jsonData").tracesToLogsV2;
        },
    ),
    change(
        ["short-traces", "CMP-05", "keeps traces a day"],
        (resource) =>
            isKind(resource, "ConfigMap") && at(resource.inputs, "metadata").name === "tempo",
        ({ data }) => {
            const files = data as Inputs;
            files["tempo.yaml"] = String(files["tempo.yaml"]).replace("168h", "24h");
        },
    ),
];
