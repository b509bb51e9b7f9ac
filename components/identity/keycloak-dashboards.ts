/** The realm of people. Pure. */
import {
    answering,
    average,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    sums,
} from "../base/dashboard";

const JOB = 'job="keycloak"';

/** Who signs on to systems of the realm, and how the servers do. */
export const keycloakDashboards: readonly Dashboard[] = [
    {
        name: "realm",
        title: "Sign-ons of the realm",
        purpose: "Whether people get in to systems of the realm, and why they do not.",
        rows: [
            {
                title: "Sign-ons",
                panels: [
                    number(
                        "Share of errors",
                        `(sum(rate(http_server_requests_seconds_count{${JOB}, outcome="SERVER_ERROR"}[5m])) or vector(0)) / (sum(rate(http_server_requests_seconds_count{${JOB}}[5m])) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.001, bad: 0.01 },
                            overview: true,
                        },
                    ),
                    rates("Well", `keycloak_user_events_total{${JOB}, error=""}`, "event"),
                    rates(
                        "Failed",
                        `keycloak_user_events_total{${JOB}, error!=""}`,
                        "event, error",
                    ),
                    answering("keycloak"),
                ],
            },
            {
                title: "Requests",
                panels: [
                    rates("By outcome", `http_server_requests_seconds_count{${JOB}}`, "outcome", {
                        unit: "reqps",
                    }),
                    average("Time of one", "http_server_requests_seconds", JOB, "uri"),
                    rates(
                        "Errors by address",
                        `http_server_requests_seconds_count{${JOB}, outcome="SERVER_ERROR"}`,
                        "uri, status",
                        { unit: "reqps" },
                    ),
                ],
            },
        ],
    },
    {
        name: "realm-servers",
        title: "Servers of the realm",
        purpose: "Whether the servers have memory, threads and connections to their database.",
        rows: [
            {
                title: "Memory",
                panels: [
                    lines(
                        "Heap of what it may",
                        `sum by (pod) (jvm_memory_used_bytes{${JOB}, area="heap"}) / sum by (pod) (jvm_memory_max_bytes{${JOB}, area="heap"} > 0)`,
                        "{{ pod }}",
                        { unit: "percentunit" },
                    ),
                    highest("Time spent tidying it", `jvm_gc_overhead{${JOB}}`, "pod", {
                        unit: "percentunit",
                    }),
                    highest("Processor", `process_cpu_usage{${JOB}}`, "pod", {
                        unit: "percentunit",
                    }),
                ],
            },
            {
                title: "Database and members",
                panels: [
                    sums("Connections in use", `agroal_active_count{${JOB}}`, "pod"),
                    sums("Wait for one", `agroal_awaiting_count{${JOB}}`, "pod"),
                    sums("Requests under way", `http_server_active_requests{${JOB}}`, "pod"),
                    highest(
                        "Each knows",
                        `vendor_cache_container_health_number_of_nodes{${JOB}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
];
