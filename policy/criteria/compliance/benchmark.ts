/** CMP-02: the cluster is compared with the CIS benchmark again and again. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { judgeSchedule } from "../../kubernetes/cron-job";
import type { Facts } from "../../kernel/facts";
import { anyOf, type Ternary, someIn } from "../../kernel/ternary";
import { type Program, programsOf } from "../../kubernetes/programs";
import { read, readTree } from "../../kernel/tree";
import { evaluatedAlerts, judgeWatches, type Watch } from "../../engines/monitoring/alerts";
import { evaluatorsOf } from "../../engines/monitoring/prometheus";

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
const REQUIRED = [
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
];

/** Whether the pod asks for a node of the control plane. */
function wantsControlPlane(podSpec: unknown): Ternary {
    const label = read(podSpec, ["nodeSelector", CONTROL_PLANE]);
    return anyOf([
        // Kubernetes gives the label no value.
        label.state === "unknown" ? "unknown" : label.state === "known" && label.value === "",
        someIn(podSpec, REQUIRED, (term) =>
            someIn(term, ["matchExpressions"], (expression) => {
                const { key, operator } = readTree(expression);
                return key === CONTROL_PLANE && operator === "Exists";
            }),
        ),
    ]);
}

/** Whether the pod may run there at all. */
function toleratesControlPlane(podSpec: unknown): Ternary {
    return someIn(podSpec, ["tolerations"], (toleration) => {
        const { key = "", operator = "Equal", value = "" } = readTree(toleration);
        return key === CONTROL_PLANE
            ? operator === "Exists" || value === ""
            : key === "" && operator === "Exists";
    });
}

function judgePlaces(jobs: readonly Program[]): Finding[] {
    const specs = jobs.map(({ fact }) => fact.workload.podSpec);
    const [first] = jobs;
    const wanted: readonly (readonly [string, Ternary])[] = [
        [
            "a control plane",
            anyOf(
                specs.map((spec) => {
                    const [wants, may] = [wantsControlPlane(spec), toleratesControlPlane(spec)];
                    return wants === true ? may : wants;
                }),
            ),
        ],
        [
            "a worker",
            anyOf(
                specs.map((spec) => {
                    const wants = wantsControlPlane(spec);
                    return wants === "unknown" ? wants : !wants;
                }),
            ),
        ],
    ];
    return first === undefined
        ? []
        : wanted.flatMap(([where, answer]) =>
              answer === true
                  ? []
                  : answer === "unknown"
                    ? [
                          notJudged(
                              first.fact,
                              `whether it runs on ${where} is known only at the update`,
                          ),
                      ]
                    : [
                          violated(
                              first.fact,
                              `kube-bench does not run on ${where}; add a CronJob for it`,
                          ),
                      ],
          );
}

function judgeJob({ fact }: Program): Finding[] {
    if (fact.object.kind !== "CronJob") {
        return [violated(fact, "it runs kube-bench only once; make it a CronJob")];
    }
    return judgeSchedule(
        fact,
        Number.isFinite,
        "write a schedule by which it runs again and again",
    );
}

const WATCH: Watch = {
    when: "kube-bench finds something new",
    isAbout: ({ expression }) => /kube[-_]?bench/i.test(expression),
    wanted: "add one whose expression names kube-bench",
};

function judgeAlerts(facts: Facts, [first]: readonly Program[]): Finding[] {
    return first === undefined || evaluatorsOf(facts).length === 0
        ? []
        : judgeWatches(first.fact, [WATCH], evaluatedAlerts(facts));
}

/** CMP-02. */
export const benchmark: StackCriterion = {
    id: "CMP-02",
    name: "cmp-02-benchmark",
    description:
        "Checks that kube-bench runs on a schedule on control planes and workers, and that an alert is about what it finds.",
    severity: "medium",
    remediation: "Run one CronJob of kube-bench on control planes and one on workers.",
    judgeStack: (facts) => {
        const programs = programsOf(facts, "kube-bench");
        return {
            subjects: programs.length,
            judged: programs.map(({ fact }) => fact),
            findings: [
                ...programs.flatMap(judgeJob),
                ...judgePlaces(programs),
                ...judgeAlerts(facts, programs),
            ],
        };
    },
};
