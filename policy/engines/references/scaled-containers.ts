/** Containers that autoscalers name are containers of what they scale. */
import type { Finding } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { isUnknown, readTree } from "../../kernel/tree";
import { isWorkload } from "../../kubernetes/scaling";
import { containerNames } from "./pod-inside";
import { judgeName } from "./pod-volumes";
import type { StackView } from "./stack-view";
import { namedObject, valuesAt } from "./values";

/** Where an autoscaler names its target and, in it, containers. */
interface Scaler {
    readonly target: string;
    readonly containers: readonly string[];
    /** Stands for every container. */
    readonly all?: string;
}

const HORIZONTAL: Scaler = {
    target: "scaleTargetRef",
    containers: ["metrics[]", "containerResource", "container"],
};
/** autoscaler vertical-pod-autoscaler-1.7.1: apis/autoscaling.k8s.io/v1/types.go. */
const VERTICAL: Scaler = {
    target: "targetRef",
    containers: ["resourcePolicy", "containerPolicies[]", "containerName"],
    all: "*",
};

function judge({ inventory }: StackView, fact: ObjectOf, scaler: Scaler): Finding[] {
    const { namespace = "" } = fact.object;
    const reference = readTree(fact.inputs, "spec", scaler.target);
    const { kind, name } = namedObject(reference, { group: "", kind: "", namespace });
    const target =
        typeof name === "string" && !isUnknown(name)
            ? inventory.find(kind, namespace, name)?.fact
            : undefined;
    if (target === undefined || !isWorkload(target)) {
        return [];
    }
    const names = containerNames(target.workload);
    const where = scaler.containers.join(".").replaceAll("[]", "");
    return valuesAt(fact.inputs, ["spec", ...scaler.containers])
        .filter((container) => container !== scaler.all)
        .flatMap((container) => judgeName(fact, where, "container", container, names));
}

/** A HorizontalPodAutoscaler measures containers of its target. */
export function judgeHorizontal(view: StackView, fact: ObjectOf): Finding[] {
    return judge(view, fact, HORIZONTAL);
}

/** A VerticalPodAutoscaler has policies for containers of its target. */
export function judgeVertical(view: StackView, fact: ObjectOf): Finding[] {
    return judge(view, fact, VERTICAL);
}
