/** What Vector is told: its configuration, as its own file format has it. Pure. */
import * as yaml from "js-yaml";
import { REPORTS, STREAM_SPACE } from "./evidence";
import { announced, REDACTED, tokens } from "./redaction";

/** Where the API server of Talos writes what was asked of it, on every control plane. */
export const AUDIT_FOLDER = "/var/log/audit";
/** Where the kubelet keeps what containers write. */
export const PODS_FOLDER = "/var/log/pods";

export const vectorPorts = { metrics: 9090, api: 8686 } as const;

/** Takes out of `.message` what is obviously a secret, in Vector's own language. */
const REDACT = [
    ".message = redact(.message, filters: [",
    ...tokens.map((token) => `  r'${token}',`),
    "])",
    ...announced.map(
        ({ before, secret, after = "" }) =>
            `.message = replace(.message, r'(?P<before>${before})${secret}(?P<after>${after})', ` +
            `"$before${REDACTED}$after")`,
    ),
].join("\n");

/** Which node it was; the chart sets the variable. */
const NODE = `.node = get_env_var!("VECTOR_SELF_NODE_NAME")`;

/** Lines of containers: the labels come from the file's path, and from the API where it answers. */
export const podProgram = [NODE, '.message = to_string(.message) ?? ""', REDACT].join("\n");

/** The audit log: one event a line, whose time is when the API server wrote it. */
export const auditProgram = [
    NODE,
    '.message = to_string(.message) ?? ""',
    "event = parse_json(.message) ?? {}",
    `.timestamp = parse_timestamp(event.stageTimestamp, "%+") ?? now()`,
    REDACT,
].join("\n");

/** What a line of a container is, of those that are evidence of another kind (evidence.ts). */
const OF_OTHER_KINDS = String.raw`
said = parse_json(message) ?? {}
if namespace == "falco" && is_string(said.rule) && is_string(said.output) {
  .kind = "runtime"
  .event = {
    "rule": said.rule,
    "priority": downcase(to_string(said.priority) ?? ""),
    "source": said.source,
    "tags": said.tags,
    "hostname": said.hostname,
    "output": said.output,
    "output_fields": said.output_fields
  }
} else if namespace == "kube-bench" {
  check, error = parse_regex(message, r'^\[(?P<result>PASS|FAIL|WARN|INFO)\] (?P<check>\d+(?:\.\d+)+) (?P<title>.+)$')
  if error == null {
    .kind = "benchmark"
    .finding = check
  }
} else if container == "${REPORTS}" && is_object(said.finding) && includes(["policy", "vulnerability"], said.evidence) {
  .kind = said.evidence
  .finding = said.finding
}
if .kind != "container" {
  del(.message)
}`;

/** A line of a container as a document: nothing of the pod but its names. */
export const podDocument = `message = to_string(.message) ?? ""
namespace = to_string(.kubernetes.pod_namespace) ?? ""
container = to_string(.kubernetes.container_name) ?? ""
. = {
  "timestamp": .timestamp,
  "kind": "container",
  "host": { "name": to_string(.node) ?? "" },
  "kubernetes": {
    "namespace": namespace,
    "pod": .kubernetes.pod_name,
    "container": container
  },
  "stream": .stream,
  "message": message
}${OF_OTHER_KINDS}`;

/** An event of the audit log as a document; one that is cut off stays a line. */
export const auditDocument = `message = to_string(.message) ?? ""
event, error = parse_json(message)
. = {
  "timestamp": .timestamp,
  "kind": "audit",
  "host": { "name": to_string(.node) ?? "" }
}
if error == null && is_object(event) {
  .audit = event
} else {
  .message = message
}`;

const MEBIBYTE = 1024 * 1024;

/** Bytes of the disk of each node that lines may take while Loki is away; then the files wait. */
export const BUFFERS = { pods: 1024 * MEBIBYTE, audit: 512 * MEBIBYTE } as const;

function toLoki(
    url: string,
    input: keyof typeof BUFFERS,
    {
        labels,
        metadata = {},
    }: {
        readonly labels: Readonly<Record<string, string>>;
        readonly metadata?: Readonly<Record<string, string>>;
    },
) {
    return {
        type: "loki",
        inputs: [input],
        endpoint: url,
        encoding: { codec: "text" },
        labels,
        structured_metadata: metadata,
        compression: "snappy",
        out_of_order_action: "accept",
        // A line counts as read once it is in the buffer, which a restart survives.
        acknowledgements: { enabled: true },
        // When it is full nothing more is read: what is not in it is still in its file.
        buffer: { type: "disk", max_size: BUFFERS[input], when_full: "block" },
    };
}

