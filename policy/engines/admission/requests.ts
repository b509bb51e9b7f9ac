/** Requests without which no pod starts and is found, as admission webhooks are asked about them. */

/** A kind of request of the API. */
export interface ApiRequest {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly kind: string;
    readonly operations: readonly string[];
    /** Who sends it, since conditions may ask. */
    readonly user: string;
    /** Whose labels its object carries, if any. */
    readonly labels?: "pod" | "workload";
    /** Objects of the cluster, to which selectors of namespaces do not apply. */
    readonly isClusterWide?: true;
    /** The only namespace in which it matters; default: that of the pods. */
    readonly namespace?: string;
}

const CONTROLLERS = "system:serviceaccount:kube-system:";

const workloads = [
    ["deployments", "Deployment", "deployment-controller"],
    ["replicasets", "ReplicaSet", "deployment-controller"],
    ["statefulsets", "StatefulSet", "statefulset-controller"],
    ["daemonsets", "DaemonSet", "daemon-set-controller"],
] as const;

/** What kubelets, the scheduler and the controllers write until a pod runs and its Service has it. */
export const vitalRequests: readonly ApiRequest[] = [
    {
        ...{ group: "", version: "v1", resource: "pods", kind: "Pod", labels: "pod" },
        operations: ["CREATE", "DELETE"],
        user: `${CONTROLLERS}replicaset-controller`,
    },
    {
        ...{ group: "", version: "v1", resource: "pods", subresource: "binding", kind: "Binding" },
        operations: ["CREATE"],
        user: "system:kube-scheduler",
    },
    {
        ...{ group: "", version: "v1", resource: "pods", subresource: "status", kind: "Pod" },
        labels: "pod",
        operations: ["UPDATE"],
        user: "system:node:any",
    },
    {
        ...{ group: "", version: "v1", resource: "serviceaccounts", subresource: "token" },
        kind: "TokenRequest",
        operations: ["CREATE"],
        user: "system:node:any",
    },
    {
        ...{ group: "", version: "v1", resource: "endpoints", kind: "Endpoints" },
        operations: ["CREATE", "UPDATE"],
        user: `${CONTROLLERS}endpoint-controller`,
    },
    {
        ...{ group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
        kind: "EndpointSlice",
        operations: ["CREATE", "UPDATE"],
        user: `${CONTROLLERS}endpointslice-controller`,
    },
    ...workloads.map(([resource, kind, controller]): ApiRequest => ({
        ...{ group: "apps", version: "v1", resource, kind, labels: "workload" },
        operations: ["CREATE", "UPDATE"],
        user: CONTROLLERS + controller,
    })),
    {
        ...{ group: "coordination.k8s.io", version: "v1", resource: "leases", kind: "Lease" },
        operations: ["CREATE", "UPDATE"],
        user: "system:kube-controller-manager",
        namespace: "kube-system",
    },
    {
        ...{ group: "coordination.k8s.io", version: "v1", resource: "leases", kind: "Lease" },
        operations: ["CREATE", "UPDATE"],
        user: "system:node:any",
        namespace: "kube-node-lease",
    },
    {
        ...{ group: "", version: "v1", resource: "nodes", kind: "Node", isClusterWide: true },
        operations: ["CREATE", "UPDATE"],
        user: "system:node:any",
    },
    {
        ...{ group: "", version: "v1", resource: "nodes", subresource: "status", kind: "Node" },
        isClusterWide: true,
        operations: ["UPDATE"],
        user: "system:node:any",
    },
    {
        ...{ group: "storage.k8s.io", version: "v1", resource: "volumeattachments" },
        kind: "VolumeAttachment",
        isClusterWide: true,
        operations: ["CREATE"],
        user: `${CONTROLLERS}attachdetach-controller`,
    },
];

/** How messages call what a request is about: `pods/binding`. */
export function showResource({ resource, subresource }: ApiRequest): string {
    return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** What conditions in CEL may ask about a request. */
export function toContext(
    { group, version, resource, subresource, kind, user }: ApiRequest,
    operation: string,
    namespace: string | undefined,
    labels: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
    const object = {
        apiVersion: group === "" ? version : `${group}/${version}`,
        kind,
        metadata: { name: "any", labels, ...(namespace === undefined ? {} : { namespace }) },
    };
    const groups = user.startsWith(CONTROLLERS)
        ? ["system:serviceaccounts", "system:serviceaccounts:kube-system"]
        : user.startsWith("system:node:")
          ? ["system:nodes"]
          : [];
    return {
        object: operation === "DELETE" ? null : object,
        oldObject: operation === "CREATE" ? null : object,
        request: {
            name: "any",
            namespace: namespace ?? "",
            operation,
            kind: { group, version, kind },
            resource: { group, version, resource },
            subResource: subresource ?? "",
            dryRun: false,
            userInfo: { username: user, groups: [...groups, "system:authenticated"] },
        },
    };
}
