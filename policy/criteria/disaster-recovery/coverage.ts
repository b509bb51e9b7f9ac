/** DR-02: everything that keeps state is backed up. */
import { keepsNothing } from "../../../components/base/labels";
import { type StackClaim, type StackClaims, stackClaims } from "../../engines/scheduling/claims";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { chartsThatMayBring } from "../../kernel/missing-charts";
import { allOf, anyOf, type Ternary, not, switchAt } from "../../kernel/ternary";
import { flagOf, programsOf } from "../../kubernetes/programs";
import { read, readString, readTree } from "../../kernel/tree";
import { archivesItself } from "./wal-archive";
import { includesClaim } from "./filters";
import { type BackupSchedule, copiesFiles, movesSnapshots, type Velero, veleroOf } from "./velero";

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const CSI = "EnableCSI";

/** One thing that saving a volume needs. */
interface Need {
    readonly has: Ternary;
    /** What is wrong without it. */
    readonly why: string;
}

/** Whether a snapshot class is for the driver of the claim's storage class. */
function hasSnapshotClass(facts: Facts, storageClass: string | undefined): Ternary {
    const owner = facts
        .objects("storage.k8s.io", "StorageClass")
        .find(({ object, inputs }) =>
            storageClass === undefined
                ? readTree(inputs, "metadata", "annotations")[DEFAULT_CLASS] === "true"
                : object.name === storageClass,
        );
    const driver = readString(owner?.inputs, "provisioner");
    return driver === undefined
        ? "unknown"
        : anyOf(
              facts
                  .objects("snapshot.storage.k8s.io", "VolumeSnapshotClass")
                  .map(({ inputs }) => read(inputs, ["driver"]))
                  .map((reading) =>
                      reading.state === "unknown"
                          ? "unknown"
                          : reading.state === "known" && reading.value === driver,
                  ),
          );
}

function takesSnapshots(velero: Velero): Ternary {
    if (velero.server === undefined) {
        return "unknown";
    }
    const features = flagOf(velero.server, "features");
    return features.state === "unknown"
        ? "unknown"
        : features.state === "known" && String(features.value).split(",").includes(CSI);
}

/** Whether a DaemonSet of Velero runs; one may be in its chart, which nobody saw. */
function hasAgent(facts: Facts, { trace }: Velero): Ternary {
    const { namespace = "" } = trace.object;
    return (
        programsOf(facts, "velero").some(({ fact }) => fact.workload.perNode) ||
        (chartsThatMayBring(facts, { namespace }).length > 0 && "unknown")
    );
}

/** What the schedule needs to save the data of the volume, beyond the claim itself. */
function needsOf(
    schedule: BackupSchedule,
    velero: Velero,
    claim: StackClaim,
    facts: Facts,
): Need[] {
    const files = copiesFiles(schedule, velero);
    const agent: Need = {
        has: hasAgent(facts, velero),
        why: "no DaemonSet of Velero runs, which reads the volumes",
    };
    if (files === true) {
        return [agent];
    }
    const off = not(switchAt(schedule.fact.inputs, ["spec", "template", "snapshotVolumes"], true));
    const orFiles = (has: Ternary): Ternary => anyOf([has, files]);
    return [
        { has: orFiles(not(off)), why: "snapshotVolumes is off" },
        { has: orFiles(takesSnapshots(velero)), why: `its server lacks --features=${CSI}` },
        {
            has: orFiles(hasSnapshotClass(facts, claim.storageClass)),
            why: `no VolumeSnapshotClass is for the driver of ${claim.storageClass ?? "the default class"}`,
        },
        ...(movesSnapshots(schedule, velero) === true ? [agent] : []),
    ];
}

