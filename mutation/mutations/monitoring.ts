/** Mutations of what people see of the platform, and of what it promises them. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Inputs, StackResource } from "../../preview/recorded-stack";
import { at, change, isKind, list, remove } from "../define";
import type { Mutation } from "../define";

function isNamed(resource: StackResource, kind: string, name: string): boolean {
    return isKind(resource, kind) && at(resource.inputs, "metadata").name === name;
}

const dashboard = (resource: StackResource) =>
    isNamed(resource, "grafana.integreatly.org/GrafanaDashboard", "gateway");
const promises = (resource: StackResource) =>
    isNamed(resource, "monitoring.coreos.com/PrometheusRule", "envoy-gateway-objectives");

/** Changes the JSON of a packed dashboard. */
function repacked(edit: (text: string) => string) {
    return (inputs: Inputs) => {
        const spec = at(inputs, "spec");
        const text = gunzipSync(Buffer.from(String(spec.gzipJson), "base64")).toString("utf8");
        spec.gzipJson = gzipSync(edit(text)).toString("base64");
    };
}

/** Changes the rules of an objective. */
function rules(edit: (rules: Inputs[]) => Inputs[]) {
    return (inputs: Inputs) => {
        for (const group of list(inputs, "spec", "groups")) {
            group.rules = edit(list(group, "rules"));
        }
    };
}

/** OBS-02 and OBS-08. */
export const monitoringMutations: readonly Mutation[] = [
    change(
        ["unexposed-metric", "OBS-02", "shows a metric that nobody exposes"],
        dashboard,
        repacked((text) => text.replaceAll("envoy_cluster_upstream_rq_xx", "envoy_requests_xx")),
    ),
    change(
        ["broken-query", "OBS-02", "shows what is no PromQL"],
        dashboard,
        repacked((text) => text.replaceAll("sum by (", "sum by (,")),
    ),
    change(
        ["dashboard-elsewhere", "OBS-02", "takes a dashboard from the internet"],
        dashboard,
        (inputs) => {
            const spec = at(inputs, "spec");
            delete spec.gzipJson;
            spec.url = "https://example.org/dashboard.json";
        },
    ),
    remove(["promises-nothing", "OBS-08", "promises nothing of the gateway"], promises),
    change(
        ["never-fails", "OBS-08", "promises that the gateway never fails"],
        promises,
        rules((all) =>
            all.map((rule) =>
                rule.record === "slo:objective:ratio" ? { ...rule, expr: "vector(1)" } : rule,
            ),
        ),
    ),
    change(
        ["nobody-woken", "OBS-08", "wakes nobody when the budget of the gateway goes"],
        promises,
        rules((all) => all.filter((rule) => at(rule, "labels").severity !== "critical")),
    ),
];
