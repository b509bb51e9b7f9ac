/** Where a stack is rehearsed: on a control plane of its own, or on the cluster of a kubeconfig. */
import { kubernetesVersion } from "../components/versions";
import type { Progress } from "../preview/run";
import { type StackConfiguration, UsageError } from "../preview/stack-file";
import { arenaConfiguration } from "./agreement/arena";
import { ensureBinaries, ensureKwok } from "./binaries";
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane";
import { controlPlaneConfiguration } from "./control-plane/configuration";
import { useCluster } from "./existing-cluster";
import { type Timings, timingsOf, withTiming } from "./loss/timing";
import type { Options } from "./options";
import { kubernetesOf, controlPlaneDocuments, type RehearsedStack } from "./stack";

/** A running cluster, and how it is used. */
export interface RehearsalTarget {
    readonly controlPlane: ControlPlane;
    /** The cluster was there before, with nodes and system pods of its own. */
    readonly existing: boolean;
    /** How long the stack's nodes wait, and how long these do. */
    readonly timing: Timings;
}

type Wanted = Pick<Options, "kubeconfig" | "confirm" | "port" | "realTime">;

const minor = (version: string) => version.split(".").slice(0, 2).join(".");

/**
 * A control plane of its own, of the stack's release.
 *
 * @throws UsageError when that is of another minor version than the programs, or when a program
 * cannot be built or started
 */
async function startOwn(
    { name }: RehearsedStack,
    configuration: StackConfiguration,
    settings: Pick<ControlPlaneOptions, "configuration" | "kubelets" | "port">,
    progress: Progress,
): Promise<ControlPlane> {
    const release = kubernetesOf(configuration);
    if (minor(release) !== minor(kubernetesVersion)) {
        throw new UsageError(
            `Stack ${name} runs Kubernetes ${release}, but the rehearsal's control plane is ${kubernetesVersion} (rehearsal/go.mod): rehearse on a kind cluster of that release through KUBECONFIG.`,
        );
    }
    const binaries = await ensureBinaries(progress);
    progress("Starting the control plane");
    return startControlPlane({ binaries, kubernetesVersion: release, ...settings });
}

/** A control plane for the agreement of proof and scheduler: nothing but scheduling goes on there. */
export function arenaFor(
    stack: RehearsedStack,
    configuration: StackConfiguration,
    progress: Progress,
): Promise<ControlPlane> {
    const own = controlPlaneConfiguration(controlPlaneDocuments(stack));
    return startOwn(stack, configuration, { configuration: arenaConfiguration(own) }, progress);
}

/**
 * Starts a control plane, or takes the cluster of a kubeconfig.
 *
 * @throws UsageError when the cluster may be a real one, when the stack's Kubernetes is of another
 * minor version than the programs, or when a program cannot be built or started
 */
export async function targetFor(
    { kubeconfig, confirm, port, realTime }: Wanted,
    stack: RehearsedStack,
    configuration: StackConfiguration,
    progress: Progress,
): Promise<RehearsalTarget> {
    const own = controlPlaneConfiguration(controlPlaneDocuments(stack));
    if (kubeconfig !== undefined) {
        const kwok = await ensureKwok(progress);
        const controlPlane = await useCluster({ kubeconfig, confirmed: confirm, kwok });
        // Its controllers wait as long as they were told to; nobody here can shorten that.
        return { controlPlane, existing: true, timing: timingsOf(own, true) };
    }
    const timing = timingsOf(own, realTime);
    const settings = {
        configuration: withTiming(own, timing.used),
        kubelets: { leaseSeconds: timing.used.leaseSeconds },
        port,
    };
    const controlPlane = await startOwn(stack, configuration, settings, progress);
    return { controlPlane, existing: false, timing };
}
