/** Metrics and alerts of Kafka Connect: upstream's rules, adapted. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { CONNECT, connectPods } from "./kafka-connect-manifests";
import { ports } from "./kafka-names";

export const kafkaConnectScrapes: readonly Scrape[] = [
    {
        name: CONNECT,
        pods: connectPods,
        port: "tcp-prometheus",
        number: ports.metrics,
        metrics: [
            {
                source: "Kafka 4.3.1 by packaging/examples/metrics/kafka-connect-metrics.yaml of strimzi-kafka-operator 1.2.0",
                names: [
                    "kafka_connect_connector_status",
                    "kafka_connect_sink_task_sink_record_send_total",
                    "kafka_connect_source_task_source_record_write_total",
                    "kafka_connect_worker_connector_failed_task_count",
                    "kafka_connect_worker_connector_running_task_count",
                ],
            },
        ],
    },
];

const JOB = `job="${CONNECT}"`;

export const kafkaConnectAlerts: readonly Alert[] = [
    {
        name: "KafkaConnectDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "No worker of Kafka Connect answers",
        description:
            "Nothing is copied between topics and other systems. What was not copied is copied later.",
        explains: [{ alerts: ["KafkaConnectorFailed"] }],
    },
    {
        name: "KafkaConnectorFailed",
        expression:
            `max by (connector) (kafka_connect_connector_status{${JOB}, status="failed"}) > 0 ` +
            `or max by (connector) (kafka_connect_worker_connector_failed_task_count{${JOB}}) > 0`,
        for: "15m",
        severity: "warning",
        summary: "The connector {{ $labels.connector }} has failed",
        description:
            "It was started anew several times and fails. Records wait in their topics, or where they come from.",
    },
];
