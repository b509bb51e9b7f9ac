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
import type { Binaries, Program } from "./binaries";
import { Credentials } from "./control-plane/credentials";
import { requireSpace } from "./control-plane/disk";
import {
    apiServerFlags,
    type ComponentFlags,
    controllerManagerFlags,
    etcdFlags,
    type Flags,
    kwokFlags,
    type Layout,
    schedulerFlags,
    toArguments,
} from "./control-plane/flags";
import { freePort } from "./control-plane/port";
import { Processes } from "./control-plane/processes";
import { answers, hasContent, until } from "./control-plane/readiness";
import { kwokConfiguration, type StageOptions } from "./control-plane/stages";

/** Options of a control plane. */
export interface ControlPlaneOptions {
    readonly binaries: Binaries;
    /** Kubernetes release that the nodes report, such as `1.35.4`. */
    readonly kubernetesVersion: string;
    /** IPv4 network of the pods; default: 10.244.0.0/16. */
    readonly podNetwork?: string;
    /** IPv4 network of the Services; default: 10.96.0.0/12. */
    readonly serviceNetwork?: string;
    /** What the stack configures in the programs. */
    readonly flags?: ComponentFlags;
    /** An `AdmissionConfiguration` document. */
    readonly admission?: Readonly<Record<string, unknown>>;
    /** Port of the API server; default: a free one. */
    readonly port?: number;
    /** How long a node's lease lasts, in seconds; it is renewed four times as often; default: 40, as kubelets have it. */
    readonly leaseSeconds?: number;
    /** How long pods take to start and to stop. */
    readonly stages?: Omit<StageOptions, "kubernetesVersion">;
}

/** A running control plane. */
export interface ControlPlane {
    /** Path of an administrator's kubeconfig, readable by this user only. */
    readonly kubeconfig: string;
    /** `https://127.0.0.1:<port>`. */
    readonly server: string;
    readonly folder: string;
    /** Aborted when a program ends by itself: everything is stopped then, the reason is a UsageError. */
    readonly signal: AbortSignal;
    /** Process ids by program. */
    readonly processes: ReadonlyMap<string, number>;
    /** The end of a program's log. */
    logs(program: Program): string;
    /** Ends every process and removes the folder. */
    stop(): Promise<void>;
}

/** What etcd, certificates and logs take at most. */
const RUN_SPACE = 500 * 1024 ** 2;
/** Longest wait for one answer, in milliseconds; a start takes a few seconds. */
const LIMIT = 120_000;
/** Signals that end a program from outside. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Stops the control plane at a signal, then lets the signal do what it would have done. */
function stopAtSignals(processes: Processes): () => void {
    const remove = () => {
        SIGNALS.forEach((signal) => process.off(signal, handle));
    };
    const handle = (signal: NodeJS.Signals) => {
        remove();
        void processes.stop().finally(() => {
            if (process.listenerCount(signal) === 0) {
                process.kill(process.pid, signal);
            }
        });
    };
    SIGNALS.forEach((signal) => process.on(signal, handle));
    return remove;
}

/** Starts the programs in their order, each as soon as it has what it needs. */
async function startPrograms(
    options: ControlPlaneOptions,
    processes: Processes,
    credentials: Credentials,
    layout: Layout,
): Promise<string> {
    const { binaries, flags = {}, stages = {}, kubernetesVersion } = options;
    const { signal } = processes;
    const start = (program: Program, programFlags: Flags) => {
        processes.start(program, binaries[program], toArguments(programFlags));
    };
    start("etcd", etcdFlags(layout));
    await until("etcd", LIMIT, signal, () => fs.existsSync(layout.etcdSocket));
    start("kube-apiserver", apiServerFlags(layout, flags.apiServer));
    await until("kube-apiserver", LIMIT, signal, () => hasContent(layout.certificate));

    const server = `https://127.0.0.1:${layout.port}`;
    const identity = {
        token: credentials.tokens.admin,
        ca: fs.readFileSync(layout.certificate),
    };
    const answer = (url: string) => () => answers(`${server}${url}`, identity);
    await until("kube-apiserver", LIMIT, signal, answer("/readyz"));
    const kubeconfig = (client: Parameters<Credentials["kubeconfig"]>[0]) =>
        credentials.kubeconfig(client, server);
    start(
        "kube-controller-manager",
        controllerManagerFlags(
            layout,
            kubeconfig("kube-controller-manager"),
            flags.controllerManager,
        ),
    );
    start("kube-scheduler", schedulerFlags(kubeconfig("kube-scheduler"), flags.scheduler));
    const stageFile = path.join(layout.folder, "kwok.yaml");
    fs.writeFileSync(stageFile, kwokConfiguration({ ...stages, kubernetesVersion }));
    start("kwok", kwokFlags(layout, kubeconfig("kwok"), stageFile));
    // Made by a controller; no pod is admitted without it.
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    await until("kube-controller-manager", LIMIT, signal, answer(account));
    return kubeconfig("admin");
}

/**
 * Starts a control plane and waits until it takes pods.
 *
 * @throws UsageError when the port is busy, the disk is full, or a program does not start
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
    requireSpace([os.tmpdir()], RUN_SPACE, "The control plane");
    const port = await freePort(options.port);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-"));
    const credentials = new Credentials(folder);
    const processes = new Processes(folder, Object.values(credentials.tokens));
    const forgetSignals = stopAtSignals(processes);
    const stop = async () => {
        await processes.stop();
        forgetSignals();
    };
    const admission = path.join(folder, "admission.json");
    const layout: Layout = {
        folder,
        port,
        etcdSocket: path.join(folder, "etcd.sock"),
        certificateFolder: credentials.certificateFolder,
        certificate: credentials.certificate,
        serviceAccountKey: credentials.serviceAccountKey,
        tokenFile: credentials.tokenFile,
        admission: options.admission === undefined ? undefined : admission,
        podNetwork: options.podNetwork ?? "10.244.0.0/16",
        serviceNetwork: options.serviceNetwork ?? "10.96.0.0/12",
        leaseSeconds: options.leaseSeconds ?? 40,
    };
    try {
        fs.writeFileSync(admission, JSON.stringify(options.admission ?? {}));
        const kubeconfig = await startPrograms(options, processes, credentials, layout);
        return {
            kubeconfig,
            server: `https://127.0.0.1:${port}`,
            folder,
            signal: processes.signal,
            processes: processes.ids,
            logs: (program) => processes.log(program),
            stop,
        };
    } catch (error) {
        await stop();
        throw error;
    }
}
