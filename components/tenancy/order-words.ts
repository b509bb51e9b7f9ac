/** Words that stand for what an order says, until a program fills it in (scripts/place.yq). Pure. */
import type { QuotaValues } from "../tenant-schema";

/** Each is a part of names, so it is written as one, and none is the start of another. */
export const words = {
    name: "ordername",
    group: "ordergroup",
    costLabel: "ordercost",
    backup: "orderbackup",
} as const;

/** The same of its quota. */
export const quotaWords: QuotaValues = {
    cpu: "ordercpu",
    memory: "ordermemory",
    cpuLimit: "orderlimitcpu",
    memoryLimit: "orderlimitmemory",
    claims: "orderclaims",
    pods: "orderpods",
    storage: "orderstorage",
};

/** Start of the names of namespaces that orders make, which no system and no entry can have. */
export const ORDERED = "ordered-";

/** The namespace of an order: its tier is in the name, because backups know namespaces by theirs. */
export function orderedNamespace({
    name,
    backup,
}: {
    readonly name: string;
    readonly backup: number | string;
}): string {
    return `${ORDERED}${backup}-${name}`;
}
