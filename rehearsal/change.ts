/** One setting changed: what the program then wants to change, and what the API server changed. */
import { isDeepStrictEqual } from "node:util";
import { objectKey } from "../components/base/object";
import { type StackConfiguration, UsageError } from "../preview/stack-file";
import { type Applier, applyAgain, type Change } from "./second-apply";
import type { StackObject } from "./stack";

/** What came of a changed setting. */
export interface ChangeOutcome {
    /** `key=value`, as it was asked for. */
    readonly settings: readonly string[];
    /** Objects that the program wants to change or make, `Kind/namespace/name`. */
    readonly planned: readonly string[];
    /** Objects that it would delete; the rehearsal keeps them. */
    readonly removed: readonly string[];
    /** Changes that no changed setting explains. */
    readonly unplanned: readonly Change[];
    /** Objects that the program wants to change and that stayed as they were. */
    readonly missed: readonly string[];
}

/** A value on the command line: JSON where it is JSON, else text. */
function parse(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
    if (key === undefined) {
        return value;
    }
    const object = typeof tree === "object" && tree !== null ? tree : {};
    return {
        ...object,
        [key]: withValue(Object.entries(object).find(([name]) => name === key)?.[1], rest, value),
    };
}

/**
 * The configuration with settings changed. Whether a setting exists, the program's own checks say.
 *
 * @param changes dotted path below the project's key to value, such as `systems.n8n.workers`
 * @throws UsageError when a path has no key
 */
export function withSettings(
    configuration: StackConfiguration,
    changes: Readonly<Record<string, string>>,
): StackConfiguration {
    const values = { ...configuration.values };
    for (const [path, text] of Object.entries(changes)) {
        const [key = "", ...rest] = path.split(".");
        if (key === "" || rest.includes("")) {
            throw new UsageError(
                `--change: ${path} is not a dotted path such as storage.replication.`,
            );
        }
        const name = `${configuration.project}:${key}`;
        const current = values[name];
        const changed = withValue(current === undefined ? {} : parse(current), rest, parse(text));
        values[name] = typeof changed === "string" ? changed : JSON.stringify(changed);
    }
    return { ...configuration, values };
}

/** Compares two recordings of the program, by URN. */
export function changePlanOf(before: readonly StackObject[], after: readonly StackObject[]) {
    const old = new Map(before.map((object) => [object.id, object.manifest]));
    const now = new Set(after.map(({ id }) => id));
    return {
        planned: after.filter(({ id, manifest }) => !isDeepStrictEqual(old.get(id), manifest)),
        removed: before.filter(({ id }) => !now.has(id)),
    };
}

/** Applies the changed stack as a whole and compares what changed with what should. */
export async function applyChange(
    kubernetes: Applier,
    settings: readonly string[],
    before: readonly StackObject[],
    after: readonly StackObject[],
): Promise<ChangeOutcome> {
    const { planned, removed } = changePlanOf(before, after);
    const changes = await applyAgain(kubernetes, after);
    const plannedIds = new Set(planned.map(({ id }) => id));
    const changedIds = new Set(changes.map(({ urn }) => urn));
    const names = (objects: readonly StackObject[]) =>
        objects.map(({ manifest }) => objectKey(manifest));
    return {
        settings,
        planned: names(planned),
        removed: names(removed),
        unplanned: changes.filter(({ urn }) => !plannedIds.has(urn)),
        missed: names(planned.filter(({ id }) => !changedIds.has(id))),
    };
}
