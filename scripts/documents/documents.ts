/** Every document with generated blocks, as it should be. */
import * as fs from "node:fs";
import * as path from "node:path";
import { damageSections, sparedTable, steadyStateTable } from "./chaos";
import { dashboardsTable } from "./dashboards";
import { secretsTable, siteTable, systemSettingsTable, systemsTable } from "./settings";
import { secondOpinions } from "./second-opinions";
import { pinsTable, systemSections } from "./systems";
import { formatted, withBlock } from "./tables";

const folder = path.join(__dirname, "..", "..", "docs");

/** A document and its text. */
export interface GeneratedDocument {
    readonly file: string;
    readonly text: string;
}

const blocks: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
    "settings.md": {
        keys: siteTable,
        systems: systemsTable,
        "keys of systems": systemSettingsTable,
        secrets: secretsTable,
    },
    "chaos.md": {
        "steady state": steadyStateTable,
        scenarios: damageSections,
        spared: sparedTable,
    },
    "dashboards.md": { dashboards: dashboardsTable },
    "second-opinions.md": { rules: secondOpinions },
    "systems.md": { systems: systemSections, pins: pinsTable },
};

/** The documents as they follow from the code now. */
export function documents(): Promise<GeneratedDocument[]> {
    return Promise.all(
        Object.entries(blocks).map(async ([name, contents]) => {
            const file = path.join(folder, name);
            const text = Object.entries(contents).reduce(
                (document, [block, content]) => withBlock(document, block, content()),
                fs.readFileSync(file, "utf8"),
            );
            return { file, text: await formatted(text, file) };
        }),
    );
}
