/** Amounts of resources: CPU in thousandths of a core, the rest in bytes or pieces. Pure. */
import { parseQuantity } from "../../kubernetes/quantities";
import type { Tree } from "../../kernel/tree";

export type Amounts = Readonly<Record<string, number>>;

/** Floating point leaves traces of 1e-10 in sums; real quantities are never that fine. */
const NOISE = 1e-6;

function isCpu(resource: string): boolean {
    return resource === "cpu" || resource.endsWith(".cpu");
}

/** A quantity in the unit of its resource, rounded up as the scheduler does. */
export function toAmount(resource: string, quantity: unknown): number {
    const value = parseQuantity(quantity) ?? 0;
    return Math.ceil((isCpu(resource) ? value * 1000 : value) - NOISE);
}

/**
 * The same with thousandths of a byte, as the API server keeps what a pod asks for
 * (pkg/apis/core/v1/defaults.go, SetDefaults_ResourceList); {@link wholeAmounts} of a sum is exact.
 */
function toExactAmount(resource: string, quantity: unknown): number {
    return isCpu(resource)
        ? toAmount(resource, quantity)
        : Math.ceil((parseQuantity(quantity) ?? 0) * 1000 - NOISE) / 1000;
}

function mapAmounts(tree: Tree, convert: (resource: string, quantity: unknown) => number): Amounts {
    return Object.fromEntries(
        Object.entries(tree)
            .filter(([, quantity]) => quantity !== null && quantity !== undefined)
            .map(([resource, quantity]) => [resource, convert(resource, quantity)]),
    );
}

/** All quantities of a tree such as `resources.requests`. */
export function toAmounts(tree: Tree): Amounts {
    return mapAmounts(tree, toAmount);
}

/** All quantities of a tree, to be added up and then rounded by {@link wholeAmounts}. */
export function toExactAmounts(tree: Tree): Amounts {
    return mapAmounts(tree, toExactAmount);
}

/** Rounds up; less than half a thousandth is what floating point left of a sum. */
export function wholeAmounts(amounts: Amounts): Amounts {
    return Object.fromEntries(
        Object.entries(amounts).map(([resource, amount]) => [
            resource,
            Math.max(0, Math.ceil(amount - 1 / 2000)),
        ]),
    );
}

function combine(
    left: Amounts,
    right: Amounts,
    merge: (left: number, right: number) => number,
): Amounts {
    const result: Record<string, number> = { ...left };
    for (const [resource, amount] of Object.entries(right)) {
        result[resource] = merge(result[resource] ?? 0, amount);
    }
    return result;
}

export function plus(left: Amounts, right: Amounts): Amounts {
    return combine(left, right, (a, b) => a + b);
}

export function largest(left: Amounts, right: Amounts): Amounts {
    return combine(left, right, Math.max);
}

export function times(amounts: Amounts, factor: number): Amounts {
    return Object.fromEntries(
        Object.entries(amounts).map(([resource, amount]) => [resource, amount * factor]),
    );
}

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;

function isBytes(resource: string): boolean {
    return /(^|[./])(memory|storage|ephemeral-storage)$|^hugepages-/.test(resource);
}

/** An amount as people read it: `250m`, `1.5 cores`, `3.2 GiB`. */
export function showAmount(resource: string, amount: number): string {
    if (isCpu(resource)) {
        return amount < 1000 ? `${amount}m` : `${Math.ceil(amount / 100) / 10} cores`;
    }
    if (!isBytes(resource)) {
        return String(amount);
    }
    return amount < GIB
        ? `${Math.ceil(amount / MIB)} MiB`
        : `${Math.ceil((amount * 10) / GIB) / 10} GiB`;
}
