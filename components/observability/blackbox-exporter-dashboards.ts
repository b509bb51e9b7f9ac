/** What people see of the platform. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";
import { PROBES } from "./blackbox-probes";

const JOB = `job="${PROBES}"`;

/** Every page by its name, and every certificate that is shown. */
export const blackboxDashboards: readonly Dashboard[] = [
    {
        name: "endpoints",
        title: "Pages and certificates",
        purpose:
            "Whether each page answers by its name, how fast, and until when its certificate is good.",
        rows: [
            {
                title: "Answers",
                panels: [
                    number("Pages that fail", `count(probe_success{${JOB}} == 0) or vector(0)`, {
                        thresholds: { warning: 1, bad: 1 },
                        overview: true,
                    }),
                    table("Those that fail", `probe_success{${JOB}} == 0`),
                    lines(
                        "Time for an answer",
                        `max by (endpoint) (probe_duration_seconds{${JOB}})`,
                        "{{ endpoint }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Status",
                        `max by (endpoint) (probe_http_status_code{${JOB}})`,
                        "{{ endpoint }}",
                    ),
                ],
            },
            {
                title: "Certificates",
                panels: [
                    lines(
                        "Left of what is shown",
                        `min by (endpoint) (probe_ssl_earliest_cert_expiry{${JOB}}) - time()`,
                        "{{ endpoint }}",
                        { unit: "s" },
                    ),
                    answering("blackbox-exporter"),
                ],
            },
        ],
    },
];
