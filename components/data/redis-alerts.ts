/** Metrics and alerts of Redis: scrapes for each, the same alerts for all. Pure. */
import { redisLabels, redisPorts } from "../../operators/redis-operator";
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";

/** The exporter's sidecar; redis-operator v0.26.0: internal/controller/common/constants.go. */
const exporterPort = { port: "redis-exporter", number: redisPorts.exporter, podLabels: ["app"] };

const EXPORTER = "redis_exporter v1.44.0: exporter/exporter.go";

/**
 * The pods of a Redis and, where it has replicas to fail over to, those of its sentinels. Both need
 * `redisExporter` in their resource.
 *
 * @param name name of the Redis
 * @param replicas number of its pods; with more than one, sentinels watch them
 */
export function redisScrapes(name: string, replicas: number): readonly Scrape[] {
    return [
        {
            name,
            job: "redis",
            pods: redisLabels.redis(name),
            ...exporterPort,
            metrics: [
                {
                    source: EXPORTER,
                    names: [
                        "redis_commands_processed_total",
                        "redis_connected_slaves",
                        "redis_db_keys",
                        "redis_evicted_keys_total",
                        "redis_keyspace_hits_total",
                        "redis_keyspace_misses_total",
                        "redis_rdb_last_save_timestamp_seconds",
                        "redis_rejected_connections_total",
                        "redis_replica_resyncs_full",
                        "redis_connected_clients",
                        "redis_instance_info",
                        "redis_master_last_io_seconds_ago",
                        "redis_master_link_up",
                        "redis_memory_max_bytes",
                        "redis_memory_used_bytes",
                        "redis_rdb_last_bgsave_status",
                        "redis_up",
                    ],
                },
            ],
        },
        ...(replicas > 1
            ? [
                  {
                      name: `${name}-sentinel`,
                      job: "redis-sentinel",
                      pods: redisLabels.sentinel(name),
                      ...exporterPort,
                      metrics: [
                          {
                              source: EXPORTER,
                              names: ["redis_up"],
                          },
                      ],
                  },
              ]
            : []),
    ];
}

const REDIS = "{{ $labels.namespace }}/{{ $labels.app }}";
const POD = "{{ $labels.namespace }}/{{ $labels.pod }}";

/** After the Redis mixin (oliver006/redis_exporter: contrib/redis-mixin/alerts/redis.libsonnet). */
export const redisAlerts: readonly Alert[] = [
    {
        name: "RedisMasterMissing",
        expression:
            'count by (namespace, app) (up{job="redis"}) unless ' +
            'count by (namespace, app) (redis_instance_info{job="redis", role="master"})',
        for: "3m",
        severity: "critical",
        summary: `Redis ${REDIS} has no master`,
        description:
            "Nothing can be written. Sentinels elect a new master within seconds where a majority of " +
            "them sees a replica; they did not.",
    },
    {
        name: "RedisDown",
        expression:
            'redis_up{job=~"redis|redis-sentinel"} == 0 or up{job=~"redis|redis-sentinel"} == 0',
        for: "10m",
        severity: "warning",
        summary: `${POD} of a Redis is down`,
        description: "The Redis goes on with its other pods and has less reserve.",
    },
    {
        name: "RedisReplicaDisconnected",
        expression: 'redis_master_link_up{job="redis"} == 0',
        for: "10m",
        severity: "warning",
        summary: `Replica ${POD} has lost its master`,
        description:
            "It serves old data and, when it becomes master, everything since is lost. Often it has " +
            "been told the wrong master after a failover.",
    },
    {
        name: "RedisMemoryNearlyFull",
        expression:
            'redis_memory_used_bytes{job="redis"} / (redis_memory_max_bytes{job="redis"} > 0) > 0.9',
        for: "10m",
        severity: "warning",
        summary: `Redis ${POD} uses {{ $value | humanizePercentage }} of its memory`,
        description:
            "At 100 percent it refuses every write with `OOM command not allowed`: nothing is evicted.",
    },
    {
        name: "RedisSnapshotFailing",
        expression: 'redis_rdb_last_bgsave_status{job="redis"} == 0',
        for: "30m",
        severity: "warning",
        summary: `Redis ${POD} cannot write its snapshot`,
        description:
            "After the first failure Redis refuses writes until a snapshot succeeds " +
            "(`stop-writes-on-bgsave-error`). Mostly the volume is full.",
    },
    {
        name: "RedisSentinelQuorumLost",
        expression: 'sum by (namespace, app) (up{job="redis-sentinel"}) < 2',
        for: "5m",
        severity: "warning",
        summary: `Fewer than two sentinels of ${REDIS} answer`,
        description:
            "Redis goes on, but nobody can elect a new master: the loss of the present one stops it.",
    },
];

/** Queues accept writes; what was deleted is counted for one more hour. */
export const redisObjectives: readonly Objective[] = [
    {
        name: "redis-availability",
        percent: 99.9,
        indicator: {
            share:
                "(count(count by (namespace, app) " +
                '(redis_instance_info{job="redis", role="master"})) or vector(0)) / ' +
                'count(count by (namespace, app) (last_over_time(up{job="redis"}[1h])))',
        },
        description: "Each Redis has a master, which accepts writes.",
        alert: "RedisErrorBudgetBurn",
        spared: {
            butKilled: "a master that is cut off takes writes that its successor does not have",
        },
    },
];
