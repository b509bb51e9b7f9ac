/** Metrics and alerts of Kafka and of its operators. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { brokerPods, entityOperatorPods, exporterPods, operatorPods, ports } from "./kafka-names";

const RECONCILIATIONS =
    "strimzi-kafka-operator 1.2.0: operator-common/.../metrics/MetricsHolder.java, packaging/examples/metrics/grafana-dashboards/strimzi-operators.json";
const RULES =
    "Kafka 4.3.1 by packaging/examples/metrics/kafka-metrics.yaml of strimzi-kafka-operator 1.2.0";

const reconciles = ["strimzi_reconciliations_failed_total", "strimzi_reconciliations_total"];

/** Ports as upstream's PodMonitors have them (packaging/examples/metrics/prometheus-install). */
export const kafkaScrapes: readonly Scrape[] = [
    {
        name: "strimzi-cluster-operator",
        pods: operatorPods,
        port: "http",
        number: ports.operator,
        metrics: [
            {
                source: RECONCILIATIONS,
                names: [...reconciles, "strimzi_certificate_expiration_timestamp_ms"],
            },
        ],
    },
    {
        name: "kafka",
        pods: brokerPods,
        port: "tcp-prometheus",
        number: ports.metrics,
        metrics: [
            {
                source: `${RULES}: KafkaController`,
                names: [
                    "kafka_controller_kafkacontroller_activebrokercount",
                    "kafka_controller_kafkacontroller_activecontrollercount",
                    "kafka_controller_kafkacontroller_fencedbrokercount",
                    "kafka_controller_kafkacontroller_offlinepartitionscount",
                ],
            },
            {
                source: `${RULES}: ReplicaManager, LogManager`,
                names: [
                    "kafka_log_logmanager_offlinelogdirectorycount",
                    "kafka_server_replicamanager_leadercount",
                    "kafka_server_replicamanager_partitioncount",
                    "kafka_server_replicamanager_underminisrpartitioncount",
                    "kafka_server_replicamanager_underreplicatedpartitions",
                ],
            },
            {
                source: `${RULES}: BrokerTopicMetrics, KafkaRequestHandlerPool, RequestMetrics`,
                names: [
                    "kafka_network_requestmetrics_totaltimems",
                    "kafka_server_brokertopicmetrics_bytesin_total",
                    "kafka_server_brokertopicmetrics_bytesout_total",
                    "kafka_server_brokertopicmetrics_failedproducerequests_total",
                    "kafka_server_brokertopicmetrics_messagesin_total",
                    "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
                ],
            },
            {
                source: "jmx_exporter 1.6.0: collectors of the JVM (client_java, JvmMetrics)",
                names: ["jvm_memory_used_bytes"],
            },
        ],
    },
    {
        name: "kafka-topic-operator",
        pods: entityOperatorPods,
        port: "healthcheck-to",
        number: ports.topicOperator,
        metrics: [{ source: RECONCILIATIONS, names: reconciles }],
    },
    {
        name: "kafka-user-operator",
        pods: entityOperatorPods,
        port: "healthcheck-uo",
        number: ports.userOperator,
        metrics: [{ source: RECONCILIATIONS, names: reconciles }],
    },
    {
        name: "kafka-exporter",
        pods: exporterPods,
        port: "tcp-prometheus",
        number: ports.metrics,
        metrics: [
            {
                source: "kafka_exporter (danielqsj) of Strimzi 1.2.0: packaging/examples/metrics/grafana-dashboards/strimzi-kafka-exporter.json",
                names: [
                    "kafka_consumergroup_lag",
                    "kafka_consumergroup_members",
                    "kafka_topic_partition_current_offset",
                ],
            },
        ],
    },
];

const KAFKA_JOB = '{job="kafka"}';

