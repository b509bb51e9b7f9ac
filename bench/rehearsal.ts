/**
 * How far a rehearsal goes on one machine: a stack with many workers and pods, from nothing until
 * every pod is ready.
 */
import * as fs from "node:fs";
import type { StackConfiguration } from "../preview/stack-file";
import { Kubernetes } from "../kubernetes-client/kubernetes";
import { apply } from "../rehearsal/apply";
import { cachedBinaries } from "../rehearsal/binaries";
import { raise } from "../rehearsal/cluster";
import { type ControlPlane, startControlPlane } from "../rehearsal/control-plane";
import { supplement } from "../rehearsal/definitions";
import { waitForPlacement } from "../rehearsal/placement";
import { kubernetesOf, rehearsedStack } from "../rehearsal/stack";
import { type Orders, ordersOf } from "./order";

/** A rehearsal's size, and what it took. */
export interface RehearsalMeasurement {
    readonly nodes: number;
    readonly wanted: number;
    readonly placed: number;
    /** From the control plane's start until all pods have settled. */
    readonly seconds: number;
    /** Largest resident memory of all processes together, this one included. */
    readonly megabytes: number;
}

/** Longest wait for the pods to settle, in seconds. */
const LONGEST = 900;
const FILLER = "filler";

/** The most memory that a process has had, in MB; Linux says it in KiB. */
function peak(processId: number | "self"): number {
    const status = fs.readFileSync(`/proc/${processId}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1000;
}

function memory({ processes }: ControlPlane): number {
    return [peak("self"), ...Array.from(processes.values(), peak)].reduce(
        (sum, size) => sum + size,
    );
}

/**
 * Rehearses a stack, filled up with small pods.
 *
 * @param pods how many there shall be in all
 * @returns undefined when the control plane is not built yet, or the system has no /proc
 */
export async function measureRehearsal(
    configuration: StackConfiguration,
    pods: number,
    progress: (message: string) => void,
): Promise<RehearsalMeasurement | undefined> {
    const binaries = cachedBinaries();
    if (binaries === undefined || !fs.existsSync("/proc/self/status")) {
        return undefined;
    }
    const stack = await rehearsedStack(configuration);
    const begin = Date.now();
    const kubernetesVersion = kubernetesOf(configuration);
    const controlPlane = await startControlPlane({ binaries, kubernetesVersion });
    try {
        const target = { controlPlane, existing: false };
        const { rehearsal, end } = await raise(stack, supplement(stack, []), target, progress);
        const missing = Math.max(0, pods - rehearsal.pods.all().length);
        await rehearsal.kubernetes.apply(
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: FILLER, namespace: "default" },
                spec: {
                    replicas: missing,
                    selector: { matchLabels: { app: FILLER } },
                    template: {
                        metadata: { labels: { app: FILLER } },
                        spec: { containers: [{ name: FILLER, image: FILLER }] },
                    },
                },
            },
            FILLER,
        );
        const { wanted, placed } = await waitForPlacement(
            rehearsal.kubernetes,
            rehearsal.pods,
            LONGEST,
        );
        const seconds = (Date.now() - begin) / 1000;
        const megabytes = memory(controlPlane);
        await end();
        return { nodes: stack.capacity.cluster.nodes.length, wanted, placed, seconds, megabytes };
    } finally {
        await controlPlane.stop();
    }
}

/** As many objects as Pulumi makes at a time on two cores (sdk: defaultParallel, four for each). */
const PULUMI_AT_ONCE = 16;

/**
 * Sends a stack to a real API server and reckons from the times of its objects how long it takes in
 * other orders.
 *
 * @returns undefined when the control plane is not built yet
 */
export async function measureOrders(
    configuration: StackConfiguration,
): Promise<Orders | undefined> {
    const binaries = cachedBinaries();
    if (binaries === undefined) {
        return undefined;
    }
    const stack = await rehearsedStack(configuration);
    const kubernetesVersion = kubernetesOf(configuration);
    const controlPlane = await startControlPlane({ binaries, kubernetesVersion });
    try {
        const kubernetes = await Kubernetes.connect(controlPlane.kubeconfig);
        const { objects, definitions } = supplement(stack, []);
        await Promise.all(definitions.map((object) => kubernetes.apply(object, "bench")));
        const { took } = await apply(kubernetes, { objects, others: stack.others });
        kubernetes.close();
        return ordersOf({ ...stack, objects }, (id) => took.get(id) ?? 0, PULUMI_AT_ONCE);
    } finally {
        await controlPlane.stop();
    }
}
