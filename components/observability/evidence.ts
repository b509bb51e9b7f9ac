/**
 * Evidence: what happened, as Elasticsearch keeps it. Each kind has one way in, a data stream of its
 * own, a retention and a search in Kibana. Pure: no Pulumi.
 */

/** One field of a document, as a mapping of Elasticsearch has it. */
export interface Mapping {
    readonly type?: string;
    readonly ignore_above?: number;
    readonly enabled?: false;
    readonly dynamic?: boolean;
    readonly properties?: Readonly<Record<string, Mapping>>;
}

/** A kind of evidence. */
export interface EvidenceKind {
    /** What it is, as docs/systems.md and Kibana say it. */
    readonly what: string;
    /** Who brings it: the only way in. */
    readonly by: "vector" | "fluentd";
    /** Days that each document is kept at least. */
    readonly days: number;
    /** Days after which the stream begins a new index: documents live so much longer at most. */
    readonly rollover: number;
    /** Fields besides those that all kinds have. */
    readonly fields: Readonly<Record<string, Mapping>>;
    /** Columns of the search in Kibana, besides the time. */
    readonly columns: readonly string[];
    /** What the search looks for, in Kibana's own language; default: everything of the kind. */
    readonly query?: string;
    /** Whether daily snapshots hold it: not what is only looked at, and is most of the volume. */
    readonly snapshots: boolean;
}

/** Elasticsearch refuses longer terms (Lucene: 32766 bytes); they stay in the document. */
const word: Mapping = { type: "keyword", ignore_above: 1024 };
/** Words in a text, without what only ranking needs. */
const text: Mapping = { type: "match_only_text" };
/** Everything below is one field: names of keys that anybody may invent make no mappings. */
const anything: Mapping = { type: "flattened", ignore_above: 1024 };
/** Kept, not searched. */
const kept: Mapping = { type: "object", enabled: false };

const group = (properties: Readonly<Record<string, Mapping>>): Mapping => ({
    dynamic: false,
    properties,
});
const words = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, word]));

/** What a pod is, on every document that came from one. */
const ofPod = { kubernetes: group(words("namespace", "pod", "container")), stream: word };
const subject = group(words("kind", "namespace", "name"));

/** Fields of every kind. Streams are sorted by the machine, of which no name may be left out. */
export const commonFields: Readonly<Record<string, Mapping>> = {
    "@timestamp": { type: "date" },
    data_stream: { properties: words("type", "dataset", "namespace") },
    host: group({ name: { type: "keyword" } }),
    message: text,
};

/** The kinds. */
export const evidence = {
    container: {
        what: "what containers write",
        by: "vector",
        days: 30,
        rollover: 1,
        fields: ofPod,
        columns: ["kubernetes.namespace", "kubernetes.pod", "message"],
        snapshots: false,
    },
    audit: {
        what: "what was asked of the Kubernetes API",
        by: "vector",
        days: 30,
        rollover: 1,
        fields: {
            audit: group({
                ...words("auditID", "level", "stage", "verb", "requestURI", "userAgent"),
                sourceIPs: { type: "ip" },
                user: group({ ...words("username", "groups", "uid"), extra: anything }),
                impersonatedUser: group(words("username", "groups")),
                objectRef: group(
                    words("apiGroup", "apiVersion", "resource", "subresource", "namespace", "name"),
                ),
                responseStatus: group({ code: { type: "integer" }, ...words("status", "reason") }),
                annotations: anything,
                requestObject: kept,
                responseObject: kept,
            }),
        },
        columns: [
            "audit.user.username",
            "audit.verb",
            "audit.objectRef.resource",
            "audit.objectRef.namespace",
            "audit.objectRef.name",
            "audit.responseStatus.code",
        ],
        snapshots: true,
    },
    machine: {
        what: "what the services and the kernel of the machines write",
        by: "fluentd",
        days: 30,
        rollover: 7,
        fields: words("service", "level", "facility", "priority"),
        columns: ["host.name", "service", "level", "message"],
        snapshots: true,
    },
    host: {
        what: "what the Proxmox hosts write",
        by: "fluentd",
        days: 30,
        rollover: 7,
        fields: words("program", "pid", "severity", "facility"),
        columns: ["host.name", "program", "severity", "message"],
        snapshots: true,
    },
    policy: {
        what: "what breaks a policy of Kyverno",
        by: "vector",
        days: 30,
        rollover: 7,
        fields: {
            ...ofPod,
            finding: group({
                ...words("policy", "rule", "result", "severity", "category"),
                resource: subject,
                message: text,
            }),
        },
        columns: [
            "finding.policy",
            "finding.rule",
            "finding.result",
            "finding.resource.kind",
            "finding.resource.namespace",
            "finding.resource.name",
        ],
        snapshots: true,
    },
    vulnerability: {
        what: "what Trivy finds in images and settings",
        by: "vector",
        days: 30,
        rollover: 7,
        fields: {
            ...ofPod,
            finding: group({
                ...words("report", "id", "severity", "package", "installed", "fixed", "image"),
                resource: subject,
                title: text,
            }),
        },
        columns: [
            "finding.severity",
            "finding.id",
            "finding.package",
            "finding.image",
            "finding.resource.namespace",
            "finding.resource.name",
        ],
        snapshots: true,
    },
    benchmark: {
        what: "results of the CIS benchmark",
        by: "vector",
        days: 30,
        rollover: 7,
        fields: { ...ofPod, finding: group({ ...words("check", "result"), title: text }) },
        columns: ["finding.result", "finding.check", "finding.title", "kubernetes.pod"],
        query: "finding.result: FAIL",
        snapshots: true,
    },
    runtime: {
        what: "what Falco sees programs do",
        by: "vector",
        days: 30,
        rollover: 7,
        fields: {
            ...ofPod,
            event: group({
                ...words("rule", "priority", "source", "tags", "hostname"),
                output: text,
                output_fields: anything,
            }),
        },
        columns: ["event.priority", "event.rule", "event.output", "host.name"],
        snapshots: true,
    },
} as const satisfies Readonly<Record<string, EvidenceKind>>;

/** A kind by its name. */
export type Evidence = keyof typeof evidence;

/** The kinds with their names, all alike. */
export const evidenceKinds = Object.entries(evidence) as readonly [Evidence, EvidenceKind][];

/** Name of the CronJob that writes reports into the log, and of its container. */
export const REPORTS = "evidence-reports";

/** The third part of the names of our data streams; the first is `logs`. */
export const STREAM_SPACE = "platform";

/** Name of the data stream of a kind. */
export function dataStream(kind: Evidence): string {
    return `logs-${kind}-${STREAM_SPACE}`;
}

/** The kinds that somebody brings. */
export function broughtBy(whom: EvidenceKind["by"]): Evidence[] {
    return evidenceKinds.filter(([, { by }]) => by === whom).map(([kind]) => kind);
}
