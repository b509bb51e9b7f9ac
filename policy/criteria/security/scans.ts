/** SEC-11: known vulnerabilities of images are found everywhere, and somebody hears of them. */
import { type Finding, notJudged, type StackCriterion } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Facts } from "../../kernel/facts";
import { type Program, programsOf, variableOf } from "../../kubernetes/programs";
import {
    evaluatedAlerts,
    judgeWatches,
    letsThrough,
    namesIn,
    type Watch,
} from "../../engines/monitoring/alerts";
import { evaluatorsOf } from "../../engines/monitoring/prometheus";
import { judgePipelineScans } from "./pipeline-scans";

/** trivy-operator pkg/metrics/collector.go. */
const METRIC = "trivy_image_vulnerabilities";

/** Variables of pkg/operator/etc/config.go, with what is good and whether it is the default. */
const EXPECTATIONS: readonly (Pick<Expectation, "good" | "wanted"> & { readonly name: string })[] =
    [
        {
            name: "OPERATOR_TARGET_NAMESPACES",
            good: (value) => value === "",
            wanted: "leave it empty, which stands for all",
        },
        {
            name: "OPERATOR_EXCLUDE_NAMESPACES",
            good: (value) => value === "",
            wanted: "leave it empty, or declare an exception",
        },
        {
            name: "OPERATOR_VULNERABILITY_SCANNER_ENABLED",
            good: (value) => value === "true",
            wanted: "set it to true",
        },
    ];

function judgeScanner(facts: Facts, program: Program): Finding[] {
    const { fact } = program;
    return EXPECTATIONS.flatMap(({ name, good, wanted }) => {
        const what = `the variable ${name}`;
        const reading = variableOf(facts, program, name);
        return reading.state === "hidden"
            ? [notJudged(fact, `${what} comes from a Secret or a ConfigMap that is not here`)]
            : judgeExpectation(fact, { what, reading, good, wanted, absentIsGood: true });
    });
}

function watchSeverity(severity: string): Watch {
    return {
        when: `an image has a vulnerability of severity ${severity}`,
        isAbout: ({ expression }) =>
            namesIn(expression).has(METRIC) && letsThrough(expression, "severity", severity),
        wanted: `add one on ${METRIC}{severity="${severity}"}`,
    };
}

const WATCHES = ["Critical", "High"].map(watchSeverity);

/** SEC-11. */
export const scans: StackCriterion = {
    id: "SEC-11",
    name: "sec-11-vulnerability-scans",
    description:
        "Checks that the Trivy operator scans the images of every namespace, that alerts fire on critical and high vulnerabilities, and that pipelines scan an image before they name it.",
    severity: "high",
    remediation:
        "Leave targetNamespaces and excludeNamespaces empty, add the alerts to a PrometheusRule, and let what names an image run after a scan that may end the run.",
    judgeStack: (facts) => {
        const scanners = programsOf(facts, "trivy-operator");
        const [first] = scanners;
        const pipelines = judgePipelineScans(facts);
        const watched = first !== undefined && evaluatorsOf(facts).length > 0;
        return {
            subjects: scanners.length + (watched ? WATCHES.length : 0) + pipelines.judged.length,
            judged: [...scanners.map(({ fact }) => fact), ...pipelines.judged],
            findings: [
                ...scanners.flatMap((program) => judgeScanner(facts, program)),
                ...pipelines.findings,
                ...(watched ? judgeWatches(first.fact, WATCHES, evaluatedAlerts(facts)) : []),
            ],
        };
    },
};
