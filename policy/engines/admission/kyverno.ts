/** Whether Kyverno itself answers, and asks its policies about everything. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { leastReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { profileOf } from "../../kernel/site";
import { showReading } from "../../kernel/tree";
import { flagOf } from "../../kubernetes/programs";

const REPLICAS = 3;

/** Arguments of Kyverno that take its policies away; absent is sound. */
const ARGUMENTS = [
    {
        flag: "forceFailurePolicyIgnore",
        isBad: isTrue,
        why: "lets everything in while it is down; remove it",
    },
    {
        flag: "exceptionNamespace",
        isBad: (value: string) => value === "*",
        why: "lets every namespace exempt itself; name one of the platform",
    },
    {
        flag: "autoUpdateWebhooks",
        isBad: (value: string) => !isTrue(value),
        why: "leaves it without webhooks for its policies; remove it",
    },
] as const;

/** As Go's flags take it. */
function isTrue(value: string): boolean {
    return ["1", "t", "true"].includes(value.toLowerCase());
}

function judgeArguments(fact: WorkloadFact): Finding[] {
    const programs = fact.workload.containers.map((container) => ({ fact, container }));
    return programs.flatMap((program) =>
        ARGUMENTS.flatMap(({ flag, isBad, why }) => {
            const reading = flagOf(program, flag);
            const value = reading.state === "known" ? String(reading.value) : "";
            return reading.state === "unknown"
                ? [notJudged(fact, `its argument ${flag} is known only at the update`)]
                : reading.state === "known" && isBad(value)
                  ? [violated(fact, `--${flag}=${value} ${why}`)]
                  : [];
        }),
    );
}

/** Kyverno's admission controllers, by the labels of its chart. */
export function controllersOf(facts: Facts): WorkloadFact[] {
    return facts
        .workloads()
        .filter(
            ({ workload: { podLabels } }) =>
                podLabels["app.kubernetes.io/part-of"] === "kyverno" &&
                podLabels["app.kubernetes.io/component"] === "admission-controller",
        );
}

function judgeController(facts: Facts, fact: WorkloadFact): Finding[] {
    const open = judgeArguments(fact);
    const profile = profileOf(facts);
    const replicas = leastReplicas(facts, fact);
    if (profile.state !== "known" || replicas.state === "unknown") {
        return [
            ...open,
            notJudged(fact, "its replicas or the profile are known only at the update"),
        ];
    }
    const enough =
        profile.value !== "prod" ||
        (replicas.state === "known" && Number(replicas.value) >= REPLICAS);
    const message = `replicas is ${showReading(replicas)}; while it is down no pod starts, so run ${REPLICAS}`;
    return enough ? open : [...open, violated(fact, message)];
}

/** The admission controllers: enough of them, and failing closed. */
export function judgeControllers(facts: Facts): Finding[] {
    const controllers = controllersOf(facts);
    const [policy] = facts.objects("policies.kyverno.io", "ValidatingPolicy");
    const [chart] = facts.unrenderedCharts();
    if (controllers.length === 0 && policy !== undefined && chart === undefined) {
        return [
            violated(policy, "no admission controller of Kyverno is in the stack to enforce it"),
        ];
    }
    return controllers.flatMap((fact) => judgeController(facts, fact));
}
