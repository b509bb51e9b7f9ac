/**
 * A real control plane on the loopback address: etcd, the API server, the controller manager and
 * the scheduler as they are released, and KWOK in the place of every kubelet. It lives in a folder of
 * its own and leaves nothing behind, however this process ends.
 *
 *     const binaries = await ensureBinaries((line) => process.stdout.write(`${line}\n`));
 *     const controlPlane = await startControlPlane({ binaries, kubernetesVersion: "1.35.4" });
 *     try {
 *         const kubernetes = await Kubernetes.connect(controlPlane.kubeconfig);
 *         ...
 *     } finally {
 *         await controlPlane.stop();
 *     }
 *
 * Nodes are ordinary Node objects with the annotation of `nodes.ts`. There are no kubelets, so there
 * are no containers: probes, network policies and admission webhooks inside the cluster do nothing.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UsageError } from "../preview/stack-file";
import type { Binaries, BinaryName } from "./binaries";
import { Credentials, type ServingCertificates } from "./control-plane/credentials";
import { requireSpace } from "./control-plane/disk";
import {
    admissionConfiguration,
    apiServerFlags,
    controllerManagerFlags,
    etcdFlags,
    type ControlPlaneLayout,
    schedulerConfiguration,
    schedulerFlags,
    toArguments,
} from "./control-plane/flags";
import { type KubeletOptions, startKubelets } from "./control-plane/kubelets";
import { freePort } from "./control-plane/port";
import { Processes } from "./control-plane/processes";
import { answers, hasContent, untilReady } from "./control-plane/readiness";
import {
    type Flags,
    controlPlaneConfiguration,
    type ControlPlaneConfiguration,
} from "./control-plane/configuration";

/** Options of a control plane. */
export interface ControlPlaneOptions {
    readonly binaries: Binaries;
    /** Kubernetes release that the nodes report, such as `1.35.4`. */
    readonly kubernetesVersion: string;
    /** What the stack configures in the programs, and its networks; default: Kubernetes' own. */
    readonly configuration?: ControlPlaneConfiguration;
    /** Port of the API server; default: a free one. */
    readonly port?: number;
    /** How the simulated kubelets behave. */
    readonly kubelets?: KubeletOptions;
    /** Certificates of somebody else's authority; default: the API server signs its own. */
    readonly certificates?: ServingCertificates;
}

/** A running control plane. */
export interface ControlPlane {
    /** Path of an administrator's kubeconfig, readable by this user only. */
    readonly kubeconfig: string;
    /** `https://127.0.0.1:<port>`. */
    readonly server: string;
    readonly folder: string;
    /** Socket of etcd, which asks nobody for a certificate. */
    readonly etcdSocket: string;
    /** Aborted when a program ends by itself: everything is stopped then, the reason is a UsageError. */
    readonly signal: AbortSignal;
    /** Process ids by program. */
    readonly processes: ReadonlyMap<string, number>;
    /** The end of a program's log. */
    logs(program: BinaryName): string;
    /** Ends every process and removes the folder. */
    stop(): Promise<void>;
}

const socketIn = (folder: string) => path.join(folder, "etcd.sock");

/** What etcd, certificates and logs take at most. */
const RUN_SPACE = 500 * 1024 ** 2;
/** Longest path of a socket, in bytes, without the zero at its end: macOS has 104, Linux 108. */
const SOCKET_PATH = 103;
/** Longest wait for one answer, in milliseconds; a start takes a few seconds. */
const LIMIT = 120_000;
/** What a caller gets of programs that run. */
export function controlPlaneOf(
    processes: Processes,
    kubeconfig: string,
    server: string,
): ControlPlane {
    return {
        kubeconfig,
        server,
        folder: processes.folder,
        etcdSocket: socketIn(processes.folder),
        signal: processes.signal,
        processes: processes.ids,
        logs: (program) => processes.log(program),
        stop: () => processes.stop(),
    };
}

