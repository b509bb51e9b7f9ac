/** Claims that several pods want at the same time, although only one node or pod may have them. */
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { read, readList, readString, readTree } from "../../kernel/tree";
import { mostReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { selects } from "../../kubernetes/selectors";
import { type Access, accessTo, claimsNamed } from "../../kubernetes/volume-access";
import { allWorkloads } from "../operated/workloads";

const HOSTNAME = "kubernetes.io/hostname";

/** A workload whose pods mount a claim that not every pod may have. */
export interface ClaimUse {
    readonly fact: WorkloadFact;
    /** `PersistentVolumeClaim/namespace/name`. */
    readonly claim: string;
    readonly access: Exclude<Access, { by: "many" } | { by: "its node" }>;
    /** How many of its pods there are at most, an update aside. */
    readonly pods: number | "unknown" | "one on each node";
}

/** The only node that the pods may run on, if their own rules name one. */
function nodeOf({ workload: { podSpec = {} } }: WorkloadFact): string | undefined {
    const terms = readList(
        readTree(podSpec, "affinity", "nodeAffinity"),
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    );
    const [term] = terms;
    const ofAffinity = readList(term, "matchExpressions")
        .map((expression) => ({
            isName:
                readString(expression, "key") === HOSTNAME &&
                readString(expression, "operator") === "In",
            values: readList(expression, "values"),
        }))
        .find(({ isName, values }) => isName && values.length === 1)?.values[0];
    return (
        readString(podSpec, "nodeName") ??
        readString(podSpec, "nodeSelector", HOSTNAME) ??
        (terms.length === 1 && typeof ofAffinity === "string" ? ofAffinity : undefined)
    );
}

/** Whether the pods only ever start where pods of the other workload are. */
function follows({ workload, object }: WorkloadFact, other: WorkloadFact): boolean {
    const affinity = readTree(workload.podSpec ?? {}, "affinity", "podAffinity");
    return readList(affinity, "requiredDuringSchedulingIgnoredDuringExecution").some(
        (term) =>
            readString(term, "topologyKey") === HOSTNAME &&
            (readList(term, "namespaces").length === 0 ||
                readList(term, "namespaces").includes(object.namespace)) &&
            selects(read(term, ["labelSelector"]), other.workload.podLabels) === true,
    );
}

/** Whether pods of both are always on the same node. */
export function areTogether(one: WorkloadFact, other: WorkloadFact): boolean {
    const node = nodeOf(one);
    return (
        (node !== undefined && node === nodeOf(other)) || follows(one, other) || follows(other, one)
    );
}

function podsOf(facts: Facts, fact: WorkloadFact): ClaimUse["pods"] {
    const { workload } = fact;
    return workload.perNode
        ? "one on each node"
        : workload.made === undefined
          ? workload.longRunning
              ? mostReplicas(facts, fact)
              : 1
          : Math.max(workload.made.most ?? 0, workload.made.count);
}

/** Every use of a claim that is not for all; of a claim from elsewhere nobody can say. */
export const claimUses = memoize((facts): readonly ClaimUse[] =>
    allWorkloads(facts).flatMap((fact) => {
        const { namespace = "default" } = fact.object;
        const named = claimsNamed(fact.workload.podSpec ?? {});
        return named.flatMap(({ name, readOnly }): ClaimUse[] => {
            const access = accessTo(facts, { namespace, name });
            const claim = `PersistentVolumeClaim/${namespace}/${name}`;
            const pods = podsOf(facts, fact);
            if (access.by === "its node" || (access.by === "many" && !access.readOnly)) {
                return [];
            }
            if (access.by === "many") {
                const mode = "ReadOnlyMany, and is mounted to be written";
                return readOnly ? [] : [{ fact, claim, access: { by: "node", mode }, pods }];
            }
            return [{ fact, claim, access, pods }];
        });
    }),
);

/** Whether pods of one workload hinder each other on the claim. */
export function isContended({ fact, access, pods }: ClaimUse): boolean {
    const several = typeof pods === "number" ? pods > 1 : pods === "one on each node";
    return several && (access.by === "pod" || (access.by === "node" && !areTogether(fact, fact)));
}
