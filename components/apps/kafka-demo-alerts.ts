/** Metrics and alerts of the demo. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { DEMO_GROUP, demoPods, demoPort, type DemoProgram } from "./kafka-demo-manifests";

function scrape(program: DemoProgram, names: readonly string[]): Scrape {
    return {
        name: `kafka-demo-${program}`,
        pods: demoPods(program),
        port: demoPort.name,
        number: demoPort.number,
        metrics: [{ source: `this repository: components/apps/kafka-demo/${program}.ts`, names }],
    };
}

export const kafkaDemoScrapes: readonly Scrape[] = [
    scrape("producer", ["kafka_demo_request_seconds_bucket", "kafka_demo_requests_total"]),
    scrape("consumer", [
        "kafka_demo_handling_seconds_bucket",
        "kafka_demo_registrations_handled_total",
    ]),
];

const handled = (outcome: string) =>
    `kafka_demo_registrations_handled_total{job="kafka-demo-consumer", outcome="${outcome}"}`;

export const kafkaDemoAlerts: readonly Alert[] = [
    {
        name: "KafkaDemoProducerDown",
        expression: 'absent(up{job="kafka-demo-producer"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Nobody takes registrations",
        description: "Who registers gets an error and has to try again.",
    },
    {
        name: "KafkaDemoConsumerDown",
        expression: 'absent(up{job="kafka-demo-consumer"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Nobody sends mails for registrations",
        description: "Registrations wait in their topic for a week; their mails come late.",
        explains: [{ alerts: ["KafkaDemoLag"] }],
    },
    {
        name: "KafkaDemoLag",
        expression: `sum(kafka_consumergroup_lag{job="kafka-exporter", consumergroup="${DEMO_GROUP}"}) > 100`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} registrations wait for their mail",
        description: "More come than the consumers handle, or the mail server is slow.",
    },
    {
        name: "KafkaDemoMailsFailing",
        expression: `sum(increase(${handled("failed")}[30m])) > 3`,
        for: "15m",
        severity: "warning",
        summary: "The mail server takes no mails for registrations",
        description: "The consumer tries each again and ends; registrations wait in their topic.",
        explains: [{ alerts: ["KafkaDemoLag"] }],
    },
    {
        name: "KafkaDemoDeadLetters",
        expression: `sum(increase(${handled("dead")}[1h])) > 0`,
        for: "5m",
        severity: "warning",
        summary: "{{ $value | humanize }} registrations became dead letters",
        description:
            "They could not be read, or the mail server refuses the address. They are kept for 30 days.",
    },
];
