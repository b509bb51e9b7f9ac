/** What Alloy is told: its configuration in its own language, and which pods it reads. Pure. */
import { readsThroughApi } from "../base/namespace-manifests";
import type { Manifest } from "../base/object";
import { tenantNamespace } from "../tenant-schema";
import { announced, REDACTED, tokens } from "./redaction";

export const ALLOY_PORT = 12_345;

/** One stage for each pattern, for `loki.process`; what is replaced is the group. */
export const redactionStages: readonly string[] = [
    ...tokens.map((token) => `(${token})`),
    ...announced.map(({ before, secret, after = "" }) => `${before}(${secret})${after}`),
].map((expression) =>
    [
        "\tstage.replace {",
        `\t\texpression = \`${expression}\``,
        `\t\treplace    = "${REDACTED}"`,
        "\t}",
    ].join("\n"),
);

/** A pipeline from a source to Loki: its stages, with secrets taken out. */
function toLoki(name: string, stages: readonly string[]): string {
    return [
        `loki.process "${name}" {`,
        "\tforward_to = [loki.write.loki.receiver]",
        ...[...stages, ...redactionStages].flatMap((stage) => ["", stage]),
        "}",
    ].join("\n");
}

/** Labels that say which Alloy it was: two would write two streams of the same lines. */
const WITHOUT_SELF = ["\tstage.label_drop {", '\t\tvalues = ["instance", "job"]', "\t}"].join("\n");

function labelled(source: string): string {
    return ["\tstage.static_labels {", `\t\tvalues = {source = "${source}"}`, "\t}"].join("\n");
}

/**
 * The configuration. Replicas share the work as a cluster: one watches the events, and each pod is
 * read by one. What Loki does not take is sent again until it does; meanwhile nothing more is read.
 *
 * @param url address of Loki
 */
export function alloyConfiguration(url: string): string {
    return [
        'logging {\n\tlevel  = "info"\n\tformat = "logfmt"\n}',
        [
            'loki.source.kubernetes_events "all" {',
            '\tlog_format = "json"',
            "\tforward_to = [loki.process.events.receiver]",
            "",
            "\tclustering {",
            "\t\tenabled = true",
            "\t}",
            "}",
        ].join("\n"),
        [
            'loki.source.podlogs "tenants" {',
            "\tforward_to = [loki.process.tenants.receiver]",
            "",
            "\tclustering {",
            "\t\tenabled = true",
            "\t}",
            "}",
        ].join("\n"),
        toLoki("events", [labelled("event"), WITHOUT_SELF]),
        toLoki("tenants", [labelled("pod"), WITHOUT_SELF]),
        [
            'loki.write "loki" {',
            "\tendpoint {",
            `\t\turl = "${url}/loki/api/v1/push"`,
            "\t\t// For ever.",
            "\t\tmax_backoff_retries = 0",
            "\t}",
            "}",
        ].join("\n"),
    ]
        .join("\n\n")
        .concat("\n");
}

/** Label of a stream, and the fact of a pod from which it comes. */
const LABELS: readonly (readonly [string, string])[] = [
    ["namespace", "namespace"],
    ["pod", "pod_name"],
    ["container", "pod_container_name"],
    ["node", "pod_node_name"],
    // What a virtual cluster calls it (vcluster pkg/util/translate); elsewhere there is none.
    ["vcluster", "pod_label_vcluster_loft_sh_managed_by"],
    ["vcluster_namespace", "pod_annotation_vcluster_loft_sh_object_namespace"],
];

/** Every pod of the namespaces that are read through the API, with the labels that Vector gives. */
export function tenantLogs(namespace: string): Manifest {
    return {
        apiVersion: "monitoring.grafana.com/v1alpha2",
        kind: "PodLogs",
        metadata: { name: "tenants", namespace },
        spec: {
            namespaceSelector: { matchLabels: readsThroughApi },
            selector: {},
            relabelings: [
                ...LABELS.map(([targetLabel, fact]) => ({
                    action: "replace",
                    sourceLabels: [`__meta_kubernetes_${fact}`],
                    targetLabel,
                })),
                {
                    action: "replace",
                    sourceLabels: ["__meta_kubernetes_namespace"],
                    regex: tenantNamespace({ name: "(.+)" }),
                    targetLabel: "tenant",
                    replacement: "$1",
                },
            ],
        },
    };
}
