/** The store of secrets. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="openbao"';

/** Whether its members are open and one of them decides. */
export const openBaoDashboards: readonly Dashboard[] = [
    {
        name: "secret-store",
        title: "Secret store",
        purpose: "Whether OpenBao can be read and written, and writes its audit log.",
        rows: [
            {
                title: "Members",
                panels: [
                    number("Members that decide", `sum(vault_core_active{${JOB}}) or vector(0)`, {
                        thresholds: { warning: 1, bad: 0.5 },
                        overview: true,
                    }),
                    lines("Open members", `sum(vault_core_unsealed{${JOB}})`, "open"),
                    lines(
                        "Audit log not written",
                        `sum by (pod) (increase(vault_audit_log_request_failure{${JOB}}[10m])) ` +
                            `+ sum by (pod) (increase(vault_audit_log_response_failure{${JOB}}[10m]))`,
                        "{{ pod }}",
                    ),
                    answering("openbao"),
                ],
            },
        ],
    },
];
