/** OBS-11: the alerts that the assessments call by name. */
import type { StackCriterion } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { traceOf } from "../../kernel/presence";
import { type Watch, watching } from "../../engines/monitoring/alerts";

/** An alert, and the API group without which there is nothing to alert on. */
interface NamedAlert {
    /** Names that the assessments give it; one is enough. */
    readonly names: readonly string[];
    readonly when: string;
    readonly group?: string;
    /** The kind of the group, where others share it. */
    readonly kind?: string;
}

const NAMED: readonly NamedAlert[] = [
    { names: ["AllNodesNotReady"], when: "no node is ready" },
    { names: ["PrometheusTargetDown"], when: "a target of Prometheus is down" },
    {
        names: ["CertificateExpiresIn24Hours"],
        when: "a certificate has one day left",
        group: "cert-manager.io",
    },
    {
        names: ["CephClusterErrorState"],
        when: "Ceph is in an error state",
        group: "ceph.rook.io",
    },
    {
        names: ["CNPGLastFailedArchiveTime"],
        when: "a database could not archive",
        group: "postgresql.cnpg.io",
    },
    { names: ["VeleroBackupFailed"], when: "a backup failed", group: "velero.io" },
    {
        names: ["ArgoCDApplicationOutOfSync"],
        when: "an application differs from git",
        group: "argoproj.io",
        kind: "Application",
    },
    {
        names: ["ArgoCDSyncFailed"],
        when: "an application could not sync",
        group: "argoproj.io",
        kind: "Application",
    },
    {
        names: ["TrivyCriticalVulnerabilityDetected", "CriticalVulnerabilityDetected"],
        when: "an image has a critical vulnerability",
        group: "aquasecurity.github.io",
    },
    {
        names: ["TrivyHighVulnerabilityCount"],
        when: "images have many high vulnerabilities",
        group: "aquasecurity.github.io",
    },
    {
        names: ["TrivyOperatorDown"],
        when: "nothing scans images",
        group: "aquasecurity.github.io",
    },
];

function watchesOf(facts: Facts): Watch[] {
    return NAMED.filter(
        ({ group, kind }) => group === undefined || traceOf(facts, group, kind) !== undefined,
    ).map(({ names, when }) => ({
        when,
        isAbout: ({ name }) => names.includes(name),
        wanted: `add ${names.join(" or ")}`,
    }));
}

/** OBS-11. */
export const namedAlerts: StackCriterion = {
    id: "OBS-11",
    name: "obs-11-named-alerts",
    description:
        "Checks that the alerts that the assessments name exist, for the systems in the stack.",
    severity: "medium",
    remediation: "Add the alert to a PrometheusRule that Prometheus selects.",
    judgeStack: watching(watchesOf),
};
