/**
 * What the API server writes into its audit log (on every control plane under
 * `/var/log/audit/kube/`). First match wins; levels as in
 * https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/. Pure.
 */

interface AuditRule {
    level: "None" | "Metadata" | "Request" | "RequestResponse";
    users?: string[];
    userGroups?: string[];
    verbs?: string[];
    resources?: { group: string; resources?: string[] }[];
    nonResourceURLs?: string[];
    omitStages?: string[];
}

const rules: AuditRule[] = [
    // Health checks and version queries say nothing about anyone's actions.
    { level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version"] },
    // Heartbeats and leader elections are most of the requests.
    {
        level: "None",
        resources: [
            { group: "coordination.k8s.io", resources: ["leases"] },
            { group: "", resources: ["events"] },
            { group: "events.k8s.io", resources: ["events"] },
        ],
    },
    {
        level: "None",
        userGroups: ["system:nodes"],
        verbs: ["get", "list", "watch"],
        resources: [{ group: "", resources: ["nodes", "nodes/status", "pods", "configmaps"] }],
    },
    // Bodies of these carry credentials: only who, what and when.
    {
        level: "Metadata",
        resources: [
            { group: "", resources: ["secrets", "configmaps", "serviceaccounts/token"] },
            { group: "authentication.k8s.io", resources: ["tokenreviews"] },
            { group: "bitnami.com", resources: ["sealedsecrets"] },
        ],
    },
    // Who may do what, and what is let in: the whole change.
    {
        level: "RequestResponse",
        verbs: ["create", "update", "patch", "delete", "deletecollection"],
        resources: [
            { group: "rbac.authorization.k8s.io" },
            { group: "admissionregistration.k8s.io" },
            { group: "networking.k8s.io", resources: ["networkpolicies"] },
            { group: "cilium.io" },
        ],
    },
    // Shells into pods and tunnels.
    {
        level: "Request",
        resources: [{ group: "", resources: ["pods/exec", "pods/attach", "pods/portforward"] }],
    },
    { level: "None", verbs: ["get", "list", "watch"], userGroups: ["system:serviceaccounts"] },
    { level: "Metadata" },
];

/** The policy for `cluster.apiServer.auditPolicy`; Talos replaces its default by it. */
export function auditPolicy(): Record<string, unknown> {
    return {
        apiVersion: "audit.k8s.io/v1",
        kind: "Policy",
        // The answer is logged anyway; the receipt alone doubles the log.
        omitStages: ["RequestReceived"],
        rules,
    };
}
