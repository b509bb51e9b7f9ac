/** What quotas, limit ranges, Pod Security and PodDisruptionBudgets did with the stack. */
import { readTree, type Tree } from "../policy/kernel/tree";
import { toAmount } from "../policy/engines/scheduling/amounts";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";

/** The resource of a quota that is used most. */
export interface QuotaUse {
    readonly namespace: string;
    readonly resource: string;
    /** Share of the hard limit, 0 to 1. */
    readonly share: number;
}

/** What admission and the disruption controller did. */
export interface Admission {
    /** Of each quota, the tightest first. */
    readonly quotas: readonly QuotaUse[];
    /** Pods to which a LimitRange gave requests or limits. */
    readonly defaulted: number;
    /** Namespaces by the level that Pod Security enforces there. */
    readonly levels: ReadonlyMap<string, number>;
    readonly budgets: readonly BudgetState[];
}

/** A PodDisruptionBudget as the controller sees it. */
export interface BudgetState {
    /** `namespace/name`. */
    readonly name: string;
    readonly expected: number;
    readonly healthy: number;
    /** Pods that may be evicted now. */
    readonly allowed: number;
}

/** Set by the LimitRanger admission plugin. */
const LIMIT_RANGER = "kubernetes.io/limit-ranger";
const ENFORCE = "pod-security.kubernetes.io/enforce";

/** How much of a quota is used, of the resource that is used most. */
export function quotaUse(quota: LiveObject): QuotaUse | undefined {
    const hard = readTree(quota, "status", "hard");
    const used = readTree(quota, "status", "used");
    const amount = (tree: Tree, resource: string) => {
        // `requests.cpu` counts like `cpu`.
        const unit = resource.split(".").at(-1) ?? resource;
        return toAmount(unit, tree[resource] ?? 0);
    };
    const [most] = Object.keys(hard)
        .filter((resource) => amount(hard, resource) > 0)
        .map((resource) => ({
            namespace: quota.metadata.namespace ?? "",
            resource,
            share: amount(used, resource) / amount(hard, resource),
        }))
        .sort((left, right) => right.share - left.share);
    return most;
}

/** A budget's state from its status. */
export function budgetState(budget: LiveObject): BudgetState {
    const status = readTree(budget, "status");
    const number = (field: string) => Number(status[field] ?? 0);
    return {
        name: `${budget.metadata.namespace ?? ""}/${budget.metadata.name}`,
        expected: number("expectedPods"),
        healthy: number("currentHealthy"),
        allowed: number("disruptionsAllowed"),
    };
}

/** Whether a LimitRange changed the pod. */
export function isDefaulted({ metadata }: LiveObject): boolean {
    return metadata.annotations?.[LIMIT_RANGER] !== undefined;
}

/** Reads it from the cluster. */
export async function admissionOf(
    kubernetes: Kubernetes,
    pods: readonly LiveObject[],
): Promise<Admission> {
    const [quotas, budgets, namespaces] = await Promise.all([
        kubernetes.list("v1", "ResourceQuota"),
        kubernetes.list("policy/v1", "PodDisruptionBudget"),
        kubernetes.list("v1", "Namespace"),
    ]);
    const levels = new Map<string, number>();
    for (const { metadata } of namespaces) {
        const level = metadata.labels?.[ENFORCE] ?? "none";
        levels.set(level, (levels.get(level) ?? 0) + 1);
    }
    return {
        quotas: quotas
            .flatMap((quota) => quotaUse(quota) ?? [])
            .sort((left, right) => right.share - left.share),
        defaulted: pods.filter(isDefaulted).length,
        levels,
        budgets: budgets.map(budgetState),
    };
}
