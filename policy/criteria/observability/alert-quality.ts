/** OBS-06: an alert says how bad it is, what happened and what to do. */
import { type Library, repository } from "../../engines/documents/library";
import { judgePlace, runbookAt } from "../../engines/documents/runbooks";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isUnknown, read, readList } from "../../kernel/tree";
import { type AlertingRule, alertsIn } from "../../engines/monitoring/alerts";
import { evaluatorsOf, isTaken, MONITORING } from "../../engines/monitoring/prometheus";

const SEVERITIES = ["critical", "warning", "info", "none"];

function isText(value: unknown): boolean {
    return typeof value === "string" && value.trim() !== "";
}

function expectationsOf({ tree, name }: AlertingRule): Expectation[] {
    const text = (field: string): Expectation => ({
        what: `annotation ${field} of alert ${name}`,
        reading: read(tree, ["annotations", field]),
        good: isText,
        wanted: "say what happened",
    });
    return [
        {
            what: `label severity of alert ${name}`,
            reading: read(tree, ["labels", "severity"]),
            good: (value) => SEVERITIES.includes(String(value)),
            wanted: `use ${SEVERITIES.join(", ")}`,
        },
        text("summary"),
        text("description"),
        {
            what: `the expression of alert ${name}`,
            reading: read(tree, ["expr"]),
            good: (value) => String(value).trim() !== "",
            wanted: "write one",
        },
    ];
}

function judgeRunbook(alert: AlertingRule, library: Library | undefined): Finding[] {
    const { fact, name } = alert;
    return judgePlace(alert, (place) =>
        library === undefined
            ? [
                  notJudged(
                      fact,
                      `the runbook of alert ${name} is not beside the pack, without docs/`,
                  ),
              ]
            : runbookAt(library, place) === undefined
              ? [
                    violated(
                        fact,
                        `the runbook of alert ${name} is docs/runbooks/${place.page}, which is not there; write it`,
                    ),
                ]
              : [],
    );
}

/** Rules of which nobody can say whether they are alerts. */
function isUnread({ inputs }: ObjectOf): boolean {
    const groups = readList(inputs, "spec", "groups");
    return (
        read(inputs, ["spec", "groups"]).state === "unknown" ||
        groups.some(
            (group) =>
                read(group, ["rules"]).state === "unknown" ||
                readList(group, "rules").some(
                    (rule) => isUnknown(rule) || read(rule, ["alert"]).state === "unknown",
                ),
        )
    );
}

function judgeEvaluation(facts: Facts, evaluators: readonly ObjectOf[], fact: ObjectOf): Finding[] {
    const taken = evaluators.length === 0 || isTaken(facts, evaluators, fact);
    return taken === true
        ? []
        : taken === "unknown"
          ? [notJudged(fact, "whether Prometheus selects it is known only at the update")]
          : [
                violated(
                    fact,
                    "no Prometheus of the stack selects it; give it the labels of ruleSelector",
                ),
            ];
}

/**
 * OBS-06.
 *
 * @param library where the runbooks are
 */
export function alertQuality(library: Library | undefined): StackCriterion {
    return {
        id: "OBS-06",
        name: "obs-06-alerts",
        description:
            "Checks that every alert has a severity, a summary, a description and a runbook that is there, and that a Prometheus evaluates it.",
        severity: "medium",
        remediation: "Complete the rule, and write its page in docs/runbooks.",
        judgeStack: (facts) => {
            const rules = facts.objects(MONITORING, "PrometheusRule");
            const evaluators = evaluatorsOf(facts);
            const alerts = rules.flatMap(alertsIn);
            const unread = rules.filter(isUnread);
            const holding = rules.filter((fact) => alerts.some((alert) => alert.fact === fact));
            return {
                subjects: alerts.length + unread.length,
                judged: holding,
                findings: [
                    ...alerts.flatMap((alert) => [
                        ...expectationsOf(alert).flatMap((expectation) =>
                            judgeExpectation(alert.fact, expectation),
                        ),
                        ...judgeRunbook(alert, library),
                    ]),
                    ...holding.flatMap((fact) => judgeEvaluation(facts, evaluators, fact)),
                    ...unread.map((fact) =>
                        notJudged(fact, "its rules are known only at the update"),
                    ),
                ],
            };
        },
    };
}

/** With the runbooks of the repository. */
export const alerts = alertQuality(repository);
