/** Dashboard of Kafka Connect. Pure. */
import { answering, type Dashboard, lines, rates, sums } from "../base/dashboard";
import { CONNECT } from "./kafka-connect-manifests";

const JOB = `job="${CONNECT}"`;

export const kafkaConnectDashboards: readonly Dashboard[] = [
    {
        name: CONNECT,
        title: "Kafka Connect",
        purpose: "Whether each connector runs, and how much it copies.",
        rows: [
            {
                title: "Connectors",
                panels: [
                    lines(
                        "State",
                        `count by (connector, status) (kafka_connect_connector_status{${JOB}})`,
                        "{{ connector }} {{ status }}",
                    ),
                    sums(
                        "Tasks that run",
                        `kafka_connect_worker_connector_running_task_count{${JOB}}`,
                        "connector",
                    ),
                    sums(
                        "Tasks that failed",
                        `kafka_connect_worker_connector_failed_task_count{${JOB}}`,
                        "connector",
                    ),
                    answering(CONNECT),
                ],
            },
            {
                title: "Records",
                panels: [
                    rates(
                        "Written into topics",
                        `kafka_connect_source_task_source_record_write_total{${JOB}}`,
                        "connector",
                    ),
                    rates(
                        "Handed to other systems",
                        `kafka_connect_sink_task_sink_record_send_total{${JOB}}`,
                        "connector",
                    ),
                ],
            },
        ],
    },
];
