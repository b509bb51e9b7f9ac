/** Dashboard of the registry of schemas. Pure. */
import { answering, type Dashboard, lines, rates } from "../base/dashboard";
import { SCHEMA_REGISTRY } from "./schema-registry-names";

const JOB = `job="${SCHEMA_REGISTRY}"`;
const mean = (timer: string, by: string) =>
    `sum by (${by}) (rate(${timer}_seconds_sum{${JOB}}[15m])) / (sum by (${by}) (rate(${timer}_seconds_count{${JOB}}[15m])) > 0)`;

export const schemaRegistryDashboards: readonly Dashboard[] = [
    {
        name: "schema-registry",
        title: "Schemas",
        purpose: "Who asks for schemas, and whether the registry and its database answer.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("Requests", `rest_requests_seconds_count{${JOB}}`, "status_code_group", {
                        unit: "reqps",
                    }),
                    lines(
                        "Mean time of a request",
                        mean("rest_requests", "method"),
                        "{{ method }}",
                        { unit: "s" },
                    ),
                    answering(SCHEMA_REGISTRY),
                ],
            },
            {
                title: "Database",
                panels: [
                    rates(
                        "Calls that failed",
                        `storage_method_call_seconds_count{${JOB}, success="false"}`,
                        "method",
                    ),
                    lines(
                        "Mean time of a call",
                        mean("storage_method_call", "success"),
                        "success: {{ success }}",
                        { unit: "s" },
                    ),
                ],
            },
        ],
    },
];
