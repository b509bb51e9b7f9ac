/**
 * Spares the pack from preparing what it never looks at. For each policy on the stack the SDK makes
 * the arguments of all resources anew; with dozens of policies and thousands of resources that takes
 * longer than judging. The criteria judge from what was collected, so only the first policy on the
 * stack, which learns the dependencies, needs to see the resources.
 *
 * To be removed when the SDK (`@pulumi/policy` 1.21: `server.js`, `makeAnalyzeStackRpcFun`) makes
 * these arguments once for all policies of a request.
 */
import { AnalyzeStackRequest, type AnalyzerResource } from "@pulumi/pulumi/proto/analyzer_pb";

/** A list that shows its items to whoever goes through it first, and is empty for all others. */
export function readableOnce<T>(items: readonly T[]): T[] {
    let isRead = false;
    return Object.assign([...items], {
        [Symbol.iterator]: () => {
            const left = isRead ? [] : items;
            isRead = true;
            return left.values();
        },
    });
}

/** Lets each request show its resources once; the SDK asks a request for them one time. */
export function installReadableOnce(): void {
    const { prototype } = AnalyzeStackRequest;
    const original = Reflect.get(prototype, "getResourcesList");
    Object.assign(prototype, {
        getResourcesList(this: AnalyzeStackRequest): AnalyzerResource[] {
            return readableOnce(original.call(this));
        },
    });
}
