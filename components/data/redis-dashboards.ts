/** Queues and caches. Pure. */
import {
    controllerRow,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    sums,
} from "../base/dashboard";

const JOB = 'job="redis"';
const BY_REDIS = "by (namespace, app)";
const REDIS = "{{ namespace }}/{{ app }}";

/** Every Redis, and the operator of all. */
export const redisDashboards: readonly Dashboard[] = [
    {
        name: "redis",
        title: "Redis",
        purpose: "Whether each Redis has its master and replicas, and memory left.",
        rows: [
            {
                title: "Redis",
                panels: [
                    number(
                        "Without a master",
                        `count(count ${BY_REDIS} (up{${JOB}}) unless count ${BY_REDIS} (redis_instance_info{${JOB}, role="master"})) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    lines(
                        "Memory used of what it may",
                        `max ${BY_REDIS} (redis_memory_used_bytes{${JOB}}) / (max ${BY_REDIS} (redis_memory_max_bytes{${JOB}}) > 0)`,
                        REDIS,
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Commands",
                        `sum ${BY_REDIS} (rate(redis_commands_processed_total{${JOB}}[$__rate_interval]))`,
                        REDIS,
                        { unit: "ops" },
                    ),
                    lines("Clients", `sum ${BY_REDIS} (redis_connected_clients{${JOB}})`, REDIS),
                    lines(
                        "Replicas with their master",
                        `sum ${BY_REDIS} (redis_master_link_up{${JOB}})`,
                        REDIS,
                    ),
                ],
            },
            controllerRow("redis-operator"),
        ],
    },
    {
        name: "redis-replication",
        title: "Redis from the inside",
        purpose: "How replicas and sentinels of a Redis stand, and what its memory holds.",
        choices: [{ label: "app", of: `redis_up{${JOB}}` }],
        rows: [
            {
                title: "Replicas and sentinels",
                panels: [
                    sums("Replicas", `redis_connected_slaves{${JOB}, app=~"$app"}`, "app"),
                    sums("Sentinels that answer", 'up{job="redis-sentinel"}', "app"),
                    highest(
                        "Since a replica heard of its master",
                        `redis_master_last_io_seconds_ago{${JOB}, app=~"$app"}`,
                        "pod",
                        { unit: "s" },
                    ),
                    rates("Copied anew", `redis_replica_resyncs_full{${JOB}, app=~"$app"}`, "app"),
                ],
            },
            {
                title: "Keys",
                panels: [
                    sums("Keys", `redis_db_keys{${JOB}, app=~"$app"}`, "pod, db"),
                    rates("Thrown out", `redis_evicted_keys_total{${JOB}, app=~"$app"}`, "app"),
                    lines(
                        "Found of what was asked for",
                        `sum by (app) (rate(redis_keyspace_hits_total{${JOB}, app=~"$app"}[$__rate_interval])) / (sum by (app) (rate(redis_keyspace_hits_total{${JOB}, app=~"$app"}[$__rate_interval])) + sum by (app) (rate(redis_keyspace_misses_total{${JOB}, app=~"$app"}[$__rate_interval])) > 0)`,
                        "{{ app }}",
                        { unit: "percentunit" },
                    ),
                    highest(
                        "Since the last save",
                        `time() - redis_rdb_last_save_timestamp_seconds{${JOB}, app=~"$app"}`,
                        "pod",
                        { unit: "s" },
                    ),
                    rates(
                        "Clients refused",
                        `redis_rejected_connections_total{${JOB}, app=~"$app"}`,
                        "app",
                    ),
                ],
            },
        ],
    },
];
