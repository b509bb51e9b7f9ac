/** TEN-02: a namespace's quota admits what the stack puts into it. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectFact, ObjectOf } from "../../kernel/facts";
import { holdsUnknown, read, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { type Amounts, plus, showAmount, times, toAmount } from "../../engines/scheduling/amounts";
import { stackClaims } from "../../engines/scheduling/claims";
import { SimulatedCluster } from "../../engines/scheduling/cluster";
import { clusterNodes } from "../../engines/scheduling/nodes";
import { podLimits, podRequests } from "../../engines/scheduling/pod-resources";
import type { PodSet } from "../../engines/scheduling/pod-set";
import { type StackPods, stackPods } from "../../engines/scheduling/stack-pods";
import { compileTemplate } from "../../engines/scheduling/template";

/** Share of a quota that may be used: 20 % stay free. */
const USABLE = 0.8;

/** Quota keys that count objects, by kind. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
    Service: ["services"],
    Secret: ["secrets"],
    ConfigMap: ["configmaps"],
    ResourceQuota: ["resourcequotas"],
    ReplicationController: ["replicationcontrollers"],
};

/** A key that says what each container must name for the quota to admit it. */
const NAMED = /^(requests|limits)\.(cpu|memory)$/;

/** Other names of the same keys. */
const ALIASES: Readonly<Record<string, string>> = {
    cpu: "requests.cpu",
    memory: "requests.memory",
    "ephemeral-storage": "requests.ephemeral-storage",
};

function prefixed(prefix: string, amounts: Amounts): Amounts {
    return Object.fromEntries(
        Object.entries(amounts).map(([resource, amount]) => [`${prefix}.${resource}`, amount]),
    );
}

/** `count/deployments.apps`, `count/services`. */
function countKey({ group, kind }: ObjectFact): string {
    const plural = `${kind.toLowerCase()}s`
        .replace(/([^aeiou])ys$/, "$1ies")
        .replace(/ss$/, "sses");
    return `count/${plural}${group === "" ? "" : `.${group}`}`;
}

function objectUsage({ object, inputs }: ObjectOf): Amounts {
    const type = readString(inputs, "spec", "type");
    const keys = [
        ...(object.group === "" ? (COUNTED[object.kind] ?? []) : []),
        ...(object.kind === "Service" && type === "LoadBalancer"
            ? ["services.loadbalancers", "services.nodeports"]
            : object.kind === "Service" && type === "NodePort"
              ? ["services.nodeports"]
              : []),
        countKey(object),
    ];
    return Object.fromEntries(keys.map((key) => [key, 1]));
}

/** How many pods of the set exist at most, an update and jobs included. */
function mostPods(set: PodSet, facts: Facts): number | undefined {
    if (!set.perNode) {
        return set.most;
    }
    const cluster = clusterNodes(facts);
    if (cluster === undefined || cluster.unknown) {
        return undefined;
    }
    const template = compileTemplate(set);
    const { barriers } = new SimulatedCluster(cluster.nodes, [{ template }]).rulesOf(template);
    return barriers.filter((barrier) => barrier === "").length;
}

/** What a namespace holds, by quota key. */
interface Usage {
    amounts: Amounts;
    /** What to say of pods whose needs are not known, by their key. */
    readonly unknown: Map<string, string>;
    readonly sets: PodSet[];
}

function usageByNamespace(facts: Facts): Map<string, Usage> {
    const usages = new Map<string, Usage>();
    const usageOf = (namespace: string): Usage => {
        const usage = usages.get(namespace) ?? { amounts: {}, unknown: new Map(), sets: [] };
        usages.set(namespace, usage);
        return usage;
    };
    const add = (namespace: string, amounts: Amounts) => {
        const usage = usageOf(namespace);
        usage.amounts = plus(usage.amounts, amounts);
    };
    const { sets, unknown } = stackPods(facts, clusterNodes(facts));
    for (const set of sets) {
        const most = mostPods(set, facts);
        if (most === undefined) {
            usageOf(set.namespace).unknown.set(
                set.key,
                `what ${set.key} needs is known only at the update`,
            );
            continue;
        }
        usageOf(set.namespace).sets.push(set);
        const pod = {
            pods: 1,
            "count/pods": 1,
            ...prefixed("requests", podRequests(set.spec)),
            ...prefixed("limits", podLimits(set.spec)),
        };
        add(set.namespace, times(pod, most));
    }
    const hide = ({ fact, why }: StackPods["unknown"][number]) => {
        usageOf(fact.object?.namespace ?? "default").unknown.set(
            fact.key,
            `what ${fact.key} needs is not known: ${why}`,
        );
    };
    unknown.forEach(hide);
    const claims = stackClaims(facts);
    for (const { namespace, storageClass, bytes, count } of claims.claims) {
        const one: Record<string, number> = {
            persistentvolumeclaims: 1,
            "count/persistentvolumeclaims": 1,
            "requests.storage": bytes,
        };
        if (storageClass !== undefined) {
            const prefix = `${storageClass}.storageclass.storage.k8s.io`;
            one[`${prefix}/requests.storage`] = bytes;
            one[`${prefix}/persistentvolumeclaims`] = 1;
        }
        add(namespace, times(one, count));
    }
    claims.unknown.forEach(hide);
    for (const fact of facts.all()) {
        const { object } = fact;
        if (object?.namespace !== undefined && object.kind !== "PersistentVolumeClaim") {
            add(object.namespace, objectUsage({ ...fact, object }));
        }
    }
    return usages;
}

