/** Dashboards of the demo. Pure. */
import { answering, type Dashboard, rates, slowest, sums } from "../base/dashboard";
import { DEMO_GROUP } from "./kafka-demo-manifests";

export const kafkaDemoDashboards: readonly Dashboard[] = [
    {
        name: "kafka-demo",
        title: "Registrations",
        purpose: "Whether each registration becomes a mail, and how soon.",
        rows: [
            {
                title: "Registrations",
                panels: [
                    rates(
                        "Requests",
                        'kafka_demo_requests_total{job="kafka-demo-producer"}',
                        "status",
                    ),
                    slowest(
                        "Slowest of a hundred requests",
                        'kafka_demo_request_seconds_bucket{job="kafka-demo-producer"}',
                        "",
                    ),
                    answering("kafka-demo-producer|kafka-demo-consumer"),
                ],
            },
            {
                title: "Mails",
                panels: [
                    rates(
                        "Registrations handled",
                        'kafka_demo_registrations_handled_total{job="kafka-demo-consumer"}',
                        "outcome",
                    ),
                    slowest(
                        "Slowest of a hundred mails",
                        'kafka_demo_handling_seconds_bucket{job="kafka-demo-consumer"}',
                        "",
                    ),
                    sums(
                        "Registrations that wait",
                        `kafka_consumergroup_lag{job="kafka-exporter", consumergroup="${DEMO_GROUP}"}`,
                        "topic",
                    ),
                ],
            },
        ],
    },
];
