/** Whether the pods of a DaemonSet run on every node, whatever keeps others away. */
import { allOf, type Ternary, someIn } from "../kernel/ternary";
import { read, readTree } from "../kernel/tree";
import type { Workload } from "./workloads";

/** The label that every node of a Linux cluster carries. */
const HARMLESS = "kubernetes.io/os";

/** Kubernetes itself tolerates the taints of sick nodes for DaemonSets; these carry `NoExecute`. */
function toleratesAll(toleration: unknown): Ternary {
    const reading = (field: string) => read(toleration, [field]);
    const [key, operator, effect] = ["key", "operator", "effect"].map(reading);
    if ([key, operator, effect].some((item) => item?.state === "unknown")) {
        return "unknown";
    }
    const isSchedule =
        effect?.state !== "known" || effect.value === "" || effect.value === "NoSchedule";
    const isAny = key?.state !== "known" || key.value === "";
    return isAny && isSchedule && operator?.state === "known" && operator.value === "Exists";
}

/** An answer, with what keeps the pods away from a node if it is no. */
export interface Everywhere {
    readonly everywhere: Ternary;
    readonly why: string;
}

/** Whether one pod runs on each node. */
export function runsEverywhere({ podSpec, perNode }: Workload): Everywhere {
    const selector = read(podSpec, ["nodeSelector"]);
    const affinity = read(podSpec, [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
    const labels = Object.keys(readTree(podSpec, "nodeSelector")).filter((key) => key !== HARMLESS);
    const answers: readonly (readonly [Ternary, string])[] = [
        [perNode, "it is no DaemonSet"],
        [
            selector.state === "unknown" ? "unknown" : labels.length === 0,
            `its nodeSelector wants ${labels.join(", ")}`,
        ],
        [
            affinity.state === "unknown" ? "unknown" : affinity.state === "absent",
            "it requires a node affinity",
        ],
        [someIn(podSpec, ["tolerations"], toleratesAll), "it does not tolerate every taint"],
    ];
    return {
        everywhere: allOf(answers.map(([answer]) => answer)),
        why: answers.find(([answer]) => answer === false)?.[1] ?? "",
    };
}
