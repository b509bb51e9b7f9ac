/**
 * Takes disks out of Ceph, in the order of Rook's own documentation (rook v1.20.6:
 * Documentation/Storage-Configuration/Advanced/ceph-osd-mgmt.md). Ceph's commands run in the pod of
 * Rook's operator, which has the configuration and the key, as the plugin of kubectl does it
 * (kubectl-rook-ceph: pkg/exec): no toolbox is needed.
 */
import { isRecord } from "../../components/base/object";
import { clusterName } from "../../components/storage/ceph-cluster-spec";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { OperationError } from "../operation-error";
import { type Cluster, waitUntil } from "./cluster";

/** Where Rook and its cluster are. */
export const CEPH = { namespace: "rook-ceph", cluster: clusterName } as const;

const pods = `/api/v1/namespaces/${CEPH.namespace}/pods`;
const deployments = `/apis/apps/v1/namespaces/${CEPH.namespace}/deployments`;
const operator = "rook-ceph-operator";
const configuration = `/var/lib/rook/${CEPH.namespace}/${CEPH.namespace}.config`;
/** Rook leaves a Deployment with this label as it is (rook v1.20.6: pkg/operator/ceph/cluster/osd/osd.go). */
const LEFT_ALONE = "ceph.rook.io/do-not-reconcile";
/** Seconds that the data of a disk may take to be copied elsewhere: a day. */
const COPYING = 86_400;

interface OsdDeployment extends LiveObject {
    readonly spec?: { readonly replicas?: number; readonly template?: unknown };
}

async function ceph({ kubernetes }: Cluster, ...args: readonly string[]): Promise<string> {
    const { items } = await kubernetes.get<{ items: readonly LiveObject[] }>(pods, {
        labelSelector: `app=${operator}`,
        fieldSelector: "status.phase=Running",
    });
    const [pod] = items;
    if (pod === undefined) {
        throw new OperationError([
            "Rook's operator does not run, so Ceph cannot be told anything.",
        ]);
    }
    return kubernetes.execute(
        { namespace: CEPH.namespace, pod: pod.metadata.name, container: operator },
        ["ceph", "--connect-timeout=10", `--conf=${configuration}`, ...args],
    );
}

function hostOf({ spec }: OsdDeployment): unknown {
    return ["spec", "nodeSelector", "kubernetes.io/hostname"].reduce<unknown>(
        (tree, key) => (isRecord(tree) ? tree[key] : undefined),
        spec?.template,
    );
}

/** Ids of the OSDs that live on a node, as their Deployments say. */
export async function osdsOn({ kubernetes }: Cluster, node: string): Promise<string[]> {
    const { items } = await kubernetes.get<{ items: readonly OsdDeployment[] }>(deployments, {
        labelSelector: "app=rook-ceph-osd",
    });
    return items
        .filter((deployment) => hostOf(deployment) === node)
        .flatMap(({ metadata }) => metadata.labels?.["ceph-osd-id"] ?? []);
}

/** Moves the data of an OSD elsewhere, and waits until none of it is only there. */
export async function emptyOsd(cluster: Cluster, id: string): Promise<void> {
    await ceph(cluster, "osd", "out", id);
    await waitUntil(
        cluster,
        `the data of osd.${id} to be elsewhere`,
        async () => {
            await ceph(cluster, "osd", "safe-to-destroy", id);
            return undefined;
        },
        { seconds: COPYING, every: 60 },
    );
}

/**
 * Stops an OSD that is empty and has Ceph and Rook forget it. It is asked once more whether it may go,
 * because an OSD that comes back fills again.
 *
 * @param isDead its node does not run it any more, and its pod ends only with the Node
 */
export async function forgetOsd(cluster: Cluster, id: string, isDead: boolean): Promise<void> {
    const { kubernetes } = cluster;
    const deployment = `${deployments}/rook-ceph-osd-${id}`;
    if ((await kubernetes.find(deployment)) === undefined) {
        return;
    }
    const known = JSON.parse(await ceph(cluster, "osd", "ls", "--format", "json")) as number[];
    if (known.includes(Number(id))) {
        await ceph(cluster, "osd", "safe-to-destroy", id);
        await kubernetes.merge(deployment, {
            metadata: { labels: { [LEFT_ALONE]: "true" } },
            spec: { replicas: 0 },
        });
        await waitUntil(
            cluster,
            `osd.${id} to stop`,
            async () => {
                const { items } = await kubernetes.get<{ items: readonly LiveObject[] }>(pods, {
                    labelSelector: `app=rook-ceph-osd,ceph-osd-id=${id}`,
                });
                const running = items.filter(
                    ({ metadata }) => !isDead || metadata.deletionTimestamp === undefined,
                );
                return running.length === 0 ? undefined : "its pod still runs";
            },
            { seconds: 600 },
        );
        await ceph(cluster, "osd", "down", id);
        await ceph(cluster, "osd", "purge", id, "--yes-i-really-mean-it");
    }
    await kubernetes.delete(deployment);
}

/** Takes a host without OSDs out of the CRUSH map; one that is not in it is no fault. */
export async function forgetHost(cluster: Cluster, node: string): Promise<void> {
    await ceph(cluster, "osd", "crush", "remove", node).catch((error: unknown) => {
        if (!/does not (exist|appear)/.test((error as Error).message)) {
            throw error;
        }
    });
}
