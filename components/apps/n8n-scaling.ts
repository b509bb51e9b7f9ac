/** Workers of n8n by the length of its queue. */
import type * as pulumi from "@pulumi/pulumi";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import type { Redis } from "../data/redis";
import type { Scaler } from "../scaling/keda";
import { ScaledByQueue } from "../scaling/scaled-by-queue";
import { byRedisList } from "../scaling/triggers";
import type { Site } from "../site";
import { WORKER_CONCURRENCY } from "./n8n-values";

/** The workers, which execute what waits in the queue. */
export const WORKER = "n8n-worker";

/**
 * Bull's list of jobs that wait: prefix, queue, state (bull 4.16.4: lib/queue.js, `toKey`). n8n 2.35.7
 * calls its queue so (dist/scaling/constants.js, `QUEUE_NAME`) and leaves Bull's prefix as it is unless
 * `QUEUE_BULL_PREFIX` is set (@n8n/config 2.33.4: configs/scaling-mode.config.js).
 */
const QUEUE = "bull:jobs:wait";

/** The workers without a number of their own: what scales them has it. */
export function unnumbered(manifest: Manifest): Manifest {
    return manifest.kind === "Deployment" && manifest.metadata.name === WORKER
        ? { ...manifest, spec: { ...(manifest.spec as object), replicas: undefined } }
        : manifest;
}

/** Whose workers are scaled, and how far. */
interface ScaledWorkers {
    readonly site: Site;
    readonly scaler: Scaler;
    readonly namespace: Namespace;
    readonly atLeast: number;
    /** Default: twice as many as at least. */
    readonly workersAtMost: number | undefined;
    readonly queue: Pick<Redis, "host" | "port" | "credentials" | "endpoint">;
}

/**
 * One more worker for every handful of executions that one does at the same time.
 *
 * @param needs the Deployment of the workers
 */
export function scaleWorkers(
    { site, scaler, namespace, atLeast, workersAtMost = 2 * atLeast, queue }: ScaledWorkers,
    needs: readonly pulumi.Resource[],
    opts: pulumi.ComponentResourceOptions,
): void {
    new ScaledByQueue(
        WORKER,
        {
            site,
            scaler,
            namespace,
            deployment: WORKER,
            atLeast,
            // The least may be the profile's.
            atMost: Math.max(workersAtMost, atLeast),
            trigger: byRedisList({
                address: `${queue.host}.${namespace.name}.svc:${queue.port}`,
                list: QUEUE,
                perPod: WORKER_CONCURRENCY,
                credentials: queue.credentials,
            }),
            store: queue.endpoint,
            needs,
        },
        opts,
    );
}
