/** What a change does to the scorecard: criteria, findings and exceptions. Pure. */
import type { Plan, PlanCriterion, PlanException, PlanFinding } from "./plan";

/** A criterion whose verdict is another one. */
export interface VerdictChange {
    readonly id: string;
    readonly level: string;
    readonly description: string;
    /** Absent where the base's pack does not have the criterion. */
    readonly before?: string;
    /** Absent where the pack of the change does not have it any more. */
    readonly after?: string;
    readonly effect: "worse" | "better" | "other";
}

/** Something found that was not found before, or that is not found any more. */
export interface FindingChange {
    readonly id: string;
    readonly level: string;
    readonly verdict: string;
    readonly resource: string;
    readonly message: string;
}

/** An exception that is on one side only, or says another thing there. */
export interface ExceptionChange {
    readonly criterion: string;
    readonly resource: string;
    readonly before?: PlanException;
    readonly after?: PlanException;
}

/** Everything about the scorecard that differs. */
export interface ScorecardChanges {
    readonly verdicts: readonly VerdictChange[];
    readonly newFindings: readonly FindingChange[];
    readonly goneFindings: readonly FindingChange[];
    readonly exceptions: readonly ExceptionChange[];
}

/** The worse, the higher; what is not there is as good as what does not apply. */
const BADNESS: Readonly<Record<string, number>> = {
    violated: 3,
    "not judged": 2,
    excepted: 1,
};

function effectOf(before: string | undefined, after: string | undefined): VerdictChange["effect"] {
    const change = (BADNESS[after ?? ""] ?? 0) - (BADNESS[before ?? ""] ?? 0);
    if (change === 0) {
        return "other";
    }
    return change > 0 ? "worse" : "better";
}

function levelOf(id: string, { before, after }: Plans): string {
    return after.levels.get(id) ?? before.levels.get(id) ?? "";
}

interface Plans {
    readonly before: Plan;
    readonly after: Plan;
}

const ORDER = ["worse", "better", "other"];

function verdictChanges(plans: Plans): VerdictChange[] {
    const old = new Map(plans.before.criteria.map((each) => [each.id, each]));
    const now = new Map(plans.after.criteria.map((each) => [each.id, each]));
    return [...new Set([...now.keys(), ...old.keys()])]
        .flatMap((id): VerdictChange[] => {
            const [before, after] = [old.get(id)?.verdict, now.get(id)?.verdict];
            const { description = "" } = now.get(id) ?? old.get(id) ?? {};
            return before === after
                ? []
                : [
                      {
                          id,
                          level: levelOf(id, plans),
                          description,
                          ...(before === undefined ? {} : { before }),
                          ...(after === undefined ? {} : { after }),
                          effect: effectOf(before, after),
                      },
                  ];
        })
        .sort((one, other) => ORDER.indexOf(one.effect) - ORDER.indexOf(other.effect));
}

/** Numbers in a sentence change with everything, and make no other finding of it. */
function sentenceOf({ verdict, resource, message }: PlanFinding): string {
    return `${verdict} ${resource} ${message.replaceAll(/\d+(?:\.\d+)?/g, "#")}`;
}

function findingsBeyond(
    criteria: readonly PlanCriterion[],
    others: readonly PlanCriterion[],
    levelOfId: (id: string) => string,
): FindingChange[] {
    const known = new Map(
        others.map(({ id, findings }) => [id, new Set(findings.map(sentenceOf))]),
    );
    return criteria.flatMap(({ id, findings }) =>
        findings
            // What was not judged is a matter of charts and is told by the verdict of the criterion.
            .filter(({ verdict }) => verdict !== "not judged")
            .filter((finding) => known.get(id)?.has(sentenceOf(finding)) !== true)
            .map(({ verdict, resource, message }) => ({
                id,
                level: levelOfId(id),
                verdict,
                resource,
                message,
            })),
    );
}

function exceptionChanges({ before, after }: Plans): ExceptionChange[] {
    const key = ({ criterion, resource }: PlanException) => `${criterion} ${resource}`;
    const old = new Map(before.exceptions.map((each) => [key(each), each]));
    const now = new Map(after.exceptions.map((each) => [key(each), each]));
    return [...new Set([...now.keys(), ...old.keys()])].flatMap((id) => {
        const [was, is] = [old.get(id), now.get(id)];
        const { criterion = "", resource = "" } = is ?? was ?? {};
        const isSame = was?.expires === is?.expires && was?.reason === is?.reason;
        return isSame
            ? []
            : [
                  {
                      criterion,
                      resource,
                      ...(was === undefined ? {} : { before: was }),
                      ...(is === undefined ? {} : { after: is }),
                  },
              ];
    });
}

/** What differs between the scorecards of two plans. */
export function scorecardChanges(before: Plan, after: Plan): ScorecardChanges {
    const plans = { before, after };
    const level = (id: string) => levelOf(id, plans);
    return {
        verdicts: verdictChanges(plans),
        newFindings: findingsBeyond(after.criteria, before.criteria, level),
        goneFindings: findingsBeyond(before.criteria, after.criteria, level),
        exceptions: exceptionChanges(plans),
    };
}
