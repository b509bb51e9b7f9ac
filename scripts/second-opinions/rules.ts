/**
 * The rules of other tools, each with the criterion that asks the same or the reason why none does.
 * All of it stands in `rules.json`, from which docs/second-opinions.md is written as well.
 */
import data from "./rules.json";

/** Rules that one sentence is true of. */
export interface RuleGroup {
    /** Names of the rules; of controls, their id and their title. */
    readonly rules: readonly string[];
    /** The criterion that asks the same. */
    readonly criterion?: string;
    /** Why the tool finds something where that criterion, which has judged it, does not. */
    readonly differs?: string;
    /**
     * Resources of which `differs` is true although the criterion does not count them among what it
     * judges, as `Kind/namespace/name` with `*`; without them it is true of all that it judges.
     */
    readonly on?: readonly string[];
    /** Why no criterion asks it. */
    readonly why?: string;
}

/** A tool with its rules. */
export interface Tool {
    /** Where the list of the rules is from. */
    readonly source: string;
    /** Version of that list, and of the tool that is installed. */
    readonly version: string;
    /** What `go install` builds it from. */
    readonly package?: string;
    /** Why it is never run. */
    readonly notRun?: string;
    readonly groups: readonly RuleGroup[];
}

/** The tools by name. */
export const tools: Readonly<Record<string, Tool>> = data;

/** The name of a rule as the tool reports it: of a control, its id. */
export function ruleName(rule: string): string {
    return rule.split(" ")[0] ?? rule;
}

/** The group of a rule; undefined for one that nobody has looked at. */
export function groupOf({ groups }: Tool, rule: string): RuleGroup | undefined {
    return groups.find(({ rules }) => rules.some((each) => ruleName(each) === rule));
}
