/** Command lines of the programs of a control plane. Pure. */

/** Flags of a program by their name, without the leading hyphens. */
export type Flags = Readonly<Record<string, string>>;

/** Extra flags of each program that a stack configures; they go before those of the rehearsal. */
export interface ComponentFlags {
    readonly apiServer?: Flags;
    readonly controllerManager?: Flags;
    readonly scheduler?: Flags;
}

/** Files, addresses and networks that the command lines name. */
export interface Layout {
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
    /** Admission configuration file, if there is one. */
    readonly admission?: string;
    /** IPv4 networks of pods and of Services. */
    readonly podNetwork: string;
    readonly serviceNetwork: string;
    /** How long a node's lease lasts, in seconds. */
    readonly leaseSeconds: number;
}

/** Requests per second of the controllers: nothing else runs, so nothing has to be spared. */
const CLIENT_RATE: Flags = { "kube-api-qps": "1000", "kube-api-burst": "2000" };

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
export function etcdFlags({ folder, etcdSocket }: Layout): Flags {
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
export function apiServerFlags(layout: Layout, extra: Flags = {}): Flags {
    return {
        // siderolabs/talos: internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        profiling: "false",
        ...extra,
        ...(layout.admission === undefined
            ? {}
            : { "admission-control-config-file": layout.admission }),
        "advertise-address": "127.0.0.1",
        "bind-address": "127.0.0.1",
        "cert-dir": layout.certificateFolder,
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
    layout: Layout,
    kubeconfig: string,
    extra: Flags = {},
): Flags {
    return {
        "allocate-node-cidrs": "true",
        "cluster-cidr": layout.podNetwork,
        ...CLIENT_RATE,
        ...extra,
        kubeconfig,
        "leader-elect": "false",
        "root-ca-file": layout.certificate,
        "secure-port": "0",
        "service-account-private-key-file": layout.serviceAccountKey,
        "service-cluster-ip-range": layout.serviceNetwork,
        "use-service-account-credentials": "true",
    };
}

/** The scheduler with its default profile, unless the stack configures another. */
export function schedulerFlags(kubeconfig: string, extra: Flags = {}): Flags {
    return { ...CLIENT_RATE, ...extra, kubeconfig, "leader-elect": "false", "secure-port": "0" };
}

/** KWOK, as the kubelet of every node that is not silent. */
export function kwokFlags(layout: Layout, kubeconfig: string, config: string): Flags {
    return {
        cidr: layout.podNetwork,
        config,
        kubeconfig,
        "manage-nodes-with-annotation-selector": PLAYED,
        "manage-nodes-with-label-selector": `!${SILENT}`,
        "node-lease-duration-seconds": String(layout.leaseSeconds),
        // It tells of every change of every pod otherwise.
        v: "WARN",
    };
}
