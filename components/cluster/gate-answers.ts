/** What the Kubernetes API says of Ceph and of disruption budgets, as the gate needs it. Pure. */
import { instanceRoleLabel } from "../../operators/cloudnative-pg-pods";
import { isRecord } from "../base/object";

/** One thing that Ceph complains of. */
export interface CephCheck {
    /** Ceph's own name of it, such as `OSD_DOWN`. */
    readonly name: string;
    /** `HEALTH_WARN` or `HEALTH_ERR`. */
    readonly severity: string;
}

/** The health of Ceph as Rook keeps it in the status of the CephCluster. */
export interface CephHealth {
    /** `HEALTH_OK`, `HEALTH_WARN`, `HEALTH_ERR`; empty when it is not known. */
    readonly health: string;
    readonly checks: readonly CephCheck[];
    /** When Rook last asked, in milliseconds since 1970. */
    readonly checked?: number;
}

/** A PodDisruptionBudget. */
export interface Budget {
    /** `namespace/name`. */
    readonly name: string;
    /** Pods that may go now. */
    readonly allowed: number;
    readonly healthy: number;
    readonly wanted: number;
    /** It keeps one pod, which has a role that its operator moves away from a cordoned node. */
    readonly moves: boolean;
}

function at(value: unknown, ...path: readonly string[]): unknown {
    return path.reduce<unknown>((tree, key) => (isRecord(tree) ? tree[key] : undefined), value);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** The path of the CephCluster. */
export const cephClusterPath = (namespace: string, name: string): string =>
    `/apis/ceph.rook.io/v1/namespaces/${namespace}/cephclusters/${name}`;

/** The path of all budgets. */
export const budgetsPath = "/apis/policy/v1/poddisruptionbudgets";

/** Reads a CephCluster. */
export function cephHealth(cluster: unknown): CephHealth {
    const details = at(cluster, "status", "ceph", "details");
    const checked = Date.parse(text(at(cluster, "status", "ceph", "lastChecked")));
    return {
        health: text(at(cluster, "status", "ceph", "health")),
        checks: Object.entries(isRecord(details) ? details : {}).map(([name, check]) => ({
            name,
            severity: text(at(check, "severity")),
        })),
        ...(Number.isNaN(checked) ? {} : { checked }),
    };
}

/**
 * Whether a budget keeps the one pod with a role, and an operator made it: CloudNativePG moves the
 * primary away from a cordoned node (internal/controller/replicas.go, setPrimaryOnSchedulableNode).
 */
function followsRole(budget: unknown): boolean {
    const labels = at(budget, "spec", "selector", "matchLabels");
    const owners = at(budget, "metadata", "ownerReferences");
    return (
        isRecord(labels) &&
        instanceRoleLabel in labels &&
        Array.isArray(owners) &&
        owners.some((owner) => at(owner, "controller") === true)
    );
}

/** Reads the answer to a list of budgets; those without pods keep nobody. */
export function budgetsOf(list: unknown): Budget[] {
    const items = at(list, "items");
    if (!Array.isArray(items)) {
        throw new Error("the answer is no list");
    }
    return items
        .filter((item) => count(at(item, "status", "expectedPods")) > 0)
        .map((item) => ({
            name: `${text(at(item, "metadata", "namespace"))}/${text(at(item, "metadata", "name"))}`,
            allowed: count(at(item, "status", "disruptionsAllowed")),
            healthy: count(at(item, "status", "currentHealthy")),
            wanted: count(at(item, "status", "desiredHealthy")),
            moves: followsRole(item) && count(at(item, "status", "expectedPods")) === 1,
        }));
}