/** Upstream's rules (packaging/examples/metrics/prometheus-install/prometheus-rules), adapted. */
export const kafkaAlerts: readonly Alert[] = [
    {
        name: "KafkaDown",
        expression: 'absent(up{job="kafka"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No broker of Kafka answers",
        description:
            "Nothing is written and nothing read. Programs that keep their records in memory lose them.",
        explains: [{ alerts: ["KafkaExporterDown", "KafkaEntityOperatorDown"] }],
    },
    {
        name: "KafkaOfflinePartitions",
        expression: `max(kafka_controller_kafkacontroller_offlinepartitionscount${KAFKA_JOB}) > 0`,
        for: "5m",
        severity: "critical",
        summary: "{{ $value }} partitions of Kafka have no leader",
        description:
            "Their records can be neither written nor read: every replica that was in sync is gone.",
    },
    {
        name: "KafkaUnderMinimumInSync",
        expression: `sum(kafka_server_replicamanager_underminisrpartitioncount${KAFKA_JOB}) > 0`,
        for: "10m",
        severity: "critical",
        summary: "{{ $value }} partitions of Kafka have too few replicas in sync",
        description:
            "Who writes with acks=all, as everybody here does, is refused. What was written before can be read.",
        explains: [{ alerts: ["KafkaUnderReplicated"] }],
    },
    {
        name: "KafkaControllerMissing",
        expression: `sum(kafka_controller_kafkacontroller_activecontrollercount${KAFKA_JOB}) != 1`,
        for: "5m",
        severity: "critical",
        summary: "Kafka has {{ $value }} active controllers instead of one",
        description:
            "Without one no partition gets a new leader, and no topic or user is made or changed.",
    },
    {
        name: "KafkaBrokerMissing",
        expression: `max(kafka_controller_kafkacontroller_fencedbrokercount${KAFKA_JOB}) > 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} brokers of Kafka do not take part",
        description:
            "Records have a replica less. With one more broker gone most topics take no records.",
        explains: [{ alerts: ["KafkaUnderReplicated"] }],
    },
    {
        name: "KafkaUnderReplicated",
        expression: `sum(kafka_server_replicamanager_underreplicatedpartitions${KAFKA_JOB}) > 0`,
        for: "30m",
        severity: "warning",
        summary: "{{ $value }} partitions of Kafka lack a replica that is in sync",
        description: "A broker does not keep up, or has been away and copies what it missed.",
    },
    {
        name: "KafkaLogDirectoryOffline",
        expression: `max by (pod) (kafka_log_logmanager_offlinelogdirectorycount${KAFKA_JOB}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.pod }} has given up its volume",
        description:
            "A write failed, so the broker serves none of its partitions until it is started anew.",
    },
    {
        name: "KafkaConsumerLag",
        expression:
            'sum by (consumergroup, topic) (kafka_consumergroup_lag{job="kafka-exporter"}) > 1000',
        for: "15m",
        severity: "warning",
        summary:
            "{{ $labels.consumergroup }} is {{ $value }} records behind in {{ $labels.topic }}",
        description:
            "Records are read later than they come. Those that are older than the topic keeps are lost to the group.",
    },
    {
        name: "KafkaExporterDown",
        expression: 'absent(up{job="kafka-exporter"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Nobody counts how far behind consumers of Kafka are",
        description:
            "Kafka itself is not touched, but no alert tells of a group that stands still.",
    },
    {
        name: "KafkaEntityOperatorDown",
        expression:
            'absent(up{job="kafka-topic-operator"} == 1) or absent(up{job="kafka-user-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Nobody makes topics and users of Kafka",
        description:
            "Those that are there go on; an update of the platform that changes one waits.",
    },
    {
        name: "StrimziOperatorDown",
        expression: 'absent(up{job="strimzi-cluster-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The operator of Kafka does not answer",
        description: "Brokers go on, but none is updated, and certificates inside are not renewed.",
    },
    {
        name: "StrimziReconcileErrors",
        expression:
            'sum by (job, kind) (increase(strimzi_reconciliations_failed_total{job=~"strimzi-cluster-operator|kafka-topic-operator|kafka-user-operator"}[30m])) > 3',
        for: "30m",
        severity: "warning",
        summary: "{{ $labels.job }} cannot carry out a {{ $labels.kind }}",
        description: "What the resource asks for is not what there is.",
    },
    {
        name: "KafkaCertificateExpires",
        expression:
            'min by (cluster, type) (strimzi_certificate_expiration_timestamp_ms{job="strimzi-cluster-operator"}) / 1000 - time() < 1209600',
        for: "1h",
        severity: "warning",
        summary: "The certificate {{ $labels.type }} of Kafka ends in less than two weeks",
        description:
            "The operator renews it 30 days before its end and has not. After it brokers refuse each other.",
    },
];

/** Whoever writes or reads needs a leader for every partition. */
export const kafkaObjectives: readonly Objective[] = [
    {
        name: "kafka-availability",
        percent: 99.9,
        indicator: {
            share:
                '(max(up{job="kafka"}) and on () (max(kafka_controller_kafkacontroller_offlinepartitionscount{job="kafka"}) == 0) ' +
                'and on () (sum(kafka_server_replicamanager_underminisrpartitioncount{job="kafka"}) == 0)) or vector(0)',
        },
        description: "Every partition of Kafka has a leader and takes records.",
        alert: "KafkaErrorBudgetBurn",
        spared: {
            butKilled:
                "a clock that is wrong ends records before their time, and a full volume stops a broker",
        },
    },
];
