/** The shipped prod configuration with values replaced, and what is wrong about it. */
import type { Fault } from "../../components/base/definition";
import { parseConfiguration } from "../../components/settings";
import { secretDescriptions } from "../../components/systems";
import { readYaml } from "../../preview/yaml-file";
import * as path from "node:path";

/** A configuration: the project's keys without their namespace. */
export type Raw = Record<string, unknown>;

/** Every secret is set. */
export const allSecrets: ReadonlySet<string> = new Set(Object.keys(secretDescriptions));
/** The day on which exceptions are judged here. */
export const today = "2026-06-01";

/** The configuration of a shipped stack. */
export function stackConfiguration(stack: string): Raw {
    const file = path.join(__dirname, "..", "..", `Pulumi.${stack}.yaml`);
    const { config } = readYaml(file) as { config: Raw };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("platform:", ""), value]),
    );
}

const prod = stackConfiguration("prod");

/** `nodes[2].address` as its parts. */
function partsOf(where: string): (string | number)[] {
    return [...where.matchAll(/([^.[\]]+)/g)].map(([part]) =>
        /^\d+$/.test(part) ? Number(part) : part,
    );
}

/** Sets a value where a key says, making the objects on the way; undefined takes the key away. */
export function set(raw: Raw, where: string, value: unknown): void {
    const parts = partsOf(where);
    const last = parts.pop() ?? "";
    const parent = parts.reduce<Raw>((tree, part, index) => {
        const next = parts[index + 1] ?? last;
        tree[part] ??= typeof next === "number" ? [] : {};
        return tree[part] as Raw;
    }, raw);
    Object.defineProperty(parent, last, {
        value,
        configurable: true,
        enumerable: value !== undefined,
        writable: true,
    });
    if (value === undefined) {
        Reflect.deleteProperty(parent, last);
    }
}

/** The prod configuration with values replaced, by key. */
export function changed(changes: Readonly<Record<string, unknown>>): Raw {
    const raw = structuredClone(prod);
    Object.entries(changes).forEach(([where, value]) => {
        set(raw, where, structuredClone(value));
    });
    return raw;
}

/** What is wrong about a configuration. */
export function faultsOf(raw: Raw, secrets = allSecrets): readonly Fault[] {
    const result = parseConfiguration(raw, secrets, today);
    return "faults" in result ? result.faults : [];
}

/** Words of the library that parses, and of JavaScript; none of them is for users. */
const FOREIGN =
    /Invalid|invalid_|expected|received|Unrecognized|Too (small|big)|too_|>=|<=|must match pattern|undefined|\bNaN\b|\[object|\bzod\b|\bstring\b|\bboolean\b|\brecord\b|\bnumber, |union|nonoptional|TypeError|Cannot read/;

/** Whether a fault is told in words of our own: its key, what was found, and what is allowed. */
export function isTold({ key, found, allowed }: Fault): boolean {
    return (
        key !== "" && found !== "" && allowed !== "" && !FOREIGN.test(`${key} ${found} ${allowed}`)
    );
}
