/** Namespaces that cannot be restricted (SEC-02). Changed only on purpose. */

/** A namespace below the restricted Pod Security level. */
export interface PodSecurityAllowance {
    readonly level: "privileged" | "baseline";
    readonly reason: string;
}

/** The allowances, by namespace. */
export const podSecurityAllowances: Readonly<Record<string, PodSecurityAllowance>> = {
    "kube-system": {
        level: "privileged",
        reason: "the control plane's static pods and the CNI agents work on the host's network",
    },
    "chaos-mesh": {
        level: "privileged",
        reason: "its daemon breaks the programs of other pods on its node, by the socket of containerd",
    },
    "node-exporter": {
        level: "privileged",
        reason: "it counts on the network of its node and reads the node's files; it may change nothing",
    },
    "csi-proxmox": {
        level: "privileged",
        reason: "its plugin formats and mounts the disks that Proxmox attaches to the node",
    },
    falco: {
        level: "privileged",
        reason: "its probe sees the system calls of every program on the node",
    },
    "kube-bench": {
        level: "privileged",
        reason: "it looks at the processes of the node and at files of it, and changes nothing",
    },
    "istio-cni": {
        level: "privileged",
        reason: "the agent enters the networks of pods and writes its plugin to the node",
    },
    "longhorn-system": {
        level: "privileged",
        reason: "managers and instances work on the disks and devices of their nodes",
    },
    metallb: {
        level: "privileged",
        reason: "speakers answer ARP with raw packets on the networks of their nodes",
    },
    "node-logs": {
        level: "privileged",
        reason: "the agent reads the files that containers and the API server write on each node",
    },
    "nvidia-device-plugin": {
        level: "privileged",
        reason: "the plugin opens its socket in the folder of the node's kubelet, and sees the GPUs of the node",
    },
    tailscale: {
        level: "privileged",
        reason: "the operator's first step in each connector sets a sysctl, which takes a privileged container",
    },
    ztunnel: {
        level: "privileged",
        reason: "the proxy opens its sockets in the networks of pods",
    },
    velero: {
        level: "baseline",
        reason: "pods that move the data of volumes read files of any owner, so Velero runs them as root; they have no path of the node",
    },
    "rook-ceph": {
        level: "privileged",
        reason: "storage daemons open raw block devices, CSI plugins mount on the host",
    },
};