function isScoped(inputs: Tree): boolean {
    return ["scopes", "scopeSelector"].some(
        (field) => read(inputs, ["spec", field]).state !== "absent",
    );
}

/** Containers that do not name what the quota counts: the quota refuses their pods. */
function refused(sets: readonly PodSet[], key: string): string[] {
    const [, field = "", resource = ""] = NAMED.exec(key) ?? [];
    if (field === "") {
        return [];
    }
    return sets
        .filter(({ spec, most, perNode }) => {
            const isPodLevel = readTree(spec, "resources", field)[resource] !== undefined;
            const containers = [
                ...readList(spec, "containers"),
                ...readList(spec, "initContainers"),
            ];
            return (
                (perNode || most > 0) &&
                !isPodLevel &&
                containers.some(
                    (container) => readTree(container, "resources", field)[resource] === undefined,
                )
            );
        })
        .map((set) => set.key);
}

function judgeKey(fact: Fact, key: string, quantity: unknown, usage: Usage): Finding[] {
    const name = ALIASES[key] ?? key;
    const resource = name.replace(/^(requests|limits)\./, "");
    const used = usage.amounts[name] ?? 0;
    const hard = toAmount(resource, quantity);
    // What a LimitRange gives, which only an update will know, may be what is missing.
    const without = usage.unknown.size > 0 ? [] : refused(usage.sets, name);
    return [
        ...without.map((set) =>
            violated(
                fact,
                `it limits ${name}, which a container of ${set} does not name, so it refuses the pods`,
            ),
        ),
        ...(used > hard * USABLE
            ? [
                  violated(
                      fact,
                      `${key} is ${showAmount(resource, hard)}, and the stack puts ${showAmount(resource, used)} into the namespace; make it at least ${showAmount(resource, Math.ceil(used / USABLE))}, so that 20 % stay free`,
                  ),
              ]
            : []),
    ];
}

function judgeQuota(fact: Fact, usage: Usage): Finding[] {
    const { inputs } = fact;
    const hard = read(inputs, ["spec", "hard"]);
    if (isScoped(inputs)) {
        return [notJudged(fact, "it counts only some pods (scopes)")];
    }
    if (hard.state === "unknown" || holdsUnknown(inputs.spec)) {
        return [notJudged(fact, "its limits are known only at the update")];
    }
    const hidden = [...usage.unknown.values()].map((message) => notJudged(fact, message));
    return [
        ...hidden,
        ...Object.entries(readTree(inputs, "spec", "hard")).flatMap(([key, quantity]) =>
            judgeKey(fact, key, quantity, usage),
        ),
    ];
}

/** TEN-02. */
export const quotaAdmits: StackCriterion = {
    id: "TEN-02",
    name: "ten-02-quota-admits",
    description:
        "Checks that each quota admits all that the stack puts into the namespace, updates and jobs included, with 20 % to spare.",
    severity: "high",
    remediation:
        "Raise `quota` of the namespace, or its tier in components/base/tiers.ts, or ask for less.",
    judgeStack: (facts) => {
        const quotas = facts.objects("", "ResourceQuota");
        const usages = quotas.length === 0 ? new Map<string, Usage>() : usageByNamespace(facts);
        return {
            subjects: quotas.length,
            judged: quotas,
            findings: quotas.flatMap((fact) =>
                judgeQuota(
                    fact,
                    usages.get(fact.object.namespace ?? "default") ?? {
                        amounts: {},
                        unknown: new Map(),
                        sets: [],
                    },
                ),
            ),
        };
    },
};
