/**
 * Pods that Talos brings (siderolabs/talos v1.13.9: internal/app/machined/pkg/controllers/k8s:
 * control_plane_static_pod.go, internal/k8stemplates). etcd is a service of Talos, not a pod.
 */
import { container } from "../../../operators/pods";
import type { ClusterNodes } from "./nodes";
import { podSet, type PodSet } from "./pod-set";
import { daemonTolerations } from "./taints";

const STATIC_PODS = {
    "kube-apiserver": { cpu: "200m", memory: "512Mi" },
    "kube-controller-manager": { cpu: "50m", memory: "256Mi" },
    "kube-scheduler": { cpu: "10m", memory: "64Mi" },
} as const;

const NAMESPACE = "kube-system";

/** The pods of Kubernetes itself. */
export function systemPods({ fact, nodes, kubeProxy, coreDns }: ClusterNodes): PodSet[] {
    const staticPods = nodes
        .filter(({ role }) => role === "controlPlane")
        .flatMap((node) =>
            Object.entries(STATIC_PODS).map(([name, requests]) =>
                podSet({
                    key: `${name} of ${node.name}`,
                    fact,
                    namespace: NAMESPACE,
                    name: `${name}-${node.name}`,
                    labels: { "k8s-app": name, tier: "control-plane" },
                    spec: {
                        nodeName: node.name,
                        hostNetwork: true,
                        priorityClassName: "system-cluster-critical",
                        containers: [container(name, { requests })],
                    },
                    count: 1,
                    local: true,
                }),
            ),
        );
    const dnsLabels = { "k8s-app": "kube-dns" };
    const dns = podSet({
        key: `Deployment/${NAMESPACE}/coredns`,
        fact,
        namespace: NAMESPACE,
        name: "coredns",
        labels: dnsLabels,
        spec: {
            nodeSelector: { "kubernetes.io/os": "linux" },
            priorityClassName: "system-cluster-critical",
            tolerations: [
                {
                    key: "node-role.kubernetes.io/control-plane",
                    operator: "Exists",
                    effect: "NoSchedule",
                },
                {
                    key: "node.cloudprovider.kubernetes.io/uninitialized",
                    operator: "Exists",
                    effect: "NoSchedule",
                },
            ],
            affinity: {
                podAntiAffinity: {
                    preferredDuringSchedulingIgnoredDuringExecution: [
                        {
                            weight: 100,
                            podAffinityTerm: {
                                labelSelector: { matchLabels: dnsLabels },
                                topologyKey: "kubernetes.io/hostname",
                            },
                        },
                    ],
                },
            },
            containers: [
                container("coredns", {
                    requests: { cpu: "100m", memory: "70Mi" },
                    limits: { memory: "170Mi" },
                }),
            ],
        },
        count: 2,
        most: 3,
    });
    const proxy = podSet({
        key: `DaemonSet/${NAMESPACE}/kube-proxy`,
        fact,
        namespace: NAMESPACE,
        name: "kube-proxy",
        labels: { "k8s-app": "kube-proxy", tier: "node" },
        spec: {
            hostNetwork: true,
            priorityClassName: "system-cluster-critical",
            tolerations: [
                { operator: "Exists", effect: "NoSchedule" },
                { operator: "Exists", effect: "NoExecute" },
                ...daemonTolerations(true),
            ],
            containers: [container("kube-proxy", {})],
        },
        count: 1,
        perNode: true,
        local: true,
    });
    return [...staticPods, ...(coreDns ? [dns] : []), ...(kubeProxy ? [proxy] : [])];
}
