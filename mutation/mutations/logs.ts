/** Mutations of what collects logs and of how long they are kept. */
import { at, change, changePod, drop, isKind } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

/** Replaces a text in a file of a ConfigMap. */
function rewrite(
    [id, expected, text]: readonly [string, string, string],
    [map, file]: readonly [string, string],
    from: string,
    to: string,
): Mutation {
    const filter = (resource: StackResource) =>
        isKind(resource, "ConfigMap") && at(resource.inputs, "metadata").name === map;
    return change([id, expected, text], filter, ({ data }) => {
        const files = data as Inputs;
        files[file] = String(files[file]).replaceAll(from, to);
    });
}

const VECTOR = ["vector-config", "vector.yaml"] as const;
const LOKI = ["loki", "config.yaml"] as const;
const ELASTIC = ["elasticsearch-setup", "requests.json"] as const;

/** OBS-04, CMP-01, CMP-05. */
export const logMutations: readonly Mutation[] = [
    rewrite(
        ["unread-namespace", "OBS-04", "leaves the logs of a namespace out"],
        VECTOR,
        "use_apiserver_cache: true",
        "use_apiserver_cache: true\n    extra_field_selector: metadata.namespace!=n8n",
    ),
    rewrite(
        ["logs-to-nowhere", "OBS-04", "keeps no logs"],
        VECTOR,
        "type: loki",
        "type: blackhole",
    ),
    rewrite(
        ["logs-without-evidence", "OBS-04", "sends no lines to Elasticsearch"],
        VECTOR,
        "type: elasticsearch",
        "type: blackhole",
    ),
    rewrite(
        ["dropping-buffer", "OBS-04", "drops lines when the buffer is full"],
        VECTOR,
        "when_full: block",
        "when_full: drop_newest",
    ),
    rewrite(
        ["sampled-logs", "OBS-04", "keeps one line of ten"],
        VECTOR,
        "type: remap",
        "type: sample",
    ),
    change(
        ["logs-read-twice", "OBS-04", "reads every namespace through the API too"],
        (resource) => isKind(resource, "PodLogs"),
        ({ spec }) => {
            (spec as Inputs).namespaceSelector = {};
        },
    ),
    changePod(
        ["agents-on-workers", "OBS-04", "tolerates no taint"],
        (pod) => {
            if (JSON.stringify(pod).includes("/var/log/pods")) {
                drop(pod, "tolerations");
            }
        },
        "DaemonSet",
    ),
    rewrite(
        ["lost-audit-log", "CMP-01", "collects logs without the audit log"],
        VECTOR,
        "/var/log/audit/",
        "/var/log/other/",
    ),
    rewrite(
        ["logs-for-a-week", "CMP-05", "keeps logs for a week"],
        LOKI,
        "retention_period: 720h",
        "retention_period: 168h",
    ),
    rewrite(
        ["logs-for-ever", "CMP-05", "deletes no logs"],
        LOKI,
        "retention_enabled: true",
        "retention_enabled: false",
    ),
    rewrite(
        ["evidence-for-three-days", "CMP-05", "keeps evidence for three days"],
        ELASTIC,
        '"min_age": "30d"',
        '"min_age": "3d"',
    ),
    rewrite(
        ["evidence-for-ever", "CMP-05", "never deletes evidence"],
        ELASTIC,
        '"delete": {\n            "min_age"',
        '"cold": {\n            "min_age"',
    ),
];
