/** What a person hands over to be checked. Pure. */
import { identityBytes } from "../../components/age-recipient";

/** Values by name, and private keys of age, which need no name. */
export interface Handed {
    readonly values: ReadonlyMap<string, string>;
    readonly identities: readonly Uint8Array[];
    /** In words what is wrong with a line, by its number; never its text. */
    readonly faults: readonly string[];
}

/** Fewer letters than any that is generated here. */
const LEAST = 16;

/** Whether a value could be guessed: short, or few different letters. */
export function isWeak(value: string): boolean {
    return value.length < LEAST || new Set(value).size < 8;
}

/**
 * Reads lines `name = value`, and files of `age-keygen` as they are. Comments and empty lines are
 * left out.
 */
export function readHanded(text: string): Handed {
    const values = new Map<string, string>();
    const identities: Uint8Array[] = [];
    const faults: string[] = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
        const trimmed = line.trim();
        const [, name, value] = /^([A-Za-z][\w./-]*)\s*[=:]\s*(\S.*)$/.exec(trimmed) ?? [];
        const word = value ?? trimmed;
        const at = `line ${index + 1}`;
        if (trimmed === "" || trimmed.startsWith("#")) {
            continue;
        }
        if (/^AGE-SECRET-KEY-/i.test(word)) {
            const bytes = identityBytes(word);
            if (bytes === undefined) {
                faults.push(`${at}: is no private key of age, or a letter of it is wrong`);
            } else {
                identities.push(bytes);
            }
        } else if (name === undefined || value === undefined) {
            faults.push(`${at}: is neither "name = value" nor a private key of age`);
        } else if (values.has(name)) {
            faults.push(`${at}: names ${name} a second time`);
        } else {
            values.set(name, value);
        }
    }
    return { values, identities, faults };
}
