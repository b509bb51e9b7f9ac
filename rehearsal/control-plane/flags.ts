/** Command lines of the programs of a control plane. Pure. */

import type { Flags, ControlPlaneConfiguration } from "./configuration";

/** Files, addresses and networks that the command lines name. */
export interface ControlPlaneLayout {
    /** The control plane's own folder. */
    readonly folder: string;
    /** Socket of etcd. */
    readonly etcdSocket: string;
    /** Port of the API server on the loopback address. */
    readonly port: number;
    readonly certificateFolder: string;
    readonly certificate: string;
    readonly serviceAccountKey: string;
    readonly tokenFile: string;
    /** Authority whose certificates clients may show; default: clients show tokens only. */
    readonly clientAuthority?: string | undefined;
    /** Files with the configuration of admission plugins and of the scheduler. */
    readonly admission: string;
    readonly scheduler: string;
    /** IPv4 networks of pods and of Services. */
    readonly podNetwork: string;
    readonly serviceNetwork: string;
}

/** Requests per second of the controllers: nothing else runs, so nothing has to be spared. */
const RATE = { qps: 1000, burst: 2000 };

/** Nodes with this label are silent, see `silence.ts`. */
export const SILENT = "rehearsal.platform/silent";
/** Nodes with this annotation are played by KWOK, whose own convention it is. */
const PLAYED = "kwok.x-k8s.io/node=fake";

/** Flags as arguments. */
export function toArguments(flags: Flags): string[] {
    return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

/**
 * etcd listens to a socket in the private folder only, and never waits for the disk: what it holds
 * ends with the rehearsal.
 */
export function etcdFlags({ folder, etcdSocket }: ControlPlaneLayout): Flags {
    return {
        name: "rehearsal",
        "data-dir": `${folder}/etcd`,
        "unsafe-no-fsync": "true",
        "listen-client-urls": `unix://${etcdSocket}`,
        // Must have a port, but nobody asks an etcd without peers for it.
        "advertise-client-urls": "http://127.0.0.1:2379",
        "listen-peer-urls": "http://127.0.0.1:0",
        "initial-advertise-peer-urls": "http://127.0.0.1:2380",
        "initial-cluster": "rehearsal=http://127.0.0.1:2380",
        "quota-backend-bytes": String(8 * 1024 ** 3),
        "log-level": "warn",
    };
}

/** The API server, as Talos runs it where that makes a difference to an object. */
export function apiServerFlags(
    layout: ControlPlaneLayout,
    { apiServer }: ControlPlaneConfiguration,
): Flags {
    // Talos adds to these two, and takes every other flag as given.
    const list = (name: string, ...values: string[]): Flags => ({
        [name]: [...values, ...(apiServer[name]?.split(",") ?? [])].join(","),
    });
    return {
        ...apiServer,
        ...list("authorization-mode", "Node", "RBAC"),
        ...list("enable-admission-plugins", "NodeRestriction"),
        "allow-privileged": "true",
        "admission-control-config-file": layout.admission,
        "advertise-address": "127.0.0.1",
        "bind-address": "127.0.0.1",
        "cert-dir": layout.certificateFolder,
        ...(layout.clientAuthority === undefined
            ? {}
            : { "client-ca-file": layout.clientAuthority }),
        "etcd-servers": `unix://${layout.etcdSocket}`,
        // Would write the loopback address into the endpoints of the Service `kubernetes`, which
        // the API server refuses.
        "endpoint-reconciler-type": "none",
        "max-requests-inflight": "2000",
        "max-mutating-requests-inflight": "1000",
        "secure-port": String(layout.port),
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": layout.serviceAccountKey,
        "service-account-signing-key-file": layout.serviceAccountKey,
        "service-cluster-ip-range": layout.serviceNetwork,
        "token-auth-file": layout.tokenFile,
    };
}

/** The controller manager; without a port, and alone, so without an election. */
export function controllerManagerFlags(
    layout: ControlPlaneLayout,
    kubeconfig: string,
    { controllerManager }: ControlPlaneConfiguration,
): Flags {
    return {
        "allocate-node-cidrs": "true",
        "cluster-cidr": layout.podNetwork,
        ...controllerManager,
        kubeconfig,
        "kube-api-qps": String(RATE.qps),
        "kube-api-burst": String(RATE.burst),
        "leader-elect": "false",
        "root-ca-file": layout.certificate,
        "secure-port": "0",
        "service-account-private-key-file": layout.serviceAccountKey,
        "service-cluster-ip-range": layout.serviceNetwork,
        "use-service-account-credentials": "true",
    };
}

/** The scheduler; everything else is in its configuration. */
export function schedulerFlags(
    layout: ControlPlaneLayout,
    { scheduler }: ControlPlaneConfiguration,
): Flags {
    return { ...scheduler, config: layout.scheduler, "secure-port": "0" };
}

/** The scheduler's configuration: its default profile, unless the stack configures another. */
export function schedulerConfiguration(
    kubeconfig: string,
    { schedulerConfiguration: own }: ControlPlaneConfiguration,
): Record<string, unknown> {
    return {
        ...own,
        apiVersion: "kubescheduler.config.k8s.io/v1",
        kind: "KubeSchedulerConfiguration",
        clientConnection: { kubeconfig, ...RATE },
        leaderElection: { leaderElect: false },
    };
}

/** The configuration of admission plugins. */
export function admissionConfiguration({
    admission,
}: ControlPlaneConfiguration): Record<string, unknown> {
    return {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: admission,
    };
}

/** What KWOK needs to know. */
interface KwokLayout {
    readonly kubeconfig: string;
    /** Its configuration file, see `stages.ts`. */
    readonly config: string;
    /** How long a node's lease lasts, in seconds. */
    readonly leaseSeconds: number;
}

/** KWOK, as the kubelet of every node that is not silent. */
export function kwokFlags({ kubeconfig, config, leaseSeconds }: KwokLayout): Flags {
    return {
        // For pods of nodes without a network, as there are when the stack's has none left; of
        // RFC 2544, so that it is nobody else's.
        cidr: "198.18.0.0/15",
        config,
        kubeconfig,
        "manage-nodes-with-annotation-selector": PLAYED,
        "manage-nodes-with-label-selector": `!${SILENT}`,
        "node-lease-duration-seconds": String(leaseSeconds),
        // It tells of every change of every pod otherwise.
        v: "WARN",
    };
}
