/** The store of secrets. Pure. */
import {
    answering,
    average,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    sums,
} from "../base/dashboard";
import { LAST_SNAPSHOT } from "./openbao-alerts";
import { SNAPSHOT_HOURS } from "./openbao-snapshots";

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
            {
                title: "Snapshots",
                panels: [
                    number("Age of the last snapshot", `time() - max(${LAST_SNAPSHOT})`, {
                        unit: "s",
                        thresholds: {
                            warning: SNAPSHOT_HOURS * 3600,
                            bad: (SNAPSHOT_HOURS + 1) * 3600,
                        },
                    }),
                    lines("Age over time", `time() - max(${LAST_SNAPSHOT})`, "age", { unit: "s" }),
                ],
            },
        ],
    },
    {
        name: "secret-store-members",
        title: "Members of the secret store",
        purpose: "Whether the members of OpenBao agree, and how long requests take.",
        rows: [
            {
                title: "Agreement",
                panels: [
                    highest("All healthy", `vault_autopilot_healthy{${JOB}}`, "pod"),
                    highest("Could be lost", `vault_autopilot_failure_tolerance{${JOB}}`, "pod"),
                    highest("Last entry", `vault_raft_storage_stats_applied_index{${JOB}}`, "pod"),
                    average("Last contact", "vault_raft_leader_lastContact", JOB, "pod", {
                        unit: "ms",
                    }),
                    average("One entry", "vault_raft_commitTime", JOB, "pod", { unit: "ms" }),
                ],
            },
            {
                title: "Requests",
                panels: [
                    rates("All", `vault_core_handle_request_count{${JOB}}`, "pod", {
                        unit: "reqps",
                    }),
                    average("Time of one", "vault_core_handle_request", JOB, "pod", { unit: "ms" }),
                    rates("Sign-ons", `vault_core_handle_login_request_count{${JOB}}`, "pod"),
                    sums("Leases", `vault_expire_num_leases{${JOB}}`, "pod"),
                    sums(
                        "Cannot be taken back",
                        `vault_expire_num_irrevocable_leases{${JOB}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
];
