/**
 * The same rehearsal on a throw-away cluster that is there already (kind, k3d, minikube): its own
 * control plane does the work, and only KWOK is started here, for the rehearsal's nodes. What the
 * rehearsal makes in the cluster stays there.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { UsageError } from "../preview/stack-file";
import { type ControlPlane, controlPlaneOf } from "./control-plane";
import { type KubeletOptions, startKubelets } from "./control-plane/kubelets";
import { Processes } from "./control-plane/processes";
import { refusal } from "./control-plane/throw-away";
import { Kubernetes } from "../kubernetes-client/kubernetes";

/** Options of a rehearsal on a cluster that is there. */
export interface ClusterOptions {
    /** Path of a kubeconfig, or several as in `KUBECONFIG`; the current context is used. */
    readonly kubeconfig: string;
    /** Name of the context, if a person has confirmed that it may be filled. */
    readonly confirmed?: string;
    /** Path of the KWOK binary. */
    readonly kwok: string;
    /** How the simulated kubelets behave. */
    readonly kubelets?: KubeletOptions;
}

/** Reads kubeconfigs as kubectl does: the first that says something about a name wins. */
async function load(files: string): Promise<KubeConfig> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const [first, ...others] = files
        .split(path.delimiter)
        .filter((file) => file !== "")
        .map((file) => {
            const config = new KubeConfig();
            try {
                config.loadFromFile(file);
            } catch (error) {
                throw new UsageError(
                    `The kubeconfig ${file} cannot be read: ${(error as Error).message}.`,
                );
            }
            return config;
        });
    if (first === undefined) {
        throw new UsageError("No kubeconfig is given: name a file.");
    }
    others.forEach((other) => {
        first.mergeConfig(other, true);
    });
    return first;
}

/** The release of a cluster, such as `1.35.4`. */
async function releaseOf(kubeconfig: string, context: string): Promise<string> {
    const kubernetes = await Kubernetes.connect(kubeconfig);
    try {
        const { gitVersion } = await kubernetes.get<{ gitVersion: string }>("/version");
        return gitVersion.replace(/^v/, "");
    } catch (error) {
        throw new UsageError(
            `The cluster of context ${context} does not answer: ${(error as Error).message}.`,
        );
    } finally {
        kubernetes.close();
    }
}

/**
 * Takes a cluster for a rehearsal.
 *
 * @throws UsageError when the kubeconfig cannot be read, the cluster does not answer, or it may be
 * somebody's real one
 */
export async function useCluster(options: ClusterOptions): Promise<ControlPlane> {
    const config = await load(options.kubeconfig);
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) {
        throw new UsageError(`The kubeconfig ${options.kubeconfig} has no current context.`);
    }
    const context = config.getCurrentContext();
    const refused = refusal({ name: context, server }, options.confirmed);
    if (refused !== undefined) {
        throw new UsageError(refused);
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-"));
    const processes = new Processes(folder, []);
    try {
        // A copy: whoever changes the current context meanwhile must not change the rehearsal's.
        const kubeconfig = path.join(folder, "kubeconfig");
        fs.writeFileSync(kubeconfig, config.exportConfig(), { mode: 0o600 });
        const version = await releaseOf(kubeconfig, context);
        startKubelets(processes, options.kwok, kubeconfig, version, options.kubelets ?? {});
        return controlPlaneOf(processes, kubeconfig, server);
    } catch (error) {
        await processes.stop();
        processes.signal.throwIfAborted();
        throw error;
    }
}
