/** Whether Kyverno itself answers, and asks its policies about everything. */
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { leastReplicas, type WorkloadFact } from "../../kubernetes/scaling";
import { profileOf } from "../../kernel/site";
import { isTree, read, readList, readString, showReading } from "../../kernel/tree";

const REPLICAS = 3;
/** Turns every policy that fails closed into one that fails open. */
const FAIL_OPEN = "--forceFailurePolicyIgnore=true";

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
    const open = fact.workload.containers.some(({ tree }) =>
        readList(tree, "args").includes(FAIL_OPEN),
    )
        ? [violated(fact, `${FAIL_OPEN} lets everything in while it is down; remove it`)]
        : [];
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

/** Namespaces that Kyverno's own ConfigMap takes away from every policy. */
function exempted(fact: Fact): string[] {
    const filters = readString(fact.inputs, "data", "resourceFilters") ?? "";
    const filtered = [...filters.matchAll(/\[(?:\*|\*\/\*|Pod(?:\/\*)?),([^,\]]+),\*\]/g)].map(
        ([, namespace = ""]) => namespace,
    );
    let webhooks: unknown;
    try {
        webhooks = JSON.parse(readString(fact.inputs, "data", "webhooks") ?? "{}");
    } catch {
        webhooks = {};
    }
    const expressions = readList(webhooks, "namespaceSelector", "matchExpressions");
    return [
        ...filtered,
        ...expressions.flatMap((item) => (isTree(item) ? readList(item, "values") : [])),
    ]
        .map(String)
        .filter((name) => !(name in admissionExemptions));
}

/** Kyverno's ConfigMap may exempt no namespace that the list does not name. */
export function judgeSettings(facts: Facts): Finding[] {
    return facts.objects("", "ConfigMap").flatMap((fact): Finding[] => {
        const filters = read(fact.inputs, ["data", "resourceFilters"]);
        const webhooks = read(fact.inputs, ["data", "webhooks"]);
        if (filters.state === "absent") {
            return [];
        }
        if (filters.state === "unknown" || webhooks.state === "unknown") {
            return [notJudged(fact, "what it exempts is known only at the update")];
        }
        const allowed = Object.keys(admissionExemptions).join(", ");
        return exempted(fact).map((name) =>
            violated(fact, `it exempts ${name} from every policy; only ${allowed} may be`),
        );
    });
}
