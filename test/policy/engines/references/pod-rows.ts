/** Tests of one row each: a stack of namespace apps, and what HA-14 says of it. */
import * as assert from "node:assert/strict";
import type { Inputs } from "../../harness";
import type { Manifest } from "./rows";
import { unknowns, violations, web } from "./stack";

/** What messages about the Deployment of these tests begin with. */
export const WEB = "Deployment/apps/web: ";

type Row = readonly [title: string, stack: ReturnType<typeof web> | Manifest, said?: string];

/** The Deployment with a changed container and pod. */
export function main(changes: Inputs, pod: Inputs = {}) {
    return web({ container: changes, pod });
}

/** A test for each row, which says nothing or the one sentence. */
export function check(rows: readonly Row[]): void {
    for (const [title, item, said] of rows) {
        it(title, async () => {
            const found = await violations(item);
            assert.deepEqual(found, said === undefined ? [] : [said]);
        });
    }
}

/** Titles end the sentence "HA-14 takes ... and is not judged where". */
export function hidden(rows: Readonly<Record<string, ReturnType<typeof web>>>): void {
    for (const [title, item] of Object.entries(rows)) {
        it(`is not judged where ${title} only the update knows`, async () => {
            assert.deepEqual(await violations(item), []);
            assert.ok((await unknowns(item)).length > 0);
        });
    }
}