/** Where what Vector signs on to Elasticsearch with lies, a file for each key. */
export const USER_FOLDER = "/etc/elasticsearch-user";
/** Its name among the sources of secrets. */
const USER = "elasticsearch_user";

/** Where the authority of Elasticsearch's certificate lies. */
export const AUTHORITY_FOLDER = "/etc/elasticsearch-authority";

/**
 * Documents are only ever added, each to the stream of its kind. Vector's buffer is on the disk of
 * the node, as that of Loki, and as large.
 */
function toElasticsearch(url: string, input: keyof typeof BUFFERS) {
    return {
        type: "elasticsearch",
        inputs: [`${input}_documents`],
        endpoints: [url],
        api_version: "v8",
        mode: "data_stream",
        bulk: { action: "create" },
        data_stream: {
            type: "logs",
            dataset: "{{ kind }}",
            namespace: STREAM_SPACE,
            sync_fields: true,
            auto_routing: false,
        },
        encoding: { except_fields: ["kind"] },
        auth: {
            strategy: "basic",
            user: `SECRET[${USER}.username]`,
            password: `SECRET[${USER}.password]`,
        },
        tls: { ca_file: `${AUTHORITY_FOLDER}/ca.crt` },
        compression: "gzip",
        request_retry_partial: true,
        acknowledgements: { enabled: true },
        buffer: { type: "disk", max_size: BUFFERS[input], when_full: "block" },
    };
}

/** What the configuration depends on. */
export interface VectorTarget {
    /** Address of Loki. */
    readonly url: string;
    /** Address of Elasticsearch; undefined where there is none. */
    readonly elasticsearch?: string | undefined;
    /** Label selector of the namespaces that it reads; others are read by somebody else. */
    readonly namespaces: string | undefined;
}

/** The configuration as an object. */
export function vectorConfiguration({ url, elasticsearch, namespaces }: VectorTarget) {
    const documents = (input: keyof typeof BUFFERS, source: string) => ({
        [`${input}_documents`]: { type: "remap", inputs: [input], source },
    });
    return {
        data_dir: "/vector-data-dir",
        ...(elasticsearch === undefined
            ? {}
            : { secret: { [USER]: { type: "directory", path: USER_FOLDER } } }),
        api: { enabled: true, address: `0.0.0.0:${vectorPorts.api}` },
        sources: {
            container_files: {
                type: "kubernetes_logs",
                // Lists come from the API server's cache, not from etcd.
                use_apiserver_cache: true,
                ...(namespaces === undefined ? {} : { extra_namespace_label_selector: namespaces }),
            },
            audit_files: {
                type: "file",
                // Files that were rotated too: those that are known are not read again.
                include: [`${AUDIT_FOLDER}/**/*.log`],
                read_from: "beginning",
                // An event holds the whole object; longer lines would be thrown away.
                max_line_bytes: 4 * MEBIBYTE,
            },
            own_metrics: { type: "internal_metrics" },
        },
        transforms: {
            pods: { type: "remap", inputs: ["container_files"], source: podProgram },
            audit: { type: "remap", inputs: ["audit_files"], source: auditProgram },
            ...(elasticsearch === undefined
                ? {}
                : { ...documents("pods", podDocument), ...documents("audit", auditDocument) }),
        },
        sinks: {
            loki_pods: toLoki(url, "pods", {
                labels: {
                    source: "pod",
                    namespace: "{{ kubernetes.pod_namespace }}",
                    pod: "{{ kubernetes.pod_name }}",
                    container: "{{ kubernetes.container_name }}",
                    node: "{{ node }}",
                },
                metadata: { stream: "{{ stream }}" },
            }),
            loki_audit: toLoki(url, "audit", { labels: { source: "audit", node: "{{ node }}" } }),
            ...(elasticsearch === undefined
                ? {}
                : {
                      elasticsearch_pods: toElasticsearch(elasticsearch, "pods"),
                      elasticsearch_audit: toElasticsearch(elasticsearch, "audit"),
                  }),
            metrics: {
                type: "prometheus_exporter",
                inputs: ["own_metrics"],
                address: `0.0.0.0:${vectorPorts.metrics}`,
            },
        },
    };
}

/** The configuration as Vector reads it. */
export function vectorFile(target: VectorTarget): string {
    return yaml.dump(vectorConfiguration(target), { lineWidth: -1, noRefs: true });
}
