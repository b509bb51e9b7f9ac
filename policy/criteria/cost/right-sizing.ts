/** COST-03: somebody says how large the requests should be. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { allOf, anyOf, type Ternary, someIn } from "../../kernel/ternary";
import { type NamespaceFact, namespacesOf, tierOf } from "../../kubernetes/namespaces";
import { traceOf } from "../../kernel/presence";
import { flagOf, type Program, programsOf } from "../../kubernetes/programs";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { read, readString } from "../../kernel/tree";

const GROUP = "autoscaling.k8s.io";
const LABEL = "goldilocks.fairwinds.com/enabled";
/** Tiers of what people run, not of what they run it on. */
const APPS = ["app", "tenant"];
/** What Go's strconv.ParseBool takes for true. */
const TRUE = ["1", "t", "T", "true", "TRUE", "True"];

/** Whether it is what makes recommendations, not the dashboard of the same image. */
function isController({ container }: Program): Ternary {
    return someIn(container.tree, ["command"], (word) => word === "controller");
}

function lists(program: Program, flag: string, name: string): Ternary {
    const reading = flagOf(program, flag);
    return reading.state === "unknown"
        ? "unknown"
        : reading.state === "known" && String(reading.value).split(",").includes(name);
}

/** goldilocks pkg/vpa/vpa.go, `namespaceIsManaged`. */
function isManaged(program: Program, { declared, name }: NamespaceFact): Ternary {
    const label = read(declared?.inputs, ["metadata", "labels", LABEL]);
    if (label.state !== "absent") {
        return label.state === "unknown" ? label.state : TRUE.includes(String(label.value));
    }
    const included = lists(program, "include-namespaces", name);
    const excluded = lists(program, "exclude-namespaces", name);
    const byDefault = flagOf(program, "on-by-default");
    if (included === true) {
        return true;
    }
    return [included, excluded].includes("unknown") || byDefault.state === "unknown"
        ? "unknown"
        : excluded === false && byDefault.state === "known" && byDefault.value === "true";
}

function isTarget(facts: Facts, { object }: WorkloadFact): Ternary {
    return anyOf(
        facts
            .objects(GROUP, "VerticalPodAutoscaler")
            .filter((scaler) => scaler.object.namespace === object.namespace)
            .map(({ inputs }): Ternary => {
                const name = read(inputs, ["spec", "targetRef", "name"]);
                return name.state === "unknown"
                    ? "unknown"
                    : name.state === "known" &&
                          name.value === object.name &&
                          readString(inputs, "spec", "targetRef", "kind") === object.kind;
            }),
    );
}

function judgeNamespace(facts: Facts, namespace: NamespaceFact): Finding[] {
    const { fact, name } = namespace;
    const workloads = facts
        .workloads()
        .filter(({ workload, object }) => workload.longRunning && object.namespace === name);
    const answer = anyOf([
        ...programsOf(facts, "goldilocks").map((program) =>
            allOf([isController(program), isManaged(program, namespace)]),
        ),
        workloads.length > 0 && allOf(workloads.map((workload) => isTarget(facts, workload))),
    ]);
    return answer === true
        ? []
        : answer === "unknown"
          ? [notJudged(fact, "who recommends its requests is known only at the update")]
          : [violated(fact, `nothing recommends its requests; label it ${LABEL}=true`)];
}

/** Whether people run their applications in the namespace. */
export function isOfApps(facts: Facts, namespace: NamespaceFact): boolean {
    const tier = tierOf(facts, namespace);
    return tier.state === "known" && APPS.includes(String(tier.value));
}

/** COST-03. */
export const rightSizing: StackCriterion = {
    id: "COST-03",
    name: "cost-03-right-sizing",
    description:
        "Checks that Goldilocks or a VerticalPodAutoscaler recommends requests in every namespace of apps and tenants.",
    severity: "low",
    remediation: "Run Goldilocks with --on-by-default, or label the namespace.",
    judgeStack: (facts) => {
        const applies =
            traceOf(facts, GROUP) !== undefined || programsOf(facts, "goldilocks").length > 0;
        const namespaces = applies
            ? namespacesOf(facts).filter((namespace) => isOfApps(facts, namespace))
            : [];
        return {
            subjects: namespaces.length,
            judged: namespaces.map(({ fact }) => fact),
            findings: namespaces.flatMap((namespace) => judgeNamespace(facts, namespace)),
        };
    },
};
