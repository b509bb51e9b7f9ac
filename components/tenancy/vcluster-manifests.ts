/** What the program itself writes for a virtual cluster. Pure. */
import { virtualDns, virtualDnsPods } from "../../operators/vcluster";
import { groupAtApi } from "../../trust/people";
import { podDisruptionBudget } from "../base/availability";
import { type Flow, toApiServer } from "../base/flows";
import type { Manifest } from "../base/object";
import type { Tenant } from "../tenant-schema";
import { controlPlanePods, etcdPods, type VirtualClusterSize } from "./vcluster-values";

/** What the namespace of a virtual cluster lets through besides what every tenant's does. */
export function virtualClusterFlows({ name }: Pick<Tenant, "name">): Flow[] {
    return [toApiServer(controlPlanePods(name))];
}

/** Its people may read the kubeconfig, and no other Secret. */
export function kubeconfigFor(
    { name, group }: Pick<Tenant, "name" | "group">,
    namespace: string,
): Manifest[] {
    const apiGroup = "rbac.authorization.k8s.io";
    const metadata = { name: "kubeconfig", namespace };
    return [
        {
            apiVersion: `${apiGroup}/v1`,
            kind: "Role",
            metadata,
            rules: [
                {
                    apiGroups: [""],
                    resources: ["secrets"],
                    resourceNames: [`vc-${name}`],
                    verbs: ["get"],
                },
            ],
        },
        {
            apiVersion: `${apiGroup}/v1`,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup, kind: "Role", name: metadata.name },
            subjects: [{ apiGroup, kind: "Group", name: groupAtApi(group) }],
        },
    ];
}

/** The PodDisruptionBudgets of its control plane, its etcd and its DNS. */
export function virtualClusterBudgets(
    namespace: string,
    { release, replicas, members }: Pick<VirtualClusterSize, "release" | "replicas" | "members">,
): Manifest[] {
    const dns = { ...virtualDnsPods, ...virtualDns(release) };
    return [
        ...podDisruptionBudget(release, namespace, controlPlanePods(release), replicas),
        ...podDisruptionBudget(`${release}-etcd`, namespace, etcdPods(release), members),
        ...podDisruptionBudget(`${release}-dns`, namespace, dns, replicas),
    ];
}
