/** Metrics and alerts of OpenBao. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { memberHost, openBaoName, openBaoPods, openBaoPorts } from "./openbao-configuration";
import { SNAPSHOT_HOURS, SNAPSHOTS } from "./openbao-snapshots";

/** Secret with the certificate of the servers. */
export const openBaoCertificate = "openbao-tls";

/** Labels and ports as in the chart openbao 0.29.2. */
export const openBaoScrapes: readonly Scrape[] = [
    {
        name: openBaoName,
        pods: openBaoPods,
        port: "https",
        number: openBaoPorts.api,
        path: "/v1/sys/metrics",
        https: {
            // One certificate names all members.
            serverName: memberHost(`${openBaoName}-0`),
            authority: { secret: openBaoCertificate, key: "ca.crt" },
        },
        metrics: [
            {
                source: "openbao v2.6.2: physical/raft/{raft,raft_autopilot_delegate}.go, vault/{request_handling,expiration}.go",
                names: [
                    "vault_autopilot_failure_tolerance",
                    "vault_autopilot_healthy",
                    "vault_core_handle_login_request_count",
                    "vault_core_handle_request_count",
                    "vault_core_handle_request_sum",
                    "vault_expire_num_irrevocable_leases",
                    "vault_expire_num_leases",
                    "vault_raft_storage_stats_applied_index",
                ],
            },
            {
                source: "hashicorp/raft v1.7.3: raft.go",
                names: [
                    "vault_raft_commitTime_count",
                    "vault_raft_commitTime_sum",
                    "vault_raft_leader_lastContact_count",
                    "vault_raft_leader_lastContact_sum",
                ],
            },
            {
                source: "openbao v2.6.2: vault/core_metrics.go",
                names: ["vault_core_unsealed", "vault_core_active"],
            },
            {
                source: "openbao v2.6.2: vault/audit_broker.go",
                names: ["vault_audit_log_request_failure", "vault_audit_log_response_failure"],
            },
        ],
    },
];

const SNAPSHOT = `job="kube-state-metrics",namespace="${openBaoName}"`;
/** When the last snapshot ended. */
export const LAST_SNAPSHOT = `kube_cronjob_status_last_successful_time{${SNAPSHOT},cronjob="${SNAPSHOTS}"}`;

/** The project's chart has no rules but examples; its page "Telemetry" names what is worth watching. */
export const openBaoAlerts: readonly Alert[] = [
    {
        name: "OpenBaoDown",
        expression: `absent(up{job="${openBaoName}"} == 1)`,
        for: "5m",
        severity: "critical",
        summary: "No OpenBao answers",
        description:
            "Secrets that were handed out stay where they are. None is renewed, and nobody can read or " +
            "write one.",
    },
    {
        name: "OpenBaoMemberDown",
        expression: `up{job="${openBaoName}"} == 0`,
        for: "15m",
        severity: "warning",
        summary: "OpenBao {{ $labels.pod }} does not answer",
        description: "The others go on. With one more lost they would have no majority.",
    },
    {
        name: "OpenBaoSealed",
        expression: `vault_core_unsealed{job="${openBaoName}"} == 0`,
        for: "5m",
        severity: "critical",
        summary: "OpenBao {{ $labels.pod }} is sealed",
        description:
            "It cannot open what it has stored, although the key lies beside it: the key is another " +
            "one, or somebody sealed it by hand.",
    },
    {
        name: "OpenBaoLeaderMissing",
        expression: `sum(vault_core_active{job="${openBaoName}"}) < 1`,
        for: "3m",
        severity: "critical",
        summary: "No member of OpenBao is the active one",
        description: "Without a majority nobody decides: nothing can be read or written.",
    },
    {
        name: "OpenBaoAuditFailing",
        expression:
            `sum by (pod) (increase(vault_audit_log_request_failure{job="${openBaoName}"}[10m])) ` +
            `+ sum by (pod) (increase(vault_audit_log_response_failure{job="${openBaoName}"}[10m])) > 0`,
        for: "5m",
        severity: "critical",
        summary: "OpenBao {{ $labels.pod }} cannot write its audit log",
        description: "What it cannot write down it refuses, so that nothing happens unseen.",
    },
    {
        name: "OpenBaoSnapshotTooOld",
        // One hour for what a snapshot takes and a node that is drained.
        expression: `time() - max(${LAST_SNAPSHOT}) > ${(SNAPSHOT_HOURS + 1) * 3600}`,
        for: "15m",
        severity: "critical",
        summary: `The last snapshot of OpenBao is older than ${SNAPSHOT_HOURS + 1} hours`,
        description:
            `One is taken every ${SNAPSHOT_HOURS} hours. If all members were lost now, secrets that ` +
            "were written since would be lost with them.",
    },
    {
        name: "OpenBaoSnapshotNeverMade",
        expression: `absent(${LAST_SNAPSHOT})`,
        for: `${SNAPSHOT_HOURS + 1}h`,
        severity: "critical",
        summary: "No snapshot of OpenBao has ever been finished",
        description:
            "Outside of the cluster there is nothing of it but the backup of its volumes. There is no " +
            "target, it refuses what is written, or OpenBao lets the job not in.",
    },
    {
        name: "OpenBaoSnapshotFailed",
        expression: `max(kube_job_failed{${SNAPSHOT},job_name=~"${SNAPSHOTS}-.+",condition="true"}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "A snapshot of OpenBao failed",
        description: `The one before it is there; the next is tried within ${SNAPSHOT_HOURS} hours.`,
    },
];

/** Secrets can be read and written: one member decides. */
export const openBaoObjectives: readonly Objective[] = [
    {
        name: "secret-store-availability",
        percent: 99.9,
        indicator: {
            share: `(sum(vault_core_active{job="${openBaoName}"}) >= bool 1) or vector(0)`,
        },
        description:
            "A member of OpenBao is the active one, so that secrets can be read and written.",
        alert: "OpenBaoErrorBudgetBurn",
        spared: {
            butKilled:
                "leases and tokens end by its clock, and it keeps every secret of the platform",
        },
    },
];
