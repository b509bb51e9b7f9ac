/** SEC-06: who may do what inside the cluster. */
import type { StackCriterion } from "../../../kernel/criterion";
import { bindingsOf, judgeBinding } from "./bindings";
import { judgeAggregation } from "./aggregation";
import { bindingsByRole, clusterRolesOf, reachOf } from "./reach";
import { judgePeople, judgeSubjectsOfPeople } from "./people";
import { judgeRole } from "./rules";
import { judgeToken } from "./tokens";

const GROUP = "rbac.authorization.k8s.io";
/** SEC-06. */
export const access: StackCriterion = {
    id: "SEC-06",
    name: "sec-06-access-control",
    description:
        "Checks that the four roles for people exist and groups of the directory have them, nobody by name, no role has a wildcard or rights as good as cluster-admin, cluster-admin goes to nobody unlisted, no role to everybody, and pods mount a token only where it has rights.",
    severity: "high",
    remediation:
        "Name verbs, resources and objects one by one, and bind in single namespaces; set `automountServiceAccountToken: false` on pods that never ask the API.",
    judgeStack: (facts) => {
        const roles = ["Role", "ClusterRole"].flatMap((kind) => facts.objects(GROUP, kind));
        const bindings = bindingsOf(facts);
        const bound = bindingsByRole(bindings);
        const clusterRoles = clusterRolesOf(facts);
        const workloads = facts.workloads().filter(({ workload }) => workload.podSpec);
        return {
            subjects: roles.length + bindings.length + workloads.length,
            judged: [...roles, ...bindings, ...workloads],
            findings: [
                ...judgePeople(facts, bindings),
                ...judgeSubjectsOfPeople(facts, bindings),
                ...roles.flatMap((role) => judgeRole(role, reachOf(role, bound))),
                ...clusterRoles.flatMap((role) => judgeAggregation(role, clusterRoles)),
                ...bindings.flatMap(judgeBinding),
                ...workloads.flatMap((fact) => judgeToken(facts, fact, bindings)),
            ],
        };
    },
};
