/** Every claim on storage that the stack makes, however it makes it. */
import type { Fact, Facts } from "../../kernel/facts";
import { holdsUnknown, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { toAmount } from "./amounts";
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
    readonly unknown: readonly { readonly fact: Fact; readonly why: string }[];
}

const HIDDEN = "what storage it claims is known only at the update";

function size(template: unknown): number {
    return toAmount("storage", readTree(template, "resources", "requests").storage ?? 0);
}

function ephemeral(spec: Tree): Pick<StackClaim, "storageClass" | "bytes">[] {
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
    const hidden = new Map(unknown.map(({ fact, why }) => [fact, why]));
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
        const { object, inputs } = fact;
        if (object === undefined) {
            continue;
        }
        const { namespace = "default" } = object;
        const isClaim = object.group === "" && object.kind === "PersistentVolumeClaim";
        const isBucket = object.kind === "ObjectBucketClaim";
        const isSet = object.group === "apps" && object.kind === "StatefulSet";
        if ((isClaim || isBucket) && holdsUnknown(inputs.spec)) {
            hidden.set(fact, HIDDEN);
        } else if (isSet && holdsUnknown(readTree(inputs, "spec").volumeClaimTemplates)) {
            hidden.set(fact, HIDDEN);
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
    return { claims, unknown: [...hidden].map(([fact, why]) => ({ fact, why })) };
}
