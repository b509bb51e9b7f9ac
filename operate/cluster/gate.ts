/** The gate of the operations: reads everything that decides, and waits until it is open. */
import {
    gateFaults,
    type GateReadings,
    type Reading,
    toReading,
} from "../../components/cluster/gate";
import {
    type Budget,
    budgetsOf,
    budgetsPath,
    type CephHealth,
    cephClusterPath,
    cephHealth,
} from "../../components/cluster/gate-answers";
import { type NodeReport, nodeReport } from "../../components/cluster/node-report";
import { OperationError } from "../operation-error";
import { CEPH } from "./ceph";
import { type Cluster, fromControlPlane, waitUntil } from "./cluster";
import { ensureSnapshot, newestSnapshot } from "./snapshots";

/** Seconds that a gate is waited for after a change: Ceph copies what a node missed. */
const PATIENCE = 7200;

/** What a gate is asked for. */
export interface GateQuestion {
    /** The node that is being worked on. */
    readonly apart?: string;
    /** Whether a fresh snapshot belongs to it; default: true. */
    readonly withSnapshot?: boolean;
    /**
     * The node apart is dead: pods that are bound to it are missing until its Node is gone, so the
     * budgets that count them say nothing.
     */
    readonly isDead?: boolean;
}

function readNodes({ kubernetes, site }: Cluster): Promise<Reading<NodeReport>> {
    const names = site.nodes.map(({ name }) => name);
    return toReading(async () =>
        nodeReport(JSON.stringify(await kubernetes.get("/api/v1/nodes")), names),
    );
}

function readCeph({ kubernetes }: Cluster): Promise<Reading<CephHealth>> {
    return toReading(async () =>
        cephHealth(await kubernetes.get(cephClusterPath(CEPH.namespace, CEPH.cluster))),
    );
}

function readBudgets({ kubernetes }: Cluster): Promise<Reading<Budget[]>> {
    return toReading(async () => budgetsOf(await kubernetes.get(budgetsPath)));
}

/** Reads everything; nothing is changed. */
export async function readGate(
    cluster: Cluster,
    { apart, withSnapshot = true, isDead = false }: GateQuestion = {},
): Promise<GateReadings> {
    const [etcd, nodes, budgets, ceph] = await Promise.all([
        toReading(() =>
            fromControlPlane(cluster, (address) => cluster.talosctl.etcd(address), apart),
        ),
        readNodes(cluster),
        isDead ? { value: [] } : readBudgets(cluster),
        cluster.hasCeph ? readCeph(cluster) : undefined,
    ]);
    const snapshot = withSnapshot
        ? await toReading(() => Promise.resolve(newestSnapshot(cluster.snapshots)))
        : undefined;
    return { etcd, nodes, budgets, ceph, snapshot };
}

/** The sentences of the gate now; none when it is open. */
export async function gateNow(cluster: Cluster, question: GateQuestion = {}): Promise<string[]> {
    return gateFaults(await readGate(cluster, question), {
        controlPlanes: cluster.site.controlPlanes.map(({ name }) => name),
        apart: question.apart,
        now: cluster.clock.now(),
    });
}

/**
 * Goes through the gate, with a snapshot that is fresh.
 *
 * @throws OperationError with every sentence when it is shut
 */
export async function requireGate(
    cluster: Cluster,
    question: Pick<GateQuestion, "apart" | "isDead"> = {},
): Promise<void> {
    await ensureSnapshot(cluster);
    const faults = await gateNow(cluster, question);
    if (faults.length > 0) {
        throw new OperationError(faults);
    }
}

/** Waits until the gate is open after a change. */
export async function waitForGate(cluster: Cluster): Promise<void> {
    await waitUntil(
        cluster,
        "the cluster to be well",
        async () => (await gateNow(cluster, { withSnapshot: false }))[0],
        { seconds: PATIENCE, every: 15 },
    );
}
