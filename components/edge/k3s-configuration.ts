/** What k3s v1.35 is told on an edge machine (docs.k3s.io: cli/server, security/hardening-guide). Pure. */
import * as yaml from "js-yaml";
import { type EdgeServer, edgeServerName, type EdgeSite } from "../edge-schema";
import type { Site } from "../site";

/** Where k3s looks for what it is told, and where it applies manifests from by itself. */
export const k3sFolders = {
    configuration: "/etc/rancher/k3s",
    manifests: "/var/lib/rancher/k3s/server/manifests",
} as const;

/** Files that the configuration names. */
export const k3sFiles = {
    token: `${k3sFolders.configuration}/token`,
    admission: `${k3sFolders.configuration}/admission.yaml`,
    audit: `${k3sFolders.configuration}/audit.yaml`,
    snapshots: `${k3sFolders.configuration}/config.yaml.d/20-snapshots.yaml`,
    authority: `${k3sFolders.configuration}/backup-authority.crt`,
} as const;

/** Snapshots of a site that are kept: seven days of four. */
const SNAPSHOTS = 28;

/** The configuration of a server, without what is secret. */
export function k3sConfiguration(
    site: EdgeSite,
    server: EdgeServer,
    index: number,
): Readonly<Record<string, unknown>> {
    return {
        "node-name": edgeServerName(site, index),
        "node-ip": server.address,
        "token-file": k3sFiles.token,
        "tls-san": site.servers.map(({ address }) => address),
        "write-kubeconfig-mode": "0600",
        // Nothing of a site is reached from outside; whoever needs it has them delivered.
        disable: ["traefik", "servicelb"],
        "flannel-backend": "wireguard-native",
        "secrets-encryption": true,
        "protect-kernel-defaults": true,
        "node-label": [`platform/site=${site.name}`, `topology.kubernetes.io/zone=${server.host}`],
        "kubelet-arg": [
            // k3s' own share of a small machine.
            "kube-reserved=cpu=250m,memory=768Mi,ephemeral-storage=2Gi",
            "system-reserved=cpu=100m,memory=256Mi",
            "eviction-hard=memory.available<200Mi,nodefs.available<10%,imagefs.available<10%",
            "max-pods=60",
            "pod-max-pids=4096",
        ],
        "kube-apiserver-arg": [
            `admission-control-config-file=${k3sFiles.admission}`,
            `audit-policy-file=${k3sFiles.audit}`,
            "audit-log-path=/var/lib/rancher/k3s/server/logs/audit.log",
            "audit-log-maxage=30",
            "audit-log-maxbackup=5",
            "audit-log-maxsize=50",
        ],
        "etcd-snapshot-schedule-cron": "20 */6 * * *",
        "etcd-snapshot-retention": SNAPSHOTS,
        "etcd-snapshot-compress": true,
    };
}

/** The key of the target of snapshots. */
export interface SnapshotKey {
    readonly id: string;
    readonly secret: string;
}

/** Where snapshots go: below the folder of the site in the bucket outside of the platform. */
export function snapshotConfiguration(
    { backup, cluster }: Pick<Site, "backup" | "cluster">,
    { name }: Pick<EdgeSite, "name">,
    { id, secret }: SnapshotKey,
): Readonly<Record<string, unknown>> | undefined {
    if (backup === undefined) {
        return undefined;
    }
    return {
        "etcd-s3": true,
        "etcd-s3-endpoint": new URL(backup.endpoint).host,
        "etcd-s3-bucket": backup.bucket,
        "etcd-s3-region": backup.region,
        "etcd-s3-folder": `${cluster.name}/edge/${name}`,
        "etcd-s3-access-key": id,
        "etcd-s3-secret-key": secret,
        ...(backup.authority === undefined ? {} : { "etcd-s3-endpoint-ca": k3sFiles.authority }),
    };
}

/** Pods of every namespace keep to baseline; whoever needs more has a namespace that says so. */
export const admissionConfiguration = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
        {
            name: "PodSecurity",
            configuration: {
                apiVersion: "pod-security.admission.config.k8s.io/v1",
                kind: "PodSecurityConfiguration",
                defaults: {
                    enforce: "baseline",
                    "enforce-version": "v1.35",
                    warn: "restricted",
                    "warn-version": "v1.35",
                    audit: "restricted",
                    "audit-version": "v1.35",
                },
                exemptions: { usernames: [], runtimeClasses: [], namespaces: ["kube-system"] },
            },
        },
    ],
} as const;

/** Who did what, without what was in it. */
export const auditPolicy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "None", verbs: ["get", "list", "watch"] }, { level: "Metadata" }],
} as const;

/** The unit of systemd, as the installer of k3s writes it (k3s-io/k3s: install.sh). */
export const k3sUnit = `[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=notify
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s server
`;

/** What the kubelet wants of the kernel with protect-kernel-defaults (security/hardening-guide). */
export const kernelSettings = `vm.panic_on_oom=0
vm.overcommit_memory=1
kernel.panic=10
kernel.panic_on_oops=1
`;

/** A text of YAML with each value on one line. */
export function asYaml(value: unknown): string {
    return yaml.dump(value, { lineWidth: -1, noRefs: true });
}
