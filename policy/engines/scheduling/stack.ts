/** What the criteria on capacity know of a stack: its nodes, its pods, and what nobody knows yet. */
import { type Finding, type Judgement, notJudged } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { readLabels, readString } from "../../kernel/tree";
import { boundToHosts } from "./host-bound";
import type { Labels } from "./label-selector";
import { type ClusterNodes, clusterNodes } from "./nodes";
import type { PodSet } from "./pod-set";
import { volumesOf } from "./pod-volumes";
import { preemptionOf, priorityOf, stackPods } from "./stack-pods";
import { compileTemplate, type Template } from "./template";

/** Nodes and pods of a stack. */
export interface Capacity {
    readonly cluster: ClusterNodes;
    readonly sets: readonly PodSet[];
    readonly templates: readonly Template[];
    /** One finding for each thing that only an update will know. */
    readonly unknown: readonly Finding[];
}

function namespaceLabels(facts: Facts): ReadonlyMap<string, Labels> {
    const labels = new Map<string, Labels>();
    for (const { object, inputs } of facts.objects("", "Namespace")) {
        labels.set(object.name, {
            ...labels.get(object.name),
            ...readLabels(inputs, "metadata", "labels"),
            "kubernetes.io/metadata.name": object.name,
        });
    }
    return labels;
}

/** undefined when the nodes are not this stack's to know. */
export const capacityOf = memoize((facts): Capacity | undefined => {
    const cluster = clusterNodes(facts);
    return cluster && podsOn(cluster, facts);
});

/** The pods of a stack on nodes that are known from elsewhere. */
export function podsOn(cluster: ClusterNodes, facts: Facts): Capacity {
    const { sets, unknown } = stackPods(facts, cluster);
    const around = {
        priority: priorityOf(facts),
        preempts: preemptionOf(facts),
        namespaces: namespaceLabels(facts),
        volumes: volumesOf(facts),
    };
    const foreign = sets.filter(
        ({ spec }) =>
            (readString(spec, "schedulerName") ?? "default-scheduler") !== "default-scheduler",
    );
    return {
        cluster,
        sets,
        templates: sets.map((set) => compileTemplate(set, around)),
        unknown: [
            ...(cluster.unknown
                ? [notJudged(cluster.fact, "something about its nodes is known only at the update")]
                : []),
            ...unknown.map(({ fact, why }) => notJudged(fact, why)),
            ...boundToHosts(facts, sets).map(({ fact, storageClass }) =>
                notJudged(
                    fact,
                    `its volumes of the class ${storageClass} never leave their Proxmox host, and on which one each is, is known only once its pod ran`,
                ),
            ),
            ...foreign.map(({ fact, spec }) =>
                notJudged(
                    fact,
                    `its pods are placed by ${String(spec.schedulerName)}, whose rules are unknown`,
                ),
            ),
        ],
    };
}

/** Judges the nodes and pods of a stack; without nodes there is nothing to judge but this. */
export function judgeCapacity(facts: Facts, judge: (capacity: Capacity) => Judgement): Judgement {
    const capacity = capacityOf(facts);
    if (capacity !== undefined) {
        return judge(capacity);
    }
    const findings = withoutNodes(facts);
    return { subjects: findings.length, findings };
}

/** The finding of a stack that makes its machines but lists none. */
export function withoutNodes(facts: Facts): Finding[] {
    const platform = facts.platform();
    const [stack] = facts.ofType("pulumi:pulumi:Stack");
    if (platform === undefined) {
        return stack === undefined
            ? []
            : [notJudged(stack, "no platform:base:Platform component describes the nodes")];
    }
    return readString(platform.inputs, "source") === "existing"
        ? []
        : [notJudged(platform, "the platform lists no nodes")];
}
