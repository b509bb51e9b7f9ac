/** HA-08: containers that say what they need. */
import { isDeepStrictEqual } from "node:util";
import { handedResources } from "../../engines/operated/handed-resources";
import { unjudgedPods } from "../../engines/operated/made";
import { allWorkloads } from "../../engines/operated/workloads";
import type { ContainerDefaults } from "../../engines/scheduling/pod-resources";
import { limitDefaults } from "../../engines/scheduling/stack-pods";
import {
    type Finding,
    judgeEach,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { read, type Reading, type Tree } from "../../kernel/tree";
import type { WorkloadFact } from "../../kubernetes/scaling";
import type { Container, Workload } from "../../kubernetes/workloads";
import { type Asked, askedBy, faultsOf, isAmount, isHidden } from "./amounts";

/** What a container is called and may use; ephemeral ones may not have resources. */
interface Part {
    readonly who: string;
    readonly resources: Reading;
}

const DISK = "ephemeral-storage";

/** What every container names itself, where its pod does not ask as a whole. */
function judgeWanted(fact: Fact, pod: Tree | undefined, who: string, asked: Asked): Finding[] {
    const ofPod = read(pod, ["resources"]);
    const has = (field: "requests" | "limits", resource: string) =>
        isAmount(asked[field][resource]) ||
        isAmount(read(pod, ["resources", field, resource])) ||
        // A limit without a request is the request too.
        (field === "requests" && isAmount(asked.limits[resource]));
    const mayHave = (field: "requests" | "limits", resource: string) =>
        [ofPod, asked[field][resource], asked.limits[resource]].some(isHidden);
    const wanted = [
        ["CPU request", "requests", "cpu"],
        ["memory request", "requests", "memory"],
        ["memory limit", "limits", "memory"],
    ] as const;
    return wanted.flatMap(([what, field, resource]) => {
        if (has(field, resource)) {
            return [];
        }
        if (mayHave(field, resource)) {
            return [notJudged(fact, `the ${what} of ${who} is known only at the update`)];
        }
        return asked.unreadable.has(`${field}.${resource}`)
            ? []
            : [violated(fact, `${who} has no ${what}; set resources.${field}.${resource}`)];
    });
}

/** Of `requests` and `limits`, those in which nobody gives a container space on the node's disk. */
function withoutDisk(asked: Asked, defaults: readonly ContainerDefaults[]): string[] {
    return (["requests", "limits"] as const).filter(
        (field) =>
            !isAmount(asked[field][DISK]) &&
            !(field === "requests" && isAmount(asked.limits[DISK])) &&
            ![asked[field][DISK], asked.limits[DISK]].some(isHidden) &&
            !defaults.some((range) => isAmount(read(range[field], [DISK]))),
    );
}

/**
 * Space on the node's disk, which no chart names: the LimitRange of a namespace gives it. Where one
 * has none at all, TEN-01 says so.
 */
function judgeDisks(facts: Facts, workloads: readonly WorkloadFact[]): Finding[] {
    const limits = limitDefaults(facts);
    return facts.objects("", "LimitRange").flatMap((range, index, ranges): Finding[] => {
        const { namespace = "default" } = range.object;
        const isFirst = ranges.findIndex(({ object }) => object.namespace === namespace) === index;
        const defaults = limits.get(namespace);
        const without = workloads
            .filter(({ object }) => (object.namespace ?? "default") === namespace)
            .flatMap(({ key, workload }) =>
                partsOf(workload)
                    .filter(({ resources: { state } }) => state !== "unknown")
                    .map(({ who, resources: reading }) => ({
                        who: `${who} of ${key}`,
                        fields: withoutDisk(askedBy(reading), defaults ?? []),
                    }))
                    .filter(({ fields }) => fields.length > 0),
            );
        const [first, ...others] = without;
        if (!isFirst || first === undefined) {
            return [];
        }
        const more = others.length > 0 ? ` and ${others.length} more` : "";
        return defaults === undefined
            ? [
                  notJudged(
                      range,
                      `how much ${DISK} it gives ${first.who} is known only at the update`,
                  ),
              ]
            : [
                  violated(
                      range,
                      `it gives containers no ${DISK} in their ${first.fields.join(" and ")}, and ${first.who}${more} may fill the node with logs; add a default`,
                  ),
              ];
    });
}

function judgePart(
    fact: Fact,
    pod: Tree | undefined,
    { who, resources: reading }: Part,
    defaults: readonly ContainerDefaults[],
): Finding[] {
    if (reading.state === "unknown") {
        return [notJudged(fact, `the resources of ${who} are known only at the update`)];
    }
    const asked = askedBy(reading);
    return [
        ...faultsOf(asked, defaults).map((fault) => violated(fact, `${who} ${fault}`)),
        ...judgeWanted(fact, pod, who, asked),
    ];
}

function partsOf({ containers, made }: Workload): Part[] {
    const of = made === undefined ? "" : ` of ${made.part}`;
    const main = containers.filter(({ role }) => role === "main");
    // Operators give the containers that prepare a pod what its main ones get.
    const isAlike = ({ role, tree }: Container) =>
        made !== undefined &&
        role === "init" &&
        main.some((other) => isDeepStrictEqual(other.tree.resources, tree.resources));
    return containers
        .filter((item) => item.role !== "ephemeral" && !isAlike(item))
        .map(({ name, tree }) => ({
            who: `container ${name}${of}`,
            resources: read(tree, ["resources"]),
        }));
}

function judgeWorkload(fact: WorkloadFact, defaults: readonly ContainerDefaults[]): Judgement {
    const { workload } = fact;
    const parts = partsOf(workload);
    const hidden = workload.unread.map((place) =>
        notJudged(fact, `the resources of ${place} are known only at the update`),
    );
    // A Rollout may take its pods from a Deployment, which is judged itself.
    const borrows = read(fact.inputs, ["spec", "workloadRef"]).state !== "absent";
    const isEmpty = parts.length + hidden.length === 0 && !borrows;
    return {
        subjects: isEmpty ? 1 : parts.length + hidden.length,
        findings: [
            ...(isEmpty ? [violated(fact, "its pods have no container; name one")] : []),
            ...hidden,
            ...parts.flatMap((part) => judgePart(fact, workload.podSpec, part, defaults)),
        ],
    };
}

/** What operators are told to give to the containers that they make. */
function judgeHanded(facts: Facts): Judgement {
    const handed = [...facts.workloads(), ...facts.objects("", "ConfigMap")].flatMap((fact) =>
        handedResources(fact).map((part) => ({ fact, part })),
    );
    return judgeEach(handed, ({ fact, part }) => judgePart(fact, undefined, part, []));
}

/** Sets of pods that differ only in their node have the same containers. */
function distinct(workloads: readonly WorkloadFact[]): WorkloadFact[] {
    const keys = new Map<string, WorkloadFact>();
    for (const fact of workloads) {
        const key = `${fact.urn} ${fact.workload.made?.part ?? ""}`;
        keys.set(key, keys.get(key) ?? fact);
    }
    return [...keys.values()];
}

/** HA-08. */
export const resources: StackCriterion = {
    id: "HA-08",
    name: "ha-08-resources",
    description:
        "Checks that every container, init and sidecar included, has CPU and memory requests, a memory limit and ephemeral storage, in quantities that the API server takes.",
    severity: "high",
    remediation:
        "Set `resources` of the container in the values of the system; ephemeral storage comes from the LimitRange of its tier in components/base/tiers.ts.",
    judgeStack: (facts) => {
        const workloads = distinct(allWorkloads(facts));
        const limits = limitDefaults(facts);
        const judgements = workloads.map((fact) =>
            judgeWorkload(fact, limits.get(fact.object.namespace ?? "default") ?? []),
        );
        const handed = judgeHanded(facts);
        return {
            subjects: judgements.reduce((sum, { subjects }) => sum + subjects, handed.subjects),
            judged: workloads,
            findings: [
                ...unjudgedPods(facts),
                ...judgements.flatMap(({ findings }) => findings),
                ...handed.findings,
                ...judgeDisks(facts, workloads),
            ],
        };
    },
};
