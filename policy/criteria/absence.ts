/**
 * Absence is not health: a criterion is not applicable only where what it protects is absent, not
 * where the system that would do it was never switched on or built. Said once for all criteria that
 * turn on with a system: what each protects.
 */
import { secretOwner, secretRotation } from "../../components/base/labels";
import { notBuiltFor } from "../../trust/not-built";
import { allWorkloads } from "../engines/operated/workloads";
import {
    type Criterion,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../kernel/facts";
import { machineSite } from "../kernel/site";
import { read, readList, readString, readTree } from "../kernel/tree";
import { namespacesOf } from "../kubernetes/namespaces";
import { isOfApps } from "./cost/right-sizing";
import { statefulClaims } from "./disaster-recovery/coverage";
import { archivesItself, databasesOf } from "./disaster-recovery/wal-archive";
import { metricsPorts } from "./observability/scraping";

/** What a criterion protects, and what is wrong while nobody does it. */
interface Protection {
    /** What there is to protect; with none the criterion is not applicable. */
    readonly of: (facts: Facts) => readonly Fact[];
    /** Of what only the update will tell whether it is to be protected. */
    readonly hidden?: (facts: Facts) => readonly { readonly fact: Fact; readonly why: string }[];
    /** After the names of what is protected. */
    readonly lack: string;
    /** What to add where the system exists: a key below `systems`, or words. */
    readonly add: string;
    /** Also asked for where the criterion has something to judge; default: only where it has nothing. */
    readonly besides?: true;
}

function state(facts: Facts): Fact[] {
    return statefulClaims(facts).claims.map(({ fact }) => fact);
}

function hiddenState(facts: Facts) {
    return statefulClaims(facts).unknown;
}

function unarchivedState(facts: Facts): Fact[] {
    return state(facts).filter((fact) => archivesItself(facts, fact) !== true);
}

function machines(facts: Facts): Fact[] {
    const site = machineSite(facts);
    return site === undefined || readList(site.inputs, "controlPlanes").length === 0 ? [] : [site];
}

function running(facts: Facts): Fact[] {
    return allWorkloads(facts).filter(({ workload }) => workload.longRunning);
}

function servers(facts: Facts): ObjectOf[] {
    return facts
        .objects("", "Service")
        .filter(({ inputs }) => readString(inputs, "spec", "type") !== "ExternalName");
}

function appNamespaces(facts: Facts): ReadonlySet<string | undefined> {
    return new Set(
        namespacesOf(facts)
            .filter((namespace) => isOfApps(facts, namespace))
            .map(({ name }) => name),
    );
}

function ofApps(facts: Facts): Fact[] {
    const apps = appNamespaces(facts);
    return running(facts).filter(({ object }) => apps.has(object?.namespace));
}

function keptSecrets(facts: Facts): Fact[] {
    return facts.objects("", "Secret").filter(({ inputs }) => {
        const annotations = readTree(inputs, "metadata", "annotations");
        return (
            ["data", "stringData"].some((field) => read(inputs, [field]).state !== "absent") &&
            !(secretOwner in annotations && secretRotation in annotations)
        );
    });
}

function certificates(facts: Facts): Fact[] {
    return [...machines(facts), ...facts.objects("cert-manager.io", "Certificate")];
}

/** What people use: applications that serve, and rights that are given to people. */
function usedByPeople(facts: Facts): Fact[] {
    const apps = appNamespaces(facts);
    return [...people(facts), ...servers(facts).filter(({ object }) => apps.has(object.namespace))];
}

function rules(facts: Facts): Fact[] {
    return facts.objects("monitoring.coreos.com", "PrometheusRule");
}

/** Bindings that give rights to people: users and groups that are not of the cluster itself. */
function people(facts: Facts): Fact[] {
    return ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) =>
        facts
            .objects("rbac.authorization.k8s.io", kind)
            .filter(({ inputs }) =>
                readList(inputs, "subjects").some(
                    (subject) =>
                        ["User", "Group"].includes(readString(subject, "kind") ?? "") &&
                        readString(subject, "name")?.startsWith("system:") !== true,
                ),
            ),
    );
}

const VELERO = "Velero";

/** A criterion on backups of state. */
function backup(lack: string, of = state): Protection {
    return { of, hidden: hiddenState, lack, add: VELERO };
}

