/** What the brokers' beans are called in Prometheus, as the exporter of JMX reads it. Pure. */
import * as yaml from "js-yaml";
import type { Manifest } from "../base/object";
import { KAFKA } from "./kafka-names";

/** ConfigMap with the rules, and the key in it. */
export const metricsMap = `${KAFKA}-metrics`;
export const metricsKey = "metrics.yaml";

/**
 * Rules of upstream (strimzi-kafka-operator 1.2.0: packaging/examples/metrics/kafka-metrics.yaml),
 * less what nothing here looks at: a bean for each partition and client would be most of the series,
 * and the exporter of lags counts topics already.
 */
export const metricsRules = {
    lowercaseOutputName: true,
    includeObjectNames: [
        "kafka.controller:type=KafkaController,name=*",
        "kafka.log:type=LogManager,name=OfflineLogDirectoryCount",
        "kafka.network:type=RequestMetrics,name=TotalTimeMs,request=*",
        "kafka.server:type=BrokerTopicMetrics,name=*",
        "kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent",
        "kafka.server:type=ReplicaManager,name=*",
    ],
    rules: [
        {
            pattern: "kafka.(\\w+)<type=(.+), name=(.+)Percent\\w*><>MeanRate",
            name: "kafka_$1_$2_$3_percent",
            type: "GAUGE",
        },
        {
            pattern: "kafka.(\\w+)<type=(.+), name=(.+)PerSec\\w*><>Count",
            name: "kafka_$1_$2_$3_total",
            type: "COUNTER",
        },
        {
            pattern: "kafka.(\\w+)<type=(.+), name=(.+), (.+)=(.+)><>Count",
            name: "kafka_$1_$2_$3_count",
            type: "COUNTER",
            labels: { $4: "$5" },
        },
        {
            pattern: "kafka.(\\w+)<type=(.+), name=(.+), (.+)=(.*)><>(\\d+)thPercentile",
            name: "kafka_$1_$2_$3",
            type: "GAUGE",
            labels: { $4: "$5", quantile: "0.$6" },
        },
        {
            pattern: "kafka.(\\w+)<type=(.+), name=(.+)><>Value",
            name: "kafka_$1_$2_$3",
            type: "GAUGE",
        },
    ],
} as const;

/** The rules where Strimzi looks for them. */
export function metricsConfigMap(): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: metricsMap, namespace: KAFKA },
        data: { [metricsKey]: yaml.dump(metricsRules) },
    };
}
