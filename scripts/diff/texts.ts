/** Texts that are documents: JSON and YAML inside of strings, and lines of files. Pure. */
import * as yaml from "js-yaml";
import { isRecord } from "../../components/base/object";

/** Longer texts are no settings, and the cost of comparing lines grows with their square. */
const MOST_LINES = 2000;

/** The document in a text, if it is one: a map or a list, in JSON, or in YAML of several lines. */
export function documentIn(text: string): unknown {
    const isJson = /^\s*[[{]/.test(text);
    if (!isJson && !text.includes("\n")) {
        return undefined;
    }
    try {
        const document: unknown = isJson
            ? JSON.parse(text)
            : yaml.load(text, { schema: yaml.CORE_SCHEMA });
        return isRecord(document) || Array.isArray(document) ? document : undefined;
    } catch {
        return undefined;
    }
}

/** Lines of two texts that are not in both. */
export interface LineChanges {
    readonly gone: readonly string[];
    readonly come: readonly string[];
}

/** For each place of both texts, how many lines the rest of them has in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
    const lengths = Array.from({ length: before.length + 1 }, () =>
        new Array<number>(after.length + 1).fill(0),
    );
    for (let old = before.length - 1; old >= 0; old--) {
        for (let now = after.length - 1; now >= 0; now--) {
            const row = lengths[old] ?? [];
            row[now] =
                before[old] === after[now]
                    ? (lengths[old + 1]?.[now + 1] ?? 0) + 1
                    : Math.max(lengths[old + 1]?.[now] ?? 0, row[now + 1] ?? 0);
        }
    }
    return lengths;
}

/** What differs between two texts of several lines; undefined for texts of one, or very long ones. */
export function lineChanges(before: string, after: string): LineChanges | undefined {
    const old = before.split("\n");
    const now = after.split("\n");
    const most = Math.max(old.length, now.length);
    if (Math.min(old.length, now.length) < 2 || most > MOST_LINES) {
        return undefined;
    }
    const lengths = commonLengths(old, now);
    const gone: string[] = [];
    const come: string[] = [];
    let [left, right] = [0, 0];
    while (left < old.length || right < now.length) {
        const down = lengths[left + 1]?.[right] ?? -1;
        const across = lengths[left]?.[right + 1] ?? -1;
        if (left < old.length && right < now.length && old[left] === now[right]) {
            left++;
            right++;
        } else if (right >= now.length || (left < old.length && down >= across)) {
            gone.push(old[left++] ?? "");
        } else {
            come.push(now[right++] ?? "");
        }
    }
    return { gone, come };
}