/** Start of the path of the control plane's folder. */
function folderPrefix(): string {
    const prefix = path.join(os.tmpdir(), "rehearsal-");
    if (Buffer.byteLength(`${prefix}XXXXXX/etcd.sock`) > SOCKET_PATH) {
        throw new UsageError(
            `The path of the folder for temporary files is too long for a socket in it: ` +
                `set TMPDIR to a shorter one than ${os.tmpdir()}.`,
        );
    }
    return prefix;
}

function serverUrl({ port }: ControlPlaneLayout): string {
    return `https://127.0.0.1:${port}`;
}

/** Starts the programs in their order, each as soon as it has what it needs. */
async function startPrograms(
    {
        binaries,
        kubernetesVersion,
        configuration = controlPlaneConfiguration([]),
        kubelets = {},
    }: ControlPlaneOptions,
    processes: Processes,
    credentials: Credentials,
    layout: ControlPlaneLayout,
): Promise<void> {
    const start = (program: BinaryName, flags: Flags) => {
        processes.start(program, binaries[program], toArguments(flags));
    };
    const wait = (program: BinaryName, look: () => boolean | Promise<boolean>) =>
        untilReady(program, LIMIT, processes.signal, look);
    const write = (file: string, content: unknown) => {
        fs.writeFileSync(file, JSON.stringify(content));
    };

    start("etcd", etcdFlags(layout));
    write(layout.admission, admissionConfiguration(configuration));
    write(
        layout.scheduler,
        schedulerConfiguration(credentials.kubeconfig("kube-scheduler"), configuration),
    );
    await wait("etcd", () => fs.existsSync(layout.etcdSocket));

    start("kube-apiserver", apiServerFlags(layout, configuration));
    await wait("kube-apiserver", () => hasContent(layout.certificate));
    const server = serverUrl(layout);
    credentials.writeKubeconfigs(server);
    const identity = { token: credentials.tokens.admin, ca: fs.readFileSync(layout.certificate) };
    const answer = (path: string) => () => answers(`${server}${path}`, identity);
    await wait("kube-apiserver", answer("/readyz"));

    start(
        "kube-controller-manager",
        controllerManagerFlags(
            layout,
            credentials.kubeconfig("kube-controller-manager"),
            configuration,
        ),
    );
    start("kube-scheduler", schedulerFlags(layout, configuration));
    startKubelets(
        processes,
        binaries.kwok,
        credentials.kubeconfig("kwok"),
        kubernetesVersion,
        kubelets,
    );
    // Made by a controller; no pod is admitted without it.
    await wait(
        "kube-controller-manager",
        answer("/api/v1/namespaces/default/serviceaccounts/default"),
    );
}

/**
 * Starts a control plane and waits until it takes pods.
 *
 * @throws UsageError when the port is busy, the disk is full, or a program does not start
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
    requireSpace([os.tmpdir()], RUN_SPACE, "The control plane");
    const port = await freePort(options.port);
    const folder = fs.mkdtempSync(folderPrefix());
    const credentials = new Credentials(folder, options.certificates);
    const processes = new Processes(folder, Object.values(credentials.tokens));
    const { podNetwork, serviceNetwork } = options.configuration ?? {};
    const layout: ControlPlaneLayout = {
        folder,
        port,
        etcdSocket: socketIn(folder),
        certificateFolder: credentials.certificateFolder,
        certificate: credentials.certificate,
        serviceAccountKey: credentials.serviceAccountKey,
        tokenFile: credentials.tokenFile,
        clientAuthority: credentials.clientAuthority,
        admission: path.join(folder, "admission.json"),
        scheduler: path.join(folder, "scheduler.json"),
        podNetwork: podNetwork ?? "10.244.0.0/16",
        serviceNetwork: serviceNetwork ?? "10.96.0.0/12",
    };
    try {
        await startPrograms(options, processes, credentials, layout);
    } catch (error) {
        await processes.stop();
        // What a program said of its end tells more than what then went wrong here.
        processes.signal.throwIfAborted();
        throw error;
    }
    return controlPlaneOf(processes, credentials.kubeconfig("admin"), serverUrl(layout));
}
