/**
 * What programs in pods do not do here, as rules of Falco 0.44 (engine 0.57). They are read after
 * those of the image (falco-rules 5.1.0) and use nothing of them. Pure.
 *
 * Alarms that are none are kept below ten a day by design: a rule names programs or folders that no
 * system of the platform touches while it works, and what one does is an exception with its reason.
 */
import * as yaml from "js-yaml";

/** Who may do what the rule is about, and why. */
export interface RuleException {
    readonly name: string;
    /** Fields of an event, and how each is compared with the value at its place. */
    readonly fields: readonly [string, ...string[]];
    readonly comps: readonly ("=" | "startswith" | "in" | "pmatch")[];
    readonly values: readonly (readonly string[])[];
    readonly reason: string;
}

/** One rule. */
export interface FalcoRule {
    /** As the alert calls it, in its label `rule`. */
    readonly rule: string;
    readonly desc: string;
    readonly condition: string;
    readonly output: string;
    /** `WARNING` waits for the morning, `CRITICAL` wakes somebody. */
    readonly priority: "WARNING" | "CRITICAL";
    readonly exceptions: readonly RuleException[];
}

/** Lists of names, by their own. */
export const falcoLists: Readonly<Record<string, readonly string[]>> = {
    platform_shells: ["ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"],
    platform_package_managers: [
        ...["apk", "apt", "apt-get", "dnf", "dpkg", "gem", "microdnf", "npm", "pip", "pip3"],
        ...["pacman", "rpm", "uv", "yum", "zypper"],
    ],
    platform_readers: [
        ...["awk", "base64", "cat", "cp", "curl", "dd", "grep", "head", "hexdump", "less", "more"],
        ...["nano", "nc", "od", "scp", "sed", "strings", "tail", "tar", "vi", "vim", "wget", "xxd"],
    ],
    platform_network_tools: [
        ...["masscan", "nc", "ncat", "netcat", "nmap", "socat", "sshd", "tcpdump", "tshark"],
        ...["xmrig", "zmap"],
    ],
};

/** Conditions that several rules share, by name. */
export const falcoMacros: Readonly<Record<string, string>> = {
    // Services of Talos are in containers too, which belong to no namespace of Kubernetes.
    platform_pod: "container.id != host and k8s.ns.name exists",
    platform_started: "evt.type in (execve, execveat)",
    platform_read:
        "evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.typechar = 'f' and fd.num >= 0",
    platform_written:
        "evt.type in (open, openat, openat2) and evt.is_open_write = true and fd.typechar = 'f' and fd.num >= 0",
};

const PROGRAM =
    "user=%user.name command=%proc.cmdline parent=%proc.pname image=%container.image.repository";

/** The rules. */
export const falcoRules: readonly FalcoRule[] = [
    {
        rule: "Shell in a pod",
        desc: "Somebody has a shell with a terminal in a pod: probes and scripts have no terminal.",
        condition:
            "platform_started and platform_pod and proc.name in (platform_shells) and proc.tty != 0",
        output: `Shell in a pod | ${PROGRAM} terminal=%proc.tty`,
        priority: "WARNING",
        exceptions: [],
    },
    {
        rule: "Package manager in a pod",
        desc: "A pod installs programs: images are complete, and what is added later nobody scans.",
        condition: "platform_started and platform_pod and proc.name in (platform_package_managers)",
        output: `Package manager in a pod | ${PROGRAM}`,
        priority: "WARNING",
        exceptions: [
            {
                name: "community_nodes",
                fields: ["k8s.ns.name", "proc.name"],
                comps: ["=", "="],
                values: [["n8n", "npm"]],
                reason: "n8n installs the nodes that somebody adds on its page with npm",
            },
        ],
    },
    {
        rule: "Secret read by a stranger",
        desc: "A tool for files reads what is mounted for the program of the pod: its token or its Secrets.",
        condition:
            "platform_read and platform_pod and (fd.name startswith /var/run/secrets/ or " +
            "fd.name startswith /run/secrets/) and proc.name in (platform_readers)",
        output: `Secret read by a stranger | file=%fd.name ${PROGRAM}`,
        priority: "CRITICAL",
        exceptions: [],
    },
    {
        rule: "Credentials of the node read in a pod",
        desc: "A pod reads keys of the kubelet, of etcd or of the control plane through a folder of its node.",
        condition:
            "platform_read and platform_pod and (fd.name pmatch (/etc/kubernetes, /system/secrets, " +
            "/var/lib/kubelet/pki, /var/lib/etcd, /host/etc/kubernetes, /host/var/lib/kubelet/pki, " +
            "/host/var/lib/etcd))",
        output: `Credentials of the node read in a pod | file=%fd.name ${PROGRAM}`,
        priority: "CRITICAL",
        exceptions: [
            {
                name: "control_plane",
                fields: ["k8s.ns.name"],
                comps: ["="],
                values: [["kube-system"]],
                reason: "the pods of the control plane are whom the keys are for",
            },
            {
                name: "benchmark",
                fields: ["k8s.ns.name", "fd.name"],
                comps: ["=", "startswith"],
                values: [["kube-bench", "/etc/kubernetes/"]],
                reason: "kube-bench reads the configuration of the kubelet",
            },
        ],
    },
    {
        rule: "Write below etc in a pod",
        desc: "A pod changes its own configuration, users or trusted authorities.",
        condition: "platform_written and platform_pod and fd.name startswith /etc/",
        output: `Write below etc in a pod | file=%fd.name ${PROGRAM}`,
        priority: "WARNING",
        exceptions: [
            {
                name: "ceph_configuration",
                fields: ["k8s.ns.name", "fd.name"],
                comps: ["=", "startswith"],
                values: [["rook-ceph", "/etc/ceph/"]],
                reason: "daemons and drivers of Ceph write their configuration there when they start",
            },
        ],
    },
    {
        rule: "Network tool in a pod",
        desc: "A program that listens, scans or digs for coins runs in a pod.",
        condition: "platform_started and platform_pod and proc.name in (platform_network_tools)",
        output: `Network tool in a pod | ${PROGRAM}`,
        priority: "WARNING",
        exceptions: [],
    },
    {
        rule: "Way out of a pod",
        desc: "A pod enters the namespaces of its node or of another pod.",
        condition: "platform_started and platform_pod and proc.name in (nsenter, chroot)",
        output: `Way out of a pod | ${PROGRAM}`,
        priority: "CRITICAL",
        exceptions: [
            {
                name: "of_the_platform",
                fields: ["k8s.ns.name"],
                comps: ["="],
                values: [["rook-ceph"], ["kube-system"]],
                reason: "Rook prepares disks and Cilium mounts file systems in the namespaces of the node",
            },
        ],
    },
];

/** Tag of every rule, by which searches tell ours from those of the image. */
export const falcoTag = "platform";

/** The rules as Falco reads them: what is used stands before what uses it. */
export function falcoRulesFile(rules = falcoRules): string {
    const documents = [
        ...Object.entries(falcoLists).map(([list, items]) => ({ list, items })),
        ...Object.entries(falcoMacros).map(([macro, condition]) => ({ macro, condition })),
        ...rules.map(({ exceptions, ...rule }) => ({
            ...rule,
            tags: [falcoTag],
            ...(exceptions.length === 0
                ? {}
                : {
                      exceptions: exceptions.map(({ name, fields, comps, values }) => ({
                          name,
                          fields,
                          comps,
                          values,
                      })),
                  }),
        })),
    ];
    return yaml.dump(documents, { lineWidth: -1, noRefs: true });
}
