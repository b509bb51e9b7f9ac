/** TEN-04: a cluster inside the cluster has the same guardrails as everybody else. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { selectsAll } from "../../kubernetes/selectors";
import { anyOf } from "../../kernel/ternary";
import { isUnknown, read, readList } from "../../kernel/tree";
import { logSources } from "../../engines/logs/readers";
import { covers, loggedPods } from "../../engines/logs/sources";

/** Label of the control planes that vcluster's chart makes. */
const VIRTUAL = "vcluster";
/** What is to be said of who reads the logs of its pods, its own and those that it makes there. */
function judgeLogs(facts: Facts, fact: WorkloadFact): Finding[] {
    const pods = loggedPods(facts, fact);
    const read = anyOf(
        logSources(facts)
            .filter(({ of }) => of === "containers")
            .map((source) => covers(source, pods)),
    );
    return read === true
        ? []
        : read === "unknown"
          ? [notJudged(fact, "whether a collector reads its logs cannot be seen here")]
          : [violated(fact, "no collector reads its logs, so they are lost; collect them")];
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
        ...judgeLogs(facts, fact),
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
