/**
 * What is there although the program declares it nowhere, each with who brings it. What operators
 * and controllers make of declared objects is described in operators/; only what follows from nothing
 * in the stack is listed here.
 */
import type { Labels, Port } from "../../../operators/behaviour";

/** An object, or all objects of a kind whose name matches. */
export interface OutsideObject {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    /** `*` is any namespace; absent for cluster-scoped kinds. */
    readonly namespace?: string;
    readonly name: string | RegExp;
    /** Keys of a Secret or ConfigMap. */
    readonly keys?: readonly string[];
    readonly reason: string;
}

const BUILT_IN_ROLE = /^(?:system:.+|cluster-admin|admin|edit|view)$/;
const ROLE = "rbac.authorization.k8s.io/Role";

/** The list. */
export const outside: readonly OutsideObject[] = [
    ...["default", "kube-system", "kube-public", "kube-node-lease"].map((name) => ({
        kind: "/Namespace",
        name,
        reason: "the API server creates it",
    })),
    {
        kind: "rbac.authorization.k8s.io/ClusterRole",
        name: BUILT_IN_ROLE,
        reason: "the API server keeps its default roles",
    },
    {
        kind: ROLE,
        namespace: "kube-system",
        name: /^(?:extension-apiserver-authentication-reader|system:.+)$/,
        reason: "the API server keeps its default roles",
    },
    {
        kind: "scheduling.k8s.io/PriorityClass",
        name: /^system-(?:cluster|node)-critical$/,
        reason: "the API server creates it",
    },
    {
        kind: "/ServiceAccount",
        namespace: "*",
        name: "default",
        reason: "the controller manager creates one in every namespace",
    },
    {
        kind: "/ServiceAccount",
        namespace: "kube-system",
        name: "coredns",
        reason: "Talos brings CoreDNS",
    },
    {
        kind: "/ServiceAccount",
        namespace: "kube-system",
        // kubernetes v1.35: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go.
        name: /-controller$|^(?:horizontal-pod-autoscaler|generic-garbage-collector)$/,
        reason: "the controller manager acts as one account for each of its controllers",
    },
    {
        kind: "/ConfigMap",
        namespace: "*",
        name: "kube-root-ca.crt",
        keys: ["ca.crt"],
        reason: "the controller manager publishes it in every namespace",
    },
    {
        kind: "/ConfigMap",
        namespace: "kube-system",
        name: "extension-apiserver-authentication",
        reason: "the API server publishes its client authorities",
    },
    {
        kind: "/Service",
        namespace: "default",
        name: "kubernetes",
        reason: "the API servers publish themselves",
    },
    {
        kind: "/Service",
        namespace: "kube-system",
        name: "kube-dns",
        reason: "Talos brings CoreDNS",
    },
    {
        kind: "gateway.networking.k8s.io/GatewayClass",
        name: "cilium",
        reason: "the Cilium operator creates it once the CRDs are there",
    },
];

/** Pods that the cluster brings. */
export interface OutsidePods {
    readonly key: string;
    readonly namespace: string;
    readonly labels: Labels;
    readonly ports: readonly Port[];
    readonly hostNetwork?: true;
    /** They watch or change objects of the cluster. */
    readonly usesApi?: true;
    /** A kind, `<group>/<Kind>`, of which an operator makes them: with one in the stack they are known. */
    readonly until?: string;
    readonly reason: string;
}

const controlPlane = (name: string, port: number): OutsidePods => ({
    key: name,
    namespace: "kube-system",
    labels: { "k8s-app": name, component: name, tier: "control-plane" },
    ports: [{ port, name: "https" }],
    hostNetwork: true,
    reason: "Talos runs the control plane as static pods",
});

export const outsidePods: readonly OutsidePods[] = [
    {
        key: "CoreDNS",
        namespace: "kube-system",
        // Talos v1.13: internal/app/machined/pkg/controllers/k8s/internal/k8stemplates.
        labels: { "k8s-app": "kube-dns" },
        ports: [
            { port: 53, name: "dns", protocol: "UDP" },
            { port: 53, name: "dns-tcp" },
            { port: 9153, name: "metrics" },
        ],
        usesApi: true,
        reason: "Talos brings CoreDNS",
    },
    controlPlane("kube-apiserver", 6443),
    controlPlane("kube-controller-manager", 10257),
    controlPlane("kube-scheduler", 10259),
    {
        key: "Prometheus",
        namespace: "monitoring",
        // prometheus-operator v0.93: pkg/prometheus/labels.go.
        labels: { "app.kubernetes.io/name": "prometheus" },
        ports: [{ port: 9090, name: "web" }],
        until: "monitoring.coreos.com/Prometheus",
        reason: "what is scraped lets the collector in before there is one",
    },
];
