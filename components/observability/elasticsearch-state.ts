/**
 * What Elasticsearch 9.4 is told through its API: mappings, lifecycles, snapshots. A Job puts it
 * there; each request sets a whole object, so that it may run as often as it likes. Pure.
 */
import type { ApiRequest } from "./elastic-apply";
import {
    broughtBy,
    commonFields,
    dataStream,
    type Evidence,
    type EvidenceKind,
    evidenceKinds,
} from "./evidence";

/** Name of the lifecycle of a kind of evidence. */
export const lifecycleOf = (kind: Evidence): string => `evidence-${kind}`;

/** Name of the repository of snapshots. */
export const REPOSITORY = "evidence";

/** Snapshots: daily, in the night, kept as long as what is in them. */
export const snapshots = {
    policy: "evidence-daily",
    /** As Elasticsearch writes cron: with seconds, in UTC. */
    schedule: "0 30 2 * * ?",
    days: 30,
} as const;

/**
 * A lifecycle: the stream begins a new index after some days or 5 GB, and an index is deleted so many
 * days after the next one has begun. So each document is kept that long at least.
 */
export function lifecycle({ days, rollover }: Pick<EvidenceKind, "days" | "rollover">) {
    return {
        policy: {
            phases: {
                hot: {
                    min_age: "0ms",
                    actions: {
                        rollover: { max_age: `${rollover}d`, max_primary_shard_size: "5gb" },
                        set_priority: { priority: 100 },
                    },
                },
                delete: {
                    min_age: `${days}d`,
                    actions: { delete: { delete_searchable_snapshot: true } },
                },
            },
        },
    };
}

/**
 * The template of a kind: one primary and one copy of it, on another Proxmox host. Fields that it does
 * not name are kept and not searched: no log line can make mappings without end.
 */
export function indexTemplate(kind: Evidence, { what, fields }: EvidenceKind, replicas: number) {
    return {
        index_patterns: [dataStream(kind)],
        data_stream: {},
        // Before those that Elasticsearch brings for logs-*-*, which have 100.
        priority: 500,
        template: {
            settings: {
                index: {
                    number_of_shards: 1,
                    number_of_replicas: replicas,
                    lifecycle: { name: lifecycleOf(kind) },
                    // Sorted and packed as logs are: less than two thirds of the disk.
                    mode: "logsdb",
                    refresh_interval: "10s",
                    mapping: { total_fields: { limit: 200 }, ignore_malformed: true },
                },
            },
            mappings: { dynamic: false, properties: { ...commonFields, ...fields } },
        },
        _meta: { description: what, managed_by: "platform" },
    };
}

/** What of the site the requests depend on. */
export interface ElasticsearchSite {
    /** Copies of each primary: none on a single node. */
    readonly replicas: number;
    readonly bucket: string;
}

/** Everything, in the order in which one needs the other. */
export function elasticsearchRequests({ replicas, bucket }: ElasticsearchSite): ApiRequest[] {
    return [
        ...evidenceKinds.map(([kind, of]): ApiRequest => ({
            method: "PUT",
            path: `_ilm/policy/${lifecycleOf(kind)}`,
            body: lifecycle(of),
        })),
        ...evidenceKinds.map(([kind, of]): ApiRequest => ({
            method: "PUT",
            path: `_index_template/${lifecycleOf(kind)}`,
            body: indexTemplate(kind, of, replicas),
        })),
        {
            method: "PUT",
            path: `_snapshot/${REPOSITORY}`,
            // Every node writes and reads a file in it before it says yes.
            body: { type: "s3", settings: { bucket, client: "default", base_path: "snapshots" } },
        },
        {
            method: "PUT",
            path: `_slm/policy/${snapshots.policy}`,
            body: {
                schedule: snapshots.schedule,
                name: "<evidence-{now/d}>",
                repository: REPOSITORY,
                config: {
                    indices: evidenceKinds
                        .filter(([, { snapshots: isKept }]) => isKept)
                        .map(([kind]) => dataStream(kind)),
                    ignore_unavailable: true,
                    include_global_state: false,
                },
                retention: { expire_after: `${snapshots.days}d`, min_count: 1, max_count: 40 },
            },
        },
    ];
}

/** Data streams that somebody may write into. */
export function streamsOf(whom: EvidenceKind["by"]): string[] {
    return broughtBy(whom).map(dataStream);
}
