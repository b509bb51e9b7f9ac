/** Whether what another tool finds is known: found by the pack too, or explained. Pure. */
import type { CriterionVerdict } from "../../policy/kernel/ledger";
import type { ToolFinding } from "./findings";
import { groupOf, type Tool } from "./rules";

/** A finding and what is known of it. */
export interface JudgedFinding extends ToolFinding {
    /**
     * `ours`: a criterion has found it too, so it is violated or excepted. `accepted`: a criterion
     * has judged the resource and asks it otherwise. `not asked`: there is a reason for that.
     * `unexplained`: nobody has an answer.
     */
    readonly state: "ours" | "accepted" | "not asked" | "unexplained";
    /** The criterion that answers for it. */
    readonly criterion?: string;
    /** Why it is no fault, or why it is not explained. */
    readonly why: string;
}

/** What the pack says of resources. */
export interface Scorecard {
    readonly criteria: readonly Pick<CriterionVerdict, "id" | "verdict" | "findings" | "judged">[];
    /** Key of a resource (`Kind/namespace/name`) by its URN. */
    readonly keys: ReadonlyMap<string, string>;
}

function matches(resource: string, pattern: string): boolean {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(resource);
}

/** The namespace of a resource as a resource: some criteria judge the pods of one together. */
function namespaceOf(resource: string): string {
    const [, namespace, name] = resource.split("/");
    return name === undefined ? "" : `Namespace/${namespace ?? ""}`;
}

function judgeOne(finding: ToolFinding, tool: Tool, scorecard: Scorecard): JudgedFinding {
    const { rule, resource } = finding;
    const group = groupOf(tool, rule);
    if (group === undefined) {
        const why = `the rule ${rule} is not in scripts/second-opinions/rules.json`;
        return { ...finding, state: "unexplained", why };
    }
    const { criterion, differs, on, why } = group;
    if (criterion === undefined) {
        return { ...finding, state: "not asked", why: why ?? "" };
    }
    const judged = scorecard.criteria.find(({ id }) => id === criterion);
    const ours = judged?.findings.find(
        (each) => each.resource === resource && each.verdict !== "not judged",
    );
    if (ours !== undefined) {
        return { ...finding, state: "ours", criterion, why: ours.message };
    }
    const places = [resource, namespaceOf(resource)];
    const isJudged =
        judged?.judged.some((urn) => places.includes(scorecard.keys.get(urn) ?? "")) === true;
    const isMeant = on === undefined ? isJudged : on.some((each) => matches(resource, each));
    if (differs !== undefined && isMeant) {
        return { ...finding, state: "accepted", criterion, why: differs };
    }
    return {
        ...finding,
        state: "unexplained",
        criterion,
        why: isJudged
            ? `${criterion} has judged the resource and finds nothing`
            : `${criterion} has not judged the resource`,
    };
}

/** Judges what a tool has found by what the pack says of the same stack. */
export function judgeFindings(
    findings: readonly ToolFinding[],
    tool: Tool,
    scorecard: Scorecard,
): JudgedFinding[] {
    return findings.map((finding) => judgeOne(finding, tool, scorecard));
}
