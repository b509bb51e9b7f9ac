/** Tempo. Pure. */
import { answering, type Dashboard, lines } from "../base/dashboard";

const JOB = 'job="tempo"';

/** Whether traces are kept and found. */
export const tempoDashboards: readonly Dashboard[] = [
    {
        name: "tempo",
        title: "Tempo",
        purpose: "Whether traces are kept and found.",
        rows: [
            {
                title: "Traces",
                panels: [
                    lines(
                        "Spans taken",
                        `sum(rate(tempo_distributor_spans_received_total{${JOB}}[$__rate_interval]))`,
                        "spans",
                        { unit: "ops" },
                    ),
                    lines(
                        "Spans refused",
                        `sum by (reason) (rate(tempo_discarded_spans_total{${JOB}}[$__rate_interval]))`,
                        "{{ reason }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Requests by status",
                        `sum by (status_code) (rate(tempo_request_duration_seconds_count{${JOB}}[$__rate_interval]))`,
                        "{{ status_code }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Blocks that could not be written",
                        `sum(increase(tempo_ingester_failed_flushes_total{${JOB}}[1h]))`,
                        "blocks",
                    ),
                    answering("tempo"),
                ],
            },
        ],
    },
];
