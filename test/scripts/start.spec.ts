import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { scripts } from "../../package.json";
import { handsOn } from "../../components/surroundings";

const root = path.join(__dirname, "..", "..");
const CALLS = /\b(requirePulumi|findPulumi)\(/;

/** The files that a file leads to by its imports, itself included. */
function reached(file: string, found = new Set<string>()): ReadonlySet<string> {
    if (!found.has(file) && fs.existsSync(file)) {
        found.add(file);
        const imports = fs.readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g);
        for (const [, name = ""] of imports) {
            reached(`${path.resolve(path.dirname(file), name)}.ts`, found);
        }
    }
    return found;
}

describe("the surroundings of a command", () => {
    const commands = Object.values(scripts).flatMap((text) => {
        const found = /scripts\/start\.js (\S+)/.exec(text)?.[1];
        return found === undefined ? [] : [found];
    });

    it("reach the Pulumi CLI where the command calls it, and nobody else", () => {
        assert.ok(commands.length > 20);
        for (const command of new Set(commands)) {
            const files = [...reached(path.join(root, `${command}.ts`))].filter(
                (file) => !file.endsWith("toolchain.ts"),
            );
            const calls = files.some((file) => CALLS.test(fs.readFileSync(file, "utf8")));
            assert.equal(handsOn(command), calls, command);
        }
    });
});
