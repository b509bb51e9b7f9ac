/** Every claim on storage that the stack makes, however it makes it. */
import type { Fact, Facts } from "../../kernel/facts";
import { holdsUnknown, isTree, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { toAmount } from "./amounts";
import { hasStandIns } from "./operators";
import { stackPods } from "./stack-pods";

/** Claims of the same size. */
export interface StackClaim {
    readonly fact: Fact;
    readonly namespace: string;
    /** Absent for the default class. */
    readonly storageClass: string | undefined;
    readonly bytes: number;
    readonly count: number;
    /** Made for one pod and gone with it. */
    readonly scratch: boolean;
}

/** The claims, and the resources whose claims only an update will know. */
export interface StackClaims {
    readonly claims: readonly StackClaim[];
    readonly unknown: readonly Fact[];
}

function size(template: unknown): number {
    return toAmount("storage", readTree(template, "resources", "requests").storage ?? 0);
}

/** A number of pods that a part of a custom resource names for itself. */
function ownCount(tree: Tree): number | undefined {
    const named = [tree.replicas, tree.count, tree.instances].find(
        (value) => typeof value === "number",
    );
    return named;
}

type Found = Pick<StackClaim, "storageClass" | "bytes" | "count">;

/**
 * Claim templates anywhere in a custom resource whose operator is not in the table, and Strimzi's
 * own form. Each counts once for each pod of the part that it belongs to.
 */
function claimsInside(value: unknown, count: number): Found[] {
    if (Array.isArray(value)) {
        return value.flatMap((item) => claimsInside(item, count));
    }
    if (!isTree(value)) {
        return [];
    }
    const pods = ownCount(value) ?? count;
    if (value.type === "persistent-claim") {
        return [
            {
                storageClass: readString(value, "class"),
                bytes: toAmount("storage", value.size ?? 0),
                count: pods,
            },
        ];
    }
    return Object.entries(value).flatMap(([key, part]) => {
        const templates =
            key === "volumeClaimTemplate"
                ? [part]
                : key === "volumeClaimTemplates" && Array.isArray(part)
                  ? (part as unknown[])
                  : undefined;
        return templates === undefined
            ? claimsInside(part, pods)
            : templates.map((template) => ({
                  storageClass: readString(template, "spec", "storageClassName"),
                  bytes: size(readTree(template, "spec")),
                  count: pods,
              }));
    });
}

function ephemeral(spec: Tree): Omit<Found, "count">[] {
    return readList(spec, "volumes")
        .map((volume) => readTree(volume, "ephemeral", "volumeClaimTemplate", "spec"))
        .filter((template) => Object.keys(template).length > 0)
        .map((template) => ({
            storageClass: readString(template, "storageClassName"),
            bytes: size(template),
        }));
}

/** All claims of the stack. */
export function stackClaims(facts: Facts): StackClaims {
    const { sets, unknown } = stackPods(facts);
    const claims: StackClaim[] = [];
    const hidden = new Set(unknown.map(({ fact }) => fact));
    for (const set of sets) {
        const { fact, namespace, count } = set;
        const own = { fact, namespace, count };
        for (const { storageClass, bytes } of set.claims) {
            claims.push({ ...own, storageClass, bytes, scratch: false });
        }
        for (const { storageClass, bytes } of ephemeral(set.spec)) {
            claims.push({ ...own, storageClass, bytes, scratch: true });
        }
    }
    for (const fact of facts.all()) {
        const { object, workload, inputs } = fact;
        if (object === undefined) {
            continue;
        }
        const { namespace = "default" } = object;
        if (workload?.operated !== undefined && !hasStandIns(object.group, object.kind)) {
            const { replicas } = workload;
            const pods = replicas.state === "known" ? Number(replicas.value) : 1;
            claims.push(
                ...claimsInside(inputs.spec, pods).map((claim) => ({
                    ...claim,
                    fact,
                    namespace,
                    scratch: false,
                })),
            );
        }
        const isClaim = object.group === "" && object.kind === "PersistentVolumeClaim";
        const isBucket = object.kind === "ObjectBucketClaim";
        if ((isClaim || isBucket) && holdsUnknown(inputs.spec)) {
            hidden.add(fact);
        } else if (isClaim) {
            const spec = readTree(inputs, "spec");
            claims.push({
                fact,
                namespace,
                storageClass: readString(spec, "storageClassName"),
                bytes: size(spec),
                count: 1,
                scratch: false,
            });
        } else if (isBucket) {
            const limit = readTree(inputs, "spec", "additionalConfig").maxSize;
            claims.push({
                fact,
                namespace,
                storageClass: readString(inputs, "spec", "storageClassName"),
                bytes: toAmount("storage", limit ?? 0),
                count: 1,
                scratch: false,
            });
        }
    }
    return { claims, unknown: [...hidden] };
}
