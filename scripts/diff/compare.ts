/** Previews two versions of the program side by side, and compares what they plan. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findContent } from "../../components/base/crd-content";
import { readStackFile } from "../../preview/stack-file";
import { comparePlans } from "./changes";
import { type Base, Git } from "./git";
import { providePackages } from "./packages";
import { noPlan, type Plan } from "./plan";
import { fetchCharts, hasStack, previewVersion } from "./previews";
import type { Compared } from "./render";

/** What to compare. */
export interface Comparison {
    /** Folder of the working tree. */
    readonly root: string;
    /** Branch, tag or commit. */
    readonly base: string;
    readonly stack: string;
    /** Tells a person what goes on. */
    readonly progress: (message: string) => void;
}

/** Plans of both sides, made at the same time. */
async function plans(
    { root, stack, progress }: Comparison,
    base: Base,
    folder: string,
    end: AbortController,
): Promise<{ before: Plan; after: Plan; notes: string[] }> {
    const copy = path.join(folder, "base");
    const temporary = path.join(folder, "tmp");
    fs.mkdirSync(copy);
    fs.mkdirSync(temporary);
    await new Git(root).checkOut(base.commit, copy);
    const isNew = !hasStack(copy, stack);
    const { signal } = end;
    const planBase = async () => {
        if (isNew) {
            return noPlan;
        }
        await providePackages({ root, folder: copy, progress, signal });
        const version = { name: `The base ${base.name}`, folder: copy, temporary };
        const plan = await previewVersion(version, stack, signal);
        if (plan.charts.every(({ rendered }) => rendered)) {
            return plan;
        }
        // Who raises a version of a chart has fetched only the new one.
        progress("Fetching the charts of the base");
        await fetchCharts(version, signal);
        return previewVersion(version, stack, signal);
    };
    progress(`Previewing ${stack} twice`);
    const both = [
        planBase(),
        previewVersion({ name: "The working tree", folder: root, temporary }, stack, signal),
    ] as const;
    try {
        const [before, after] = await Promise.all(both);
        const notes = isNew ? [`The base has no Pulumi.${stack}.yaml: the stack is new.`] : [];
        return { before, after, notes };
    } finally {
        // One of the two may be at work while the other has failed.
        end.abort();
        await Promise.allSettled(both);
    }
}

/**
 * Compares the working tree with a commit.
 *
 * @param signal ends it early; nothing is left behind either way
 * @throws UsageError for a base or a stack that is not there, or that cannot be previewed
 */
export async function compareVersions(
    comparison: Comparison,
    signal: AbortSignal,
): Promise<Compared> {
    const { root, stack } = comparison;
    // A mistyped name is found before anything is checked out.
    readStackFile(root, stack);
    const base = await new Git(root).base(comparison.base);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-diff-"));
    const end = new AbortController();
    const abort = () => {
        end.abort();
    };
    signal.addEventListener("abort", abort);
    try {
        const { before, after, notes } = await plans(comparison, base, folder, end);
        return {
            stack,
            notes: [...base.notes, ...notes],
            changes: comparePlans(before, after, findContent),
        };
    } finally {
        signal.removeEventListener("abort", abort);
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
}
