/** Mutations of namespaces, flows, roles and labels. */
import { keepsNothing } from "../../components/base/labels";
import { isObjectType } from "../../components/base/object";
import { add, at, change, drop, isKind, list, remove, rewire } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const RBAC = "rbac.authorization.k8s.io/v1";

const named = (kind: string, name: string) => (resource: StackResource) =>
    isKind(resource, kind) && at(resource.inputs, "metadata").name === name;
const role = (resource: StackResource) =>
    isKind(resource, "ClusterRole", "Role") && list(resource.inputs, "rules").length > 0;
const namespace = (resource: StackResource) => isKind(resource, "/Namespace");

function label(inputs: Inputs): Inputs {
    return at(inputs, "metadata", "labels");
}

/** IAC-03, SEC-01, SEC-02, SEC-06, TEN-01, TEN-04, CMP-04. */
export const namespaceMutations: readonly Mutation[] = [
    change(
        ["keeps-nothing", "DR-02", "says of a namespace with volumes that it keeps nothing"],
        (resource) => namespace(resource) && at(resource.inputs, "metadata").name === "tempo",
        (inputs) => {
            at(inputs, "metadata").annotations = { [keepsNothing]: "volumes can be made anew" };
        },
    ),
    remove(
        ["no-default-deny", "SEC-01", "removes the default-deny policy"],
        named("NetworkPolicy", "default-deny"),
    ),
    change(
        ["ingress-only-deny", "SEC-01", "denies only what comes in"],
        named("NetworkPolicy", "default-deny"),
        (inputs) => {
            at(inputs, "spec").policyTypes = ["Ingress"];
        },
    ),
    change(
        ["partial-deny", "SEC-01", "denies only some pods"],
        named("NetworkPolicy", "default-deny"),
        (inputs) => {
            at(inputs, "spec").podSelector = { matchLabels: { app: "some" } };
        },
    ),
    add(
        ["administrators-door", "SEC-01", "lets everybody in before all policies"],
        named("NetworkPolicy", "default-deny"),
        ({ inputs }) => ({
            apiVersion: "policy.networking.k8s.io/v1alpha1",
            kind: "AdminNetworkPolicy",
            metadata: { name: "door", labels: label(inputs) },
            spec: {
                priority: 1,
                subject: { namespaces: {} },
                ingress: [{ action: "Allow", from: [{ namespaces: {} }] }],
            },
        }),
    ),
    add(
        ["unseen-names", "SEC-01", "names hosts whose lookups nobody sees"],
        named("NetworkPolicy", "default-deny"),
        ({ inputs }) => ({
            apiVersion: "cilium.io/v2",
            kind: "CiliumNetworkPolicy",
            metadata: {
                name: "names",
                namespace: at(inputs, "metadata").namespace,
                labels: label(inputs),
            },
            spec: {
                endpointSelector: {},
                egress: [{ toFQDNs: [{ matchName: "example.org" }] }],
            },
        }),
    ),
    change(
        ["baseline-namespace", "SEC-02", "lowers the Pod Security level"],
        namespace,
        (inputs) => {
            const labels = label(inputs);
            if (labels["pod-security.kubernetes.io/enforce"] === "restricted") {
                labels["pod-security.kubernetes.io/enforce"] = "privileged";
            }
        },
    ),
    change(["no-pod-security", "SEC-02", "removes the Pod Security level"], namespace, (inputs) => {
        drop(label(inputs), "pod-security.kubernetes.io/enforce");
    }),
    change(["wildcard-verb", "SEC-06", "gives a role every verb"], role, (inputs) => {
        const [rule] = list(inputs, "rules");
        Object.assign(rule ?? {}, { verbs: ["*"] });
    }),
    change(["wildcard-resource", "SEC-06", "gives a role every resource"], role, (inputs) => {
        inputs.rules = [
            ...list(inputs, "rules"),
            { apiGroups: [""], resources: ["*"], verbs: ["get"] },
        ];
    }),
    change(
        ["cluster-admin", "SEC-06", "binds cluster-admin"],
        (resource) => isKind(resource, "ClusterRoleBinding", "RoleBinding"),
        (inputs) => {
            inputs.roleRef = {
                apiGroup: "rbac.authorization.k8s.io",
                kind: "ClusterRole",
                name: "cluster-admin",
            };
        },
    ),
    add(
        ["new-cluster-admin", "SEC-06", "adds a binding of cluster-admin"],
        named("ClusterRole", "platform-admin"),
        ({ inputs }) => ({
            apiVersion: RBAC,
            kind: "ClusterRoleBinding",
            metadata: { name: "everything", labels: at(inputs, "metadata", "labels") },
            roleRef: {
                apiGroup: "rbac.authorization.k8s.io",
                kind: "ClusterRole",
                name: "cluster-admin",
            },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "somebody" }],
        }),
    ),
    change(
        ["anonymous", "SEC-06", "gives a role to everybody"],
        (resource) => isKind(resource, "ClusterRoleBinding"),
        (inputs) => {
            inputs.subjects = [{ kind: "Group", name: "system:unauthenticated" }];
        },
    ),
    remove(
        ["no-person-role", "SEC-06", "removes a role for people"],
        (resource) =>
            isKind(resource, "ClusterRole") &&
            ["platform-admin", "app-developer", "monitoring-reader", "storage-admin"].includes(
                String(at(resource.inputs, "metadata").name),
            ),
    ),
    remove(["no-quota", "TEN-01", "removes the quota"], (resource) =>
        isKind(resource, "ResourceQuota"),
    ),
    remove(["no-limit-range", "TEN-01", "removes the default limits"], (resource) =>
        isKind(resource, "LimitRange"),
    ),
    change(
        ["tenant-everywhere", "TEN-03", "makes a tenant of who has roles in every namespace"],
        ({ type, name }) => type === "platform:base:Namespace" && name === "redis-operator",
        (inputs) => {
            inputs.tier = "tenant";
        },
    ),
    change(
        ["people-of-another-tenant", "TEN-03", "gives the people of a tenant a role everywhere"],
        (resource) =>
            isKind(resource, "RoleBinding") &&
            String(at(resource.inputs, "metadata").namespace).startsWith("tenant-"),
        (inputs) => {
            at(inputs, "metadata").namespace = "default";
        },
    ),
    add(
        [
            "bare-virtual-cluster",
            "TEN-04",
            "adds a virtual cluster to a namespace without guardrails",
        ],
        namespace,
        ({ inputs }) => ({
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: {
                name: "vcluster",
                namespace: "default",
                labels: label(inputs),
            },
            spec: {
                replicas: 1,
                template: { metadata: { labels: { app: "vcluster" } }, spec: { containers: [] } },
            },
        }),
    ),
    change(
        ["missing-label", "CMP-04", "drops a standard label"],
        ({ type, inputs }) => isObjectType(type) && !type.endsWith("Patch") && "metadata" in inputs,
        (inputs) => {
            drop(label(inputs), "app.kubernetes.io/part-of");
        },
    ),
    rewire(
        ["no-parent", "IAC-03", "registers the resource at the root"],
        ({ type }) => isObjectType(type),
        (resource, stack) => ({
            ...resource,
            parent: stack[0]?.urn ?? "",
        }),
    ),
    change(
        ["no-namespace", "IAC-03", "names no namespace"],
        (resource) => isKind(resource, "Service", "ConfigMap", "Deployment"),
        (inputs) => {
            drop(at(inputs, "metadata"), "namespace");
        },
    ),
];
