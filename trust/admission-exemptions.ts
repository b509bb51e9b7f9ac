/**
 * Namespaces that admission policies leave alone, by name (SEC-05): Kyverno is not even asked about
 * their pods. Two reasons count: the cluster cannot get up again while Kyverno is down if they are
 * refused, or their node agents need what the policies deny. Everybody else conforms, the platform's
 * own systems included. Changed only on purpose.
 */
export const admissionExemptions: Readonly<Record<string, string>> = {
    "kube-system": "DNS and the network must start while Kyverno is down",
    "kube-public": "Kubernetes' own, without pods",
    "kube-node-lease": "Kubernetes' own, without pods",
    kyverno: "Kyverno must never wait for Kyverno",
    "csi-proxmox":
        "its plugin mounts volumes on its node as root, which the policies deny, and pods wait for those while Kyverno is down",
    "longhorn-system":
        "its pods work on the disks of their nodes, which the policies deny, and pods wait for volumes while Kyverno is down",
    falco: "it watches the programs of its node, which takes what the policies deny",
    "chaos-mesh":
        "its daemons break the programs of other pods, which takes what the policies deny, and what is broken must be mended while Kyverno is down",
    "kube-bench": "it looks at the processes and files of its node, which the policies deny",
    "istio-system":
        "no pod of the mesh starts without istiod, Kyverno's own included should it join",
    "istio-cni": "the agent enters the networks of pods, which the policies deny",
    ztunnel: "the proxy opens its sockets in the networks of pods, which the policies deny",
    metallb: "speakers need raw packets on the network of their node, which the policies deny",
    "node-logs": "the collector reads the logs of its node as root, which the policies deny",
    "node-exporter": "it reads the files of its node, which the policies deny",
    "nvidia-device-plugin":
        "it opens a socket in the folder of its node's kubelet as root, which the policies deny",
    tailscale: "connectors set a sysctl before they start, which the policies deny",
    velero: "pods that move the data of volumes run as root, which the policies deny, and a restore must work while Kyverno is down",
    "trivy-operator":
        "its operator gives the Jobs of scans no standard labels; Pod Security holds their pods to the restricted level",
    "rook-ceph": "storage daemons need what the policies deny, and come before everything else",
};

/** PolicyExceptions of Kyverno, as `Kind/namespace/name`, with their reasons (SEC-05); none yet. */
export const admissionExceptions: Readonly<Record<string, string>> = {};
