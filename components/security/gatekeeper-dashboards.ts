/** What Gatekeeper is asked, and what it found. Pure. */
import { answering, type Dashboard, lines, number, rates, slowest } from "../base/dashboard";

const WEBHOOK = 'job="gatekeeper-webhook"';
const AUDIT = 'job="gatekeeper-audit"';
const REQUESTS = "gatekeeper_validation_request_duration_seconds";

export const gatekeeperDashboards: readonly Dashboard[] = [
    {
        name: "gatekeeper",
        title: "Gatekeeper",
        purpose:
            "Whether Gatekeeper answers, what it refuses, and what runs against its constraints.",
        rows: [
            {
                title: "Admission",
                panels: [
                    answering("gatekeeper-webhook"),
                    number(
                        "Templates that do not compile",
                        `max(gatekeeper_constraint_templates{${WEBHOOK}, status="error"}) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    rates("Requests", `${REQUESTS}_count{${WEBHOOK}}`, "admission_status"),
                    slowest("Slowest of a hundred", `${REQUESTS}_bucket{${WEBHOOK}}`, ""),
                ],
            },
            {
                title: "What runs",
                panels: [
                    answering("gatekeeper-audit"),
                    lines(
                        "Violations",
                        `max by (enforcement_action) (gatekeeper_violations{${AUDIT}})`,
                        "{{ enforcement_action }}",
                    ),
                    number(
                        "Time since the last look",
                        `time() - max(gatekeeper_audit_last_run_end_time{${AUDIT}})`,
                        { unit: "s", thresholds: { warning: 1800, bad: 3600 } },
                    ),
                ],
            },
        ],
    },
];
