/**
 * Keeps what every criterion found, sorts out what an exception covers, and sums it up as the
 * scorecard.
 */
import {
    categories,
    type CategoryId,
    categoryOf,
    type Criterion,
    type Judgement,
} from "./criterion";
import type { ExceptionFact } from "./exceptions";
import type { Facts } from "./facts";

/** How a criterion stands in this stack. */
export type Verdict = "met" | "violated" | "excepted" | "not judged" | "not applicable";

/** A finding after exceptions were looked up. */
export interface RecordedFinding {
    readonly verdict: "violated" | "excepted" | "not judged";
    readonly urn: string;
    /** `Kind/namespace/name` or `type/name`. */
    readonly resource: string;
    readonly message: string;
}

/** One line of the scorecard. */
export interface CriterionVerdict {
    readonly id: string;
    readonly policy: string;
    readonly category: CategoryId;
    readonly description: string;
    readonly verdict: Verdict;
    readonly subjects: number;
    /** How many of the subjects are sound, as far as anybody knows. */
    readonly sound: number;
    /** Subjects that were judged by a measure of their own, if there are any. */
    readonly apart?: { readonly what: string; readonly count: number };
    readonly findings: readonly RecordedFinding[];
    /** URNs of the resources that were judged, as far as the criterion names them. */
    readonly judged: readonly string[];
}

/** An exception and what became of it. */
export interface ExceptionVerdict extends ExceptionFact {
    /** `names nothing`: there is no such object, or none that was seen. */
    readonly state: "used" | "expired" | "unused" | "names nothing";
}

/** The scorecard: what `preview` prints and `--json` carries. */
export interface Scorecard {
    readonly criteria: readonly CriterionVerdict[];
    readonly exceptions: readonly ExceptionVerdict[];
    readonly categories: readonly {
        readonly id: CategoryId;
        readonly title: string;
        readonly met: number;
        /** Violated where an exception says so: neither met nor open. */
        readonly excepted: number;
        readonly of: number;
        readonly notJudged: number;
    }[];
}

interface Entry {
    subjects: number;
    apart: Judgement["apart"];
    findings: RecordedFinding[];
    judged: readonly string[];
}

/** Collects judgements by criterion and resource. */
export class Ledger {
    private readonly entries = new Map<string, Map<string, Entry>>();
    private readonly used = new Set<string>();

    /** @param today `YYYY-MM-DD`; an exception holds up to and including its last day */
    constructor(
        private readonly facts: Facts,
        private readonly today: () => string,
    ) {}

    /**
     * Records a judgement, replacing an earlier one of the same criterion and resource.
     *
     * @param scope URN of the resource, or `stack`
     * @returns the findings to report as violations
     */
    record(criterion: Criterion, scope: string, judgement: Judgement): RecordedFinding[] {
        const exceptions = this.facts
            .exceptions()
            .filter((exception) => exception.criterion === criterion.id);
        const findings = judgement.findings.map(({ fact, verdict, message }): RecordedFinding => {
            const exception = exceptions.find(({ resource }) => resource === fact.key);
            const finding = { urn: fact.urn, resource: fact.key, message, verdict };
            if (verdict === "not judged" || exception === undefined) {
                return finding;
            }
            this.used.add(this.id(exception));
            return exception.expires >= this.today()
                ? { ...finding, verdict: "excepted" }
                : {
                      ...finding,
                      message: `${message} (its exception expired on ${exception.expires})`,
                  };
        });
        const byScope = this.entries.get(criterion.id) ?? new Map<string, Entry>();
        byScope.set(scope, {
            subjects: judgement.subjects,
            apart: judgement.apart,
            findings,
            judged: this.evidence(scope, judgement),
        });
        this.entries.set(criterion.id, byScope);
        return findings.filter(({ verdict }) => verdict === "violated");
    }

    private evidence(scope: string, judgement: Judgement): readonly string[] {
        const { subjects, findings, judged } = judgement;
        if (judged === undefined && scope !== "stack") {
            return subjects === 0 ? [] : [scope];
        }
        // What something is found at was looked at, even if it is not what the criterion is about.
        return [...(judged ?? []), ...findings.map(({ fact }) => fact)].map(({ urn }) => urn);
    }

