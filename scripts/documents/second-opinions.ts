/** The tables of docs/second-opinions.md: the rules of other tools beside the criteria. Pure. */
import { type RuleGroup, tools } from "../second-opinions/rules";
import { table } from "./tables";

function criterionLink({ criterion }: RuleGroup): string {
    return criterion === undefined
        ? "not asked"
        : `[${criterion}](criteria.md#${criterion.toLowerCase()})`;
}

function sentence({ differs, on, why }: RuleGroup): string {
    const where = on === undefined ? "" : ` (${on.map((each) => `\`${each}\``).join(", ")})`;
    return why ?? (differs === undefined ? "" : `${differs}${where}`);
}

/** A section for each tool: which of its rules is which of ours, or why it is none. */
export function secondOpinions(): string {
    return Object.entries(tools)
        .map(([name, { source, version, notRun, groups }]) => {
            const rows = groups.map((group) => [
                criterionLink(group),
                group.rules.map((rule) => `\`${rule}\``).join(", "),
                sentence(group),
            ]);
            const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
            return [
                `## ${name}`,
                `${count} rules of [${version}](${source}). ${notRun === undefined ? "`make second-opinions` runs it." : `Not run: ${notRun}.`}`,
                table(["here", "rules", "why it differs, or is not asked"], rows),
            ].join("\n\n");
        })
        .join("\n\n");
}
