/** `npm run documents`: writes the parts of the documents that repeat the code. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { documents } from "./documents/documents";
import { pinRows } from "./documents/systems";

const USAGE = `Usage: npm run documents -- [--check | --pins]

  --check   write nothing; end with 1 when a document is not up to date
  --pins    write nothing; print every pinned version instead

Writes the generated blocks of docs/chaos.md, docs/dashboards.md, docs/second-opinions.md, docs/settings.md and docs/systems.md.

Ends with 0 when done, 1 when --check finds one that is not up to date, 2 on a mistake.`;

async function main(args: readonly string[]): Promise<number> {
    const { check, pins } = parseArguments(
        args,
        {
            check: { type: "boolean", default: false },
            pins: { type: "boolean", default: false },
        },
        USAGE,
        [["check", "pins"]],
    );
    if (pins) {
        await print(
            pinRows()
                .map((row) => row.join("\t"))
                .join("\n"),
        );
        return 0;
    }
    const stale = (await documents()).filter(
        ({ file, text }) => fs.readFileSync(file, "utf8") !== text,
    );
    const names = stale.map(({ file }) => path.relative(process.cwd(), file)).join(", ");
    if (check) {
        process.stdout.write(
            stale.length === 0
                ? "Every generated document is up to date.\n"
                : `Not up to date: ${names}. Run \`make documents\` and commit.\n`,
        );
        return stale.length === 0 ? 0 : 1;
    }
    stale.forEach(({ file, text }) => {
        fs.writeFileSync(file, text);
    });
    process.stdout.write(
        stale.length === 0 ? "Nothing to write: up to date.\n" : `Wrote ${names}: commit.\n`,
    );
    return 0;
}

runCommand(USAGE, main);
