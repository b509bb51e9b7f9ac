/** Queues and caches. Pure. */
import { controllerRow, type Dashboard, lines, number } from "../base/dashboard";

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
];
