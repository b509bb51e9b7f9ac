/** What a pod names inside itself: its volumes, ports and containers; and the labels of its maker. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { holdsUnknown, read, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { requirementsOf, isMet } from "../../kubernetes/selectors";
import type { WorkloadFact } from "../../kubernetes/scaling";
import type { Workload } from "../../kubernetes/workloads";
import { judgeTakenFields } from "./pod-fields";
import { judgeAskedPorts } from "./pod-ports";
import { judgeName, judgeVolumes, type Names, repeated } from "./pod-volumes";

/** The names of the containers of a pod, of every kind. */
export function containerNames({ containers, unread }: Workload): Names {
    return {
        known: containers.flatMap(({ tree }) => readString(tree, "name") ?? []),
        open: unread.length > 0 || containers.some(({ tree }) => holdsUnknown(tree.name)),
    };
}

/** The selector as `matchLabels` and `matchExpressions`; a ReplicationController has labels only. */
function selectorOf({ object, inputs }: ObjectOf): Tree {
    const selector = readTree(inputs, "spec", "selector");
    return object.kind === "ReplicationController" ? { matchLabels: selector } : selector;
}

/** Kinds whose selector must select the pods of their own template. */
const SELECTING: ReadonlySet<string> = new Set([
    ...["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet"],
    ...["/ReplicationController", "argoproj.io/Rollout"],
]);

function judgeSelector(fact: WorkloadFact): Finding[] {
    const { object, inputs, workload } = fact;
    const borrows = read(inputs, ["spec", "workloadRef"]).state !== "absent";
    if (!SELECTING.has(`${object.group}/${object.kind}`) || borrows) {
        return [];
    }
    const reading = read(inputs, ["spec", "selector"]);
    const isHidden =
        reading.state === "unknown" ||
        workload.podLabelsUnknown ||
        read(inputs, ["spec", "template"]).state === "unknown" ||
        holdsUnknown(selectorOf(fact));
    if (reading.state === "absent") {
        return [];
    }
    if (isHidden) {
        return [notJudged(fact, "whether it selects its own pods is known only at the update")];
    }
    const unmet = requirementsOf(selectorOf(fact)).find(
        (requirement) => !isMet(requirement, workload.podLabels),
    );
    if (unmet === undefined) {
        return [];
    }
    const { key, operator, values } = unmet;
    const found = workload.podLabels[key];
    const wanted = operator === "In" ? `${key}=${values.join(" or ")}` : `${key} ${operator}`;
    return [
        violated(
            fact,
            `its selector wants ${wanted}, and its own template has ${found === undefined ? `no ${key}` : `${key}=${found}`}; use the same labels in both`,
        ),
    ];
}

/** Everything that the pods of a template name inside themselves. */
export function judgeInside(fact: WorkloadFact): Finding[] {
    const { workload } = fact;
    const { podSpec = {}, containers } = workload;
    const names = containerNames(workload);
    return [
        ...judgeSelector(fact),
        ...repeated(names.known).map((name) =>
            violated(fact, `two of its containers are called ${name}; rename one`),
        ),
        ...containers.flatMap((container) => judgeAskedPorts(fact, container)),
        ...judgeVolumes(fact, workload),
        ...judgeTakenFields(fact, workload, names),
        ...readList(podSpec, "ephemeralContainers").flatMap((container) =>
            judgeName(
                fact,
                `targetContainerName of container ${readString(container, "name") ?? "?"}`,
                "container",
                readTree(container).targetContainerName,
                names,
            ),
        ),
    ];
}