/** By criterion. */
const PROTECTIONS: Readonly<Record<string, Protection>> = {
    "DR-01": backup("keep state, and no tier of backups is for it"),
    "DR-02": backup("keep state that nothing backs up", unarchivedState),
    "DR-03": backup("keep state that has no encrypted backup"),
    "DR-04": backup("keep state of which nothing is outside of the cluster"),
    "DR-05": {
        of: machines,
        lack: "has an etcd of which nothing takes snapshots",
        add: "a CronJob of talos-backup",
    },
    "DR-06": {
        of: databasesOf,
        lack: "are databases that archive nothing",
        add: "systems.barmanCloud",
    },
    "DR-08": backup("keep state, and nothing says how much of it may be lost"),
    "DR-09": backup("keep state, and no alert tells when it is not backed up"),
    "OBS-01": { of: metricsPorts, lack: "offer metrics that nobody collects", add: "Prometheus" },
    "OBS-07": { of: rules, lack: "hold alerts that reach nobody", add: "alertRouting" },
    "OBS-03": { of: metricsPorts, lack: "offer metrics that nobody keeps", add: "Prometheus" },
    "OBS-04": { of: running, lack: "write logs that nobody collects", add: "systems.vector" },
    "OBS-05": {
        of: running,
        lack: "serve requests of which nobody sees where they spend their time",
        add: "systems.tempo",
    },
    "OBS-09": {
        of: machines,
        lack: "has a pod network whose flows nobody sees",
        add: "systems.cilium",
    },
    "OBS-10": { of: certificates, lack: "expire, and no alert tells before", add: "Prometheus" },
    "OBS-11": { of: running, lack: "run, and nobody evaluates an alert", add: "Prometheus" },
    "SEC-05": { of: running, lack: "run unasked: no admission control", add: "systems.kyverno" },
    "SEC-07": {
        of: servers,
        lack: "serve whoever the network lets through: no mesh",
        add: "a mesh",
    },
    "SEC-08": {
        of: machines,
        lack: "has a pod network that nothing encrypts",
        add: "systems.cilium",
    },
    "SEC-10": {
        of: usedByPeople,
        lack: "are for people, and nothing signs them on",
        add: "single sign-on",
    },
    "SEC-11": {
        of: running,
        lack: "run, and nothing looks for vulnerabilities",
        add: "the Trivy operator",
    },
    "SEC-12": { of: running, lack: "run, and nobody watches what they do", add: "Falco" },
    "SEC-14": {
        of: keptSecrets,
        lack: `have no owner or period (${secretOwner}, ${secretRotation})`,
        add: "both annotations, and an alert on what is overdue",
        besides: true,
    },
    "CI-01": {
        of: ofApps,
        lack: "are applications that nothing keeps as the repository has them",
        add: "Argo CD",
    },
    "CI-02": {
        of: ofApps,
        lack: "are applications whose new versions nothing takes back",
        add: "Rollouts with an analysis",
    },
    "CMP-01": {
        of: machines,
        lack: "has an audit log that nobody collects",
        add: "a collector on the control planes",
    },
    "CMP-02": {
        of: machines,
        lack: "has nodes that nothing compares with the CIS benchmark",
        add: "kube-bench",
    },
    "COST-01": { of: running, lack: "run, and nobody knows what they cost", add: "OpenCost" },
    "COST-03": {
        of: ofApps,
        lack: "are applications for which nothing recommends requests",
        add: "Goldilocks",
    },
    "DOC-02": {
        of: running,
        lack: "run, and docs/runbooks has no procedures",
        add: "runbooks of what is done rarely",
    },
    "DOC-04": {
        of: running,
        lack: "run, and no document says whom to wake",
        add: "docs/on-call.md",
    },
};

/** Resources that one sentence names. */
const NAMED = 3;

function namesOf(facts: readonly Fact[]): string {
    const keys = [...new Set(facts.map(({ key }) => key))];
    const rest = keys.length - NAMED;
    const named = keys.slice(0, NAMED).join(", ");
    return rest > 0 ? `${named} and ${rest} more` : named;
}

/** What is to say of a criterion that has nothing to judge though there is something to protect. */
function judgeAbsence(id: string, protection: Protection, facts: Facts): Judgement {
    const unprotected = protection.of(facts);
    const [first] = unprotected;
    const awaited = notBuiltFor(id);
    // It may be in a chart that nobody saw, unless no code installs it.
    if (awaited === undefined && facts.unrenderedCharts().length > 0) {
        return { subjects: 0, findings: [] };
    }
    const { lack, add, hidden } = protection;
    if (first === undefined) {
        const unknown = hidden?.(facts) ?? [];
        return {
            subjects: unknown.length,
            judged: unknown.map(({ fact }) => fact),
            findings: unknown.map(({ fact, why }) => notJudged(fact, why)),
        };
    }
    const mend = awaited === undefined ? `add ${add}` : `${awaited.system} is not built yet`;
    const where = facts.platform() ?? first;
    return {
        subjects: new Set(unprotected.map(({ key }) => key)).size,
        judged: unprotected,
        findings: [violated(where, `${namesOf(unprotected)} ${lack}; ${mend}`)],
    };
}

/** A criterion that is violated where what it protects is there and it has nothing to judge. */
function withAbsence(criterion: StackCriterion, protection: Protection): StackCriterion {
    return {
        ...criterion,
        judgeStack: (facts) => {
            const judgement = criterion.judgeStack(facts);
            const isIdle = judgement.subjects === 0 && judgement.findings.length === 0;
            if (!isIdle && protection.besides !== true) {
                return judgement;
            }
            const absence = judgeAbsence(criterion.id, protection, facts);
            return {
                ...judgement,
                subjects: judgement.subjects + absence.subjects,
                judged: [...(judgement.judged ?? []), ...(absence.judged ?? [])],
                findings: [...judgement.findings, ...absence.findings],
            };
        },
    };
}

/** Criteria that know what they protect. */
export function knowingAbsence(criteria: readonly Criterion[]): Criterion[] {
    return criteria.map((criterion) => {
        const protection = PROTECTIONS[criterion.id];
        return protection === undefined || !("judgeStack" in criterion)
            ? criterion
            : withAbsence(criterion, protection);
    });
}

/** The criteria that say so. */
export const protecting: readonly string[] = Object.keys(PROTECTIONS);
