/** Metrics and alerts of LLDAP. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { lldapLabels, lldapPorts } from "./lldap-objects";

/**
 * LLDAP has no metrics (lldap v0.6.3: server/src/tcp_server.rs). Its `/health` answers 200 and
 * nothing else, which Prometheus takes for a scrape without samples (prometheus v3.12.0:
 * scrape/scrape.go, "Empty scrape"): `up` says who answers. That LDAPS answers too, the liveness
 * probe sees to.
 */
export const lldapScrapes: readonly Scrape[] = [
    {
        name: "lldap",
        pods: lldapLabels.server,
        port: "http",
        number: lldapPorts.http,
        path: "/health",
        metrics: [],
    },
];

/** Upstream publishes no rules. */
export const lldapAlerts: readonly Alert[] = [
    {
        name: "LldapDown",
        expression: 'absent(up{job="lldap"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No LLDAP answers",
        description:
            "Nobody can sign on anew, and nobody can be taken out of a group. Sessions that are open " +
            "go on until they expire.",
        explains: [{ alerts: ["LldapReplicaDown"] }],
    },
    {
        name: "LldapReplicaDown",
        expression: 'up{job="lldap"} == 0',
        for: "15m",
        severity: "warning",
        summary: "LLDAP {{ $labels.pod }} does not answer",
        description: "People sign on through the other replica, if there is one, without reserve.",
    },
];

/** People can sign on: whoever signs them on asks here. */
export const lldapObjectives: readonly Objective[] = [
    {
        name: "directory-availability",
        percent: 99.9,
        indicator: { share: 'max(up{job="lldap"}) or vector(0)' },
        description: "One of the servers of the directory answers.",
        alert: "DirectoryErrorBudgetBurn",
    },
];
