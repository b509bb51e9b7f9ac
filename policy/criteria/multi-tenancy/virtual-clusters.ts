/** TEN-04: a cluster inside the cluster has the same guardrails as everybody else. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { selectsAll } from "../../kubernetes/selectors";
import { isUnknown, read, readList, readString } from "../../kernel/tree";

/** Label of the control planes that vcluster's chart makes. */
const VIRTUAL = "vcluster";
/** Where nodes keep what containers write. */
const LOGS = "/var/log";

/** Whether somebody on every node reads what containers write. */
function collectsLogs(facts: Facts): boolean {
    return facts
        .workloads()
        .filter(({ workload }) => workload.perNode)
        .some(({ workload }) =>
            readList(workload.podSpec, "volumes").some((volume) =>
                readString(volume, "hostPath", "path")?.startsWith(LOGS),
            ),
        );
}

function deniesAll(inputs: unknown): boolean {
    const types = readList(inputs, "spec", "policyTypes");
    return (
        selectsAll(read(inputs, ["spec", "podSelector"])) &&
        ["Ingress", "Egress"].every((type) => types.includes(type)) &&
        ["ingress", "egress"].every((field) => readList(inputs, "spec", field).length === 0)
    );
}

function judgeCluster(facts: Facts, fact: WorkloadFact): Finding[] {
    const own = (group: string, kind: string) =>
        facts
            .objects(group, kind)
            .filter(({ object }) => object.namespace === fact.object.namespace);
    const policies = own("networking.k8s.io", "NetworkPolicy");
    const unknown = policies.some(({ inputs }) => isUnknown(inputs.spec));
    const missing = [
        ...["ResourceQuota", "LimitRange"].filter((kind) => own("", kind).length === 0),
        ...(policies.some(({ inputs }) => deniesAll(inputs)) || unknown
            ? []
            : ["NetworkPolicy that denies everything by default"]),
    ].map((what) =>
        violated(fact, `its namespace has no ${what}; use components/base/namespace.ts`),
    );
    return [
        ...missing,
        ...(unknown ? [notJudged(fact, "a network policy is known only at the update")] : []),
        ...(collectsLogs(facts)
            ? []
            : [violated(fact, `no DaemonSet reads ${LOGS}, so its logs are lost; collect them`)]),
    ];
}

/** TEN-04. */
export const virtualClusters: StackCriterion = {
    id: "TEN-04",
    name: "ten-04-virtual-clusters",
    description:
        "Checks that each virtual cluster has quota, default limits, network policy and log collection.",
    severity: "high",
    remediation: "Create its namespace with components/base/namespace.ts, and collect logs.",
    judgeStack: (facts) => {
        const clusters = facts
            .workloads()
            .filter(({ workload }) => workload.podLabels.app === VIRTUAL);
        return {
            subjects: clusters.length,
            judged: clusters,
            findings: clusters.flatMap((fact) => judgeCluster(facts, fact)),
        };
    },
};
