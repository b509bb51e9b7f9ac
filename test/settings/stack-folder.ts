/** A folder with a project and one stack, and what is wrong about that stack. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Fault } from "../../components/base/definition";
import { parseEntries } from "../../components/settings";
import { readStackFile, UsageError } from "../../preview/stack-file";
import { today } from "./fixture";

/** What a command would say of a stack. */
export interface Said {
    /** Why the file was not read at all. */
    readonly refused?: string;
    readonly faults: readonly Fault[];
    readonly missingSecrets: readonly string[];
}

/** Does something with a folder that holds the shipped `Pulumi.yaml`, or another one. */
export function inFolder<Result>(
    files: Readonly<Record<string, string>>,
    work: (folder: string) => Result,
): Result {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
    try {
        fs.copyFileSync(
            path.join(__dirname, "..", "..", "Pulumi.yaml"),
            path.join(folder, "Pulumi.yaml"),
        );
        for (const [name, text] of Object.entries(files)) {
            fs.writeFileSync(path.join(folder, name), text);
        }
        return work(folder);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/** What is said of the stack `prod` of a folder. */
export function sayOf(folder: string): Said {
    try {
        const { values, encrypted, project, missingSecrets } = readStackFile(folder, "prod");
        const entries = Object.entries(values).map(([name, value]) => {
            const colon = name.indexOf(":");
            return {
                namespace: name.slice(0, colon),
                key: name.slice(colon + 1),
                value,
                encrypted: encrypted.includes(name),
            };
        });
        const result = parseEntries(entries, project, {}, today);
        return { faults: "faults" in result ? result.faults : [], missingSecrets };
    } catch (error) {
        if (error instanceof UsageError) {
            return { refused: error.message, faults: [], missingSecrets: [] };
        }
        throw error;
    }
}

/** The text of the shipped `Pulumi.prod.yaml`. */
export const shipped = fs.readFileSync(
    path.join(__dirname, "..", "..", "Pulumi.prod.yaml"),
    "utf8",
);

/** The shipped text with parts replaced. */
export function edited(
    ...edits: readonly (readonly [from: string | RegExp, to: string])[]
): string {
    return edits.reduce((text, [from, to]) => {
        const result = text.replace(from, to);
        if (result === text) {
            throw new Error(`nothing to replace for ${String(from)}`);
        }
        return result;
    }, shipped);
}
