/** Every alert of the stack, and questions about all of them. */
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import type { Ternary } from "../../kernel/ternary";
import {
    holdsUnknown,
    isTree,
    isUnknown,
    read,
    readList,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { evaluatorsOf, isTaken, MONITORING } from "./prometheus";

/** One alerting rule. */
export interface AlertingRule {
    /** The PrometheusRule that holds it. */
    readonly fact: ObjectOf;
    readonly name: string;
    readonly tree: Tree;
    /** Its expression; empty when it has none. */
    readonly expression: string;
}

/** Alerts, and what may hold more. */
export interface Alerts {
    readonly alerts: readonly AlertingRule[];
    /** PrometheusRules of which something is known only at the update. */
    readonly unread: readonly ObjectOf[];
}

function rulesIn({ inputs }: ObjectOf): readonly unknown[] {
    return readList(inputs, "spec", "groups").flatMap((group) => readList(group, "rules"));
}

/** The alerts of one PrometheusRule. */
export function alertsIn(fact: ObjectOf): AlertingRule[] {
    return rulesIn(fact)
        .filter(isTree)
        .flatMap((tree): AlertingRule[] => {
            const name = read(tree, ["alert"]);
            const expression = read(tree, ["expr"]);
            return name.state === "known"
                ? [
                      {
                          fact,
                          tree,
                          name: String(name.value),
                          expression: expression.state === "known" ? String(expression.value) : "",
                      },
                  ]
                : [];
        });
}

/** Whether something of it is unknown that may be an alert: a rule that records is none. */
function mayHoldMore({ inputs }: ObjectOf): boolean {
    const groups = readList(inputs, "spec", "groups");
    return (
        holdsUnknown({ ...inputs, spec: { ...readTree(inputs, "spec"), groups: [] } }) ||
        read(inputs, ["spec"]).state === "unknown" ||
        read(inputs, ["spec", "groups"]).state === "unknown" ||
        groups.some(
            (group) =>
                holdsUnknown({ ...readTree(group), rules: [] }) ||
                isUnknown(group) ||
                read(group, ["rules"]).state === "unknown" ||
                readList(group, "rules").some(
                    (rule) => holdsUnknown(rule) && read(rule, ["record"]).state !== "known",
                ),
        )
    );
}

/** The alerts that a Prometheus or Thanos ruler of the stack evaluates. */
export function evaluatedAlerts(facts: Facts): Alerts {
    const evaluators = evaluatorsOf(facts);
    const rules = facts
        .objects(MONITORING, "PrometheusRule")
        .map((fact): [ObjectOf, Ternary] => [fact, isTaken(facts, evaluators, fact)]);
    return {
        alerts: rules.flatMap(([fact, taken]) => (taken === true ? alertsIn(fact) : [])),
        unread: rules
            .filter(([fact, taken]) => taken === "unknown" || (taken && mayHoldMore(fact)))
            .map(([fact]) => fact),
    };
}

/**
 * Names in an expression: metrics, functions and labels, without what stands in strings. A metric
 * that only `__name__` selects counts too.
 */
export function namesIn(expression: string): ReadonlySet<string> {
    const byName = [...expression.matchAll(/__name__\s*=~?\s*["'`]([^"'`]*)["'`]/g)].flatMap(
        ([, names = ""]) => names.split("|"),
    );
    const bare = expression
        .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
        .replace(/#.*$/gm, "");
    return new Set([...byName, ...(bare.match(/[a-zA-Z_:][\w:]*/g) ?? [])]);
}

/**
 * Whether the selectors of an expression let a value of the label through; without any they do.
 * Regular expressions of Prometheus match as a whole.
 */
export function letsThrough(expression: string, label: string, value: string): boolean {
    const matcher = new RegExp(`\\b${label}\\s*(=~?)\\s*["'\`]([^"'\`]*)["'\`]`, "g");
    const found = [...expression.matchAll(matcher)];
    return (
        found.length === 0 ||
        found.some(([, operator, text = ""]) => {
            if (operator === "=") {
                return text === value;
            }
            try {
                return new RegExp(`^(?:${text})$`).test(value);
            } catch {
                return false;
            }
        })
    );
}

/** Something that must not happen unnoticed. */
export interface Watch {
    /** Ends the sentence "no alert fires when ...". */
    readonly when: string;
    readonly isAbout: (alert: AlertingRule) => boolean;
    /** What such an alert looks like. */
    readonly wanted: string;
}

/** A watch by metrics of which the expression must name one. */
export function watchMetrics(when: string, ...metrics: readonly string[]): Watch {
    return {
        when,
        isAbout: ({ expression }) => {
            const names = namesIn(expression);
            return metrics.some((metric) => names.has(metric));
        },
        wanted: `add one on ${metrics.join(" or ")}`,
    };
}

/** Judges that alerts watch what they must; not applicable while nothing evaluates alerts. */
export function watching(
    watchesOf: (facts: Facts) => readonly Watch[],
): (facts: Facts) => Judgement {
    return (facts) => {
        const [evaluator] = evaluatorsOf(facts);
        const watches = evaluator === undefined ? [] : watchesOf(facts);
        return evaluator === undefined || watches.length === 0
            ? { subjects: 0, findings: [] }
            : {
                  subjects: watches.length,
                  judged: [evaluator],
                  findings: judgeWatches(evaluator, watches, evaluatedAlerts(facts)),
              };
    };
}

/** What nobody watches; findings stand at the fact. */
export function judgeWatches(
    fact: Fact,
    watches: readonly Watch[],
    { alerts, unread }: Alerts,
): Finding[] {
    return watches
        .filter(({ isAbout }) => !alerts.some(isAbout))
        .map(({ when, wanted }) =>
            unread.length > 0
                ? notJudged(fact, `whether an alert fires when ${when} is known only at the update`)
                : violated(fact, `no alert fires when ${when}; ${wanted}`),
        );
}
