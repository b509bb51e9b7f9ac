/** DOC-01: whoever is woken knows what to do. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type AlertingRule, alertsIn } from "../../engines/monitoring/alerts";
import { MONITORING } from "../../engines/monitoring/prometheus";
import { type Library, repository } from "../../engines/documents/library";
import { faultsOf, judgePlace, runbookAt } from "../../engines/documents/runbooks";

function judgeAlert(alert: AlertingRule, library: Library): Finding[] {
    return judgePlace(alert, (place) => {
        const runbook = runbookAt(library, place);
        const faults =
            runbook === undefined
                ? [`docs/runbooks/${place.page} is not there`]
                : faultsOf(runbook);
        return faults.map((fault) =>
            violated(alert.fact, `the runbook of alert ${alert.name}: ${fault}`),
        );
    });
}

/**
 * DOC-01.
 *
 * @param library where the runbooks are
 */
export function alertRunbooks(library: Library | undefined): StackCriterion {
    return {
        id: "DOC-01",
        name: "doc-01-alert-runbooks",
        description:
            "Checks that the runbook of every alert exists and says its meaning, impact, diagnosis, mitigation and escalation.",
        severity: "medium",
        remediation: "Write the page in docs/runbooks, with a heading for each part.",
        judgeStack: (facts) => {
            const rules = facts.objects(MONITORING, "PrometheusRule");
            const alerts = rules.flatMap(alertsIn);
            return {
                subjects: alerts.length,
                judged: rules.filter((fact) => alerts.some((alert) => alert.fact === fact)),
                findings:
                    library === undefined
                        ? rules.map((fact) =>
                              notJudged(
                                  fact,
                                  "the runbooks are not beside the pack, without docs/",
                              ),
                          )
                        : alerts.flatMap((alert) => judgeAlert(alert, library)),
            };
        },
    };
}

/** With the runbooks of the repository. */
export const runbooksOfAlerts = alertRunbooks(repository);