/** The Namespace says that nothing in it is kept, and here is something that outlives a pod. */
function judgeDenial(facts: Facts, { fact, namespace }: StackClaim): Finding[] {
    const [own] = facts.objects("", "Namespace").filter(({ object }) => object.name === namespace);
    const answer = read(own?.inputs, ["metadata", "annotations", keepsNothing]);
    if (answer.state === "absent") {
        return [];
    }
    return [
        answer.state === "unknown"
            ? notJudged(
                  fact,
                  `whether namespace ${namespace} says that it keeps nothing is known only at the update`,
              )
            : violated(
                  fact,
                  `namespace ${namespace} says that it keeps nothing (${keepsNothing}), and here is a volume that outlives its pod; give the namespace a tier, or declare an exception that says why not`,
              ),
    ];
}

function declaredClaim({ fact }: StackClaim): ObjectOf | undefined {
    const { object } = fact;
    return object?.kind === "PersistentVolumeClaim" ? { ...fact, object } : undefined;
}

function judgeClaim(facts: Facts, velero: Velero, claim: StackClaim): Finding[] {
    const { fact, namespace } = claim;
    const covering = velero.schedules.map((schedule) => ({
        schedule,
        covers: allOf([
            schedule.running,
            includesClaim(schedule, namespace, declaredClaim(claim), facts),
        ]),
        needs: needsOf(schedule, velero, claim, facts),
    }));
    const answers = covering.map(({ covers, needs }) =>
        allOf([covers, ...needs.map(({ has }) => has)]),
    );
    const answer = anyOf(answers);
    if (answer === true) {
        return [];
    }
    if (answer === "unknown") {
        return [
            notJudged(fact, "whether a Schedule saves its volumes is known only at the update"),
        ];
    }
    const [half] = covering.filter(({ covers }) => covers === true);
    const [missing] = half?.needs.filter(({ has }) => has === false) ?? [];
    return [
        violated(
            fact,
            half === undefined || missing === undefined
                ? `no Schedule backs up its volumes in namespace ${namespace}; include them in a tier, or declare an exception that says why not`
                : `${half.schedule.fact.key} covers its claims but not their data: ${missing.why}`,
        ),
    ];
}

/** Each resource once, with the first claim of each storage class. */
function distinct(claims: readonly StackClaim[]): StackClaim[] {
    const found = new Map<string, StackClaim>();
    for (const claim of claims) {
        const key = `${claim.fact.urn} ${claim.namespace} ${claim.storageClass ?? ""}`;
        found.set(key, found.get(key) ?? claim);
    }
    return [...found.values()];
}

/** Claims on volumes that outlive a pod: what there is to back up. */
export function statefulClaims(facts: Facts): {
    readonly claims: StackClaim[];
    readonly unknown: StackClaims["unknown"];
} {
    const { claims, unknown } = stackClaims(facts);
    const lasting = claims.filter(
        ({ scratch, fact }) => !scratch && fact.object?.kind !== "ObjectBucketClaim",
    );
    return { claims: distinct(lasting), unknown };
}

/** DR-02. */
export const coverage: StackCriterion = {
    id: "DR-02",
    name: "dr-02-state-is-backed-up",
    description:
        "Checks that a Schedule saves the data of every claim in the stack, or the database behind it archives itself, and that no namespace with claims says that it keeps nothing.",
    severity: "critical",
    remediation:
        "Include the namespace in the Schedule of a tier, with its volumes; say why in an exception where nothing needs to be kept.",
    judgeStack: (facts) => {
        const velero = veleroOf(facts);
        if (velero === undefined) {
            return { subjects: 0, findings: [] };
        }
        const { claims, unknown } = statefulClaims(facts);
        const judged = claims.filter(({ fact }) => archivesItself(facts, fact) !== true);
        return {
            subjects: claims.length + unknown.length,
            judged: claims.map(({ fact }) => fact),
            findings: [
                ...judged.flatMap((claim) => {
                    const denial = judgeDenial(facts, claim);
                    return denial.length > 0 ? denial : judgeClaim(facts, velero, claim);
                }),
                ...unknown.map(({ fact, why }) => notJudged(fact, why)),
            ],
        };
    },
};