    private id({ criterion, resource }: ExceptionFact): string {
        return `${criterion} ${resource}`;
    }

    /** What a criterion did not see: the objects of charts that could not be rendered. */
    private unseen(criterion: Criterion): RecordedFinding[] {
        return criterion.besidesCharts
            ? []
            : this.facts.unrenderedCharts().map(({ urn, key }) => ({
                  verdict: "not judged",
                  urn,
                  resource: key,
                  message: "the chart was not rendered, so nothing that it installs was judged",
              }));
    }

    /** What was recorded of the stack and of the resources that it holds, in their order. */
    private entriesOf(criterion: Criterion, order: ReadonlyMap<string, number>): Entry[] {
        return [...(this.entries.get(criterion.id) ?? [])]
            .flatMap(([scope, entry]) => {
                const position = scope === "stack" ? order.size : order.get(scope);
                return position === undefined ? [] : [{ position, entry }];
            })
            .sort((one, other) => one.position - other.position)
            .map(({ entry }) => entry);
    }

    /** Something may have several findings and still be one subject. */
    private sound(subjects: number, findings: readonly RecordedFinding[]): number {
        const missing = new Set(this.facts.unrenderedCharts().map(({ urn }) => urn));
        const troubled = new Set(
            findings.filter(({ urn }) => !missing.has(urn)).map(({ resource }) => resource),
        );
        return Math.max(0, subjects - troubled.size);
    }

    private verdict(criterion: Criterion, order: ReadonlyMap<string, number>): CriterionVerdict {
        const entries = this.entriesOf(criterion, order);
        const findings = [...entries.flatMap((entry) => entry.findings), ...this.unseen(criterion)];
        const subjects = entries.reduce((sum, entry) => sum + entry.subjects, 0);
        const worst = (["violated", "not judged", "excepted"] as const).find((verdict) =>
            findings.some((finding) => finding.verdict === verdict),
        );
        return {
            id: criterion.id,
            policy: criterion.name,
            category: categoryOf(criterion.id),
            description: criterion.description,
            verdict: worst ?? (subjects === 0 ? "not applicable" : "met"),
            subjects,
            sound: this.sound(subjects, findings),
            apart: entries.map(({ apart }) => apart).find((one) => (one?.count ?? 0) > 0),
            findings,
            judged: [...new Set(entries.flatMap((entry) => entry.judged))],
        };
    }

    private isUsed(exception: ExceptionFact): boolean {
        return this.used.has(this.id(exception));
    }

    private stateOf(
        exception: ExceptionFact,
        keys: ReadonlySet<string>,
    ): ExceptionVerdict["state"] {
        if (!this.isUsed(exception)) {
            return keys.has(exception.resource) ? "unused" : "names nothing";
        }
        return exception.expires >= this.today() ? "used" : "expired";
    }

    /** The scorecard of everything recorded so far. */
    scorecard(criteria: readonly Criterion[]): Scorecard {
        const order = new Map(this.facts.all().map(({ urn }, index) => [urn, index]));
        const keys = new Set(this.facts.all().map(({ key }) => key));
        const verdicts = criteria.map((criterion) => this.verdict(criterion, order));
        return {
            criteria: verdicts,
            exceptions: this.facts
                .exceptions()
                // One that awaits a system says nothing where nobody misses it.
                .filter((exception) => exception.awaits === undefined || this.isUsed(exception))
                .map((exception) => ({ ...exception, state: this.stateOf(exception, keys) })),
            categories: Object.entries(categories).map(([id, title]) => {
                const own = verdicts.filter(
                    ({ category, verdict }) => category === id && verdict !== "not applicable",
                );
                const of = (...wanted: Verdict[]) =>
                    own.filter(({ verdict }) => wanted.includes(verdict)).length;
                return {
                    id: id as CategoryId,
                    title,
                    met: of("met"),
                    excepted: of("excepted"),
                    of: own.length,
                    notJudged: of("not judged"),
                };
            }),
        };
    }
}
