/** Rights of the operator of Elasticsearch besides those of its chart, which end at its namespace. Pure. */
import type { Manifest } from "../base/object";
import { NAMESPACE } from "./elasticsearch-objects";

const NAME = "elastic-operator-nodes";

/**
 * It copies the Proxmox host of a node to the pods there, so that Elasticsearch never keeps both
 * copies of a shard on one (cloud-on-k8s v3.5.0: readNodeLabelsRbacRule in its chart).
 */
export const operatorRights: readonly Manifest[] = [
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: NAME },
        rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }],
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: NAME },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME },
        subjects: [{ kind: "ServiceAccount", name: "elastic-operator", namespace: NAMESPACE }],
    },
];
