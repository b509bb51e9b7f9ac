/** Dashboards of Kafka. Pure. */
import { answering, type Dashboard, highest, number, rates, sums, table } from "../base/dashboard";

const JOB = 'job="kafka"';
const OPERATORS = "strimzi-cluster-operator|kafka-topic-operator|kafka-user-operator";

/** The brokers, and who reads from them. */
export const kafkaDashboards: readonly Dashboard[] = [
    {
        name: "kafka",
        title: "Kafka",
        purpose: "Whether every record has its replicas, and what the brokers are busy with.",
        rows: [
            {
                title: "Records are safe",
                panels: [
                    number(
                        "Partitions without a leader",
                        `max(kafka_controller_kafkacontroller_offlinepartitionscount{${JOB}})`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    number(
                        "Partitions that take no records",
                        `sum(kafka_server_replicamanager_underminisrpartitioncount{${JOB}})`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    number(
                        "Active controllers",
                        `sum(kafka_controller_kafkacontroller_activecontrollercount{${JOB}})`,
                        { thresholds: { warning: 0.9, bad: 0.5 } },
                    ),
                    highest(
                        "Partitions that lack a replica",
                        `kafka_server_replicamanager_underreplicatedpartitions{${JOB}}`,
                        "pod",
                    ),
                    highest(
                        "Brokers that take part",
                        `kafka_controller_kafkacontroller_activebrokercount{${JOB}}`,
                        "",
                    ),
                ],
            },
            {
                title: "Load",
                panels: [
                    rates(
                        "Records written",
                        `kafka_server_brokertopicmetrics_messagesin_total{${JOB}}`,
                        "pod",
                    ),
                    rates(
                        "Bytes written",
                        `kafka_server_brokertopicmetrics_bytesin_total{${JOB}}`,
                        "pod",
                        { unit: "Bps" },
                    ),
                    rates(
                        "Bytes read",
                        `kafka_server_brokertopicmetrics_bytesout_total{${JOB}}`,
                        "pod",
                        { unit: "Bps" },
                    ),
                    rates(
                        "Writes that failed",
                        `kafka_server_brokertopicmetrics_failedproducerequests_total{${JOB}}`,
                        "pod",
                    ),
                    highest(
                        "Slowest of a hundred requests",
                        `kafka_network_requestmetrics_totaltimems{${JOB}, quantile="0.99", request=~"Produce|FetchConsumer|Metadata"}`,
                        "request",
                        { unit: "ms" },
                    ),
                ],
            },
            {
                title: "Brokers",
                panels: [
                    answering("kafka|kafka-exporter"),
                    sums("Leaders", `kafka_server_replicamanager_leadercount{${JOB}}`, "pod"),
                    sums("Partitions", `kafka_server_replicamanager_partitioncount{${JOB}}`, "pod"),
                    highest(
                        "Request threads that are idle",
                        `kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent{${JOB}}`,
                        "pod",
                        { unit: "percentunit" },
                    ),
                    sums("Memory of the JVM", `jvm_memory_used_bytes{${JOB}}`, "pod, area", {
                        unit: "bytes",
                    }),
                ],
            },
        ],
    },
    {
        name: "kafka-consumers",
        title: "Consumers of Kafka",
        purpose: "How far behind each group is, and what its topics get.",
        choices: [{ label: "consumergroup", of: 'kafka_consumergroup_lag{job="kafka-exporter"}' }],
        rows: [
            {
                title: "Groups",
                panels: [
                    sums(
                        "Records behind",
                        'kafka_consumergroup_lag{job="kafka-exporter", consumergroup=~"$consumergroup"}',
                        "consumergroup, topic",
                    ),
                    sums(
                        "Members",
                        'kafka_consumergroup_members{job="kafka-exporter", consumergroup=~"$consumergroup"}',
                        "consumergroup",
                    ),
                    rates(
                        "Records written",
                        'kafka_topic_partition_current_offset{job="kafka-exporter"}',
                        "topic",
                    ),
                ],
            },
            {
                title: "Operators",
                panels: [
                    answering(OPERATORS),
                    rates(
                        "Reconciliations",
                        `strimzi_reconciliations_total{job=~"${OPERATORS}"}`,
                        "job, kind",
                    ),
                    rates(
                        "Failures",
                        `strimzi_reconciliations_failed_total{job=~"${OPERATORS}"}`,
                        "job, kind",
                    ),
                    table(
                        "End of the certificates inside",
                        'min by (cluster, type) (strimzi_certificate_expiration_timestamp_ms{job="strimzi-cluster-operator"})',
                        { unit: "dateTimeAsIso" },
                    ),
                ],
            },
        ],
    },
];
