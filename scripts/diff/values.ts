/** Values of a plan: what may be shown of them, and whether two are the same. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../components/base/object";

/** The mark of a value that a preview does not show. */
export const SECRET = { $secret: true } as const;

/** Whether a value is the mark of a secret. */
export function isSecret(value: unknown): boolean {
    return isRecord(value) && value.$secret === true;
}

/** Whether a value is the mark of something that only the update knows. */
export function isUnknown(value: unknown): boolean {
    return isRecord(value) && value.$unknown === true;
}

/** Whether two values are the same, whatever the order of the keys. */
export function isSame(one: unknown, other: unknown): boolean {
    return isDeepStrictEqual(one, other);
}

/** Characters of a value that a line shows. */
const MOST = 120;

function shorten(text: string): string {
    return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}

/** A value as one line of text. */
export function show(value: unknown): string {
    if (value === undefined) {
        return "nothing";
    }
    if (isSecret(value)) {
        return "a secret";
    }
    if (isUnknown(value)) {
        return "known only at the update";
    }
    const text = typeof value === "string" ? value : JSON.stringify(value, masked);
    return text === "" ? '""' : shorten(text.replaceAll("\n", "⏎"));
}

function masked(_key: string, value: unknown): unknown {
    if (isSecret(value)) {
        return "(secret)";
    }
    return isUnknown(value) ? "(known only at the update)" : value;
}
