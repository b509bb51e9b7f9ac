/** Talos on every node, one after the other. */
import { UsageError } from "../../preview/usage-error";
import type { NodeSettings } from "../../components/site-schema";
import {
    type Cluster,
    findNode,
    fromControlPlane,
    isReady,
    markWork,
    setCordon,
    waitUntil,
    workAt,
} from "../cluster/cluster";
import { gateNow, requireGate, waitForGate } from "../cluster/gate";
import { ensureSnapshot, isFresh, newestSnapshot } from "../cluster/snapshots";
import type { Operation, Step } from "../operation";
import { OperationError } from "../operation-error";
import { stepFault } from "../talosctl/release";

const WORK = "upgrade";
/** Seconds until a node must be back after its upgrade. */
const BACK = 1800;
/** What was asked for and has not happened is known at once: talosctl has seen the node boot anew. */
const WENT_BACK =
    "its new system did not start, and Talos went back to the old one by itself (talosctl dmesg says why)";

/** An installer of the Image Factory. */
export interface Installer {
    readonly image: string;
    readonly schematic: string;
    /** Release of Talos, such as `v1.13.9`. */
    readonly release: string;
}

/**
 * Reads the image of an installer.
 *
 * @throws UsageError when it names no schematic or no release
 */
export function installerOf(image: string): Installer {
    const [, schematic, release] = /\/([0-9a-f]{64}):(v\d+\.\d+\.\d+\S*)$/.exec(image) ?? [];
    if (schematic === undefined || release === undefined) {
        throw new UsageError(
            `"${image}" is no installer of the Image Factory; allowed: factory.talos.dev/nocloud-installer/<schematic>:<release>, as the stack's output installerImage has it.`,
        );
    }
    return { image, schematic, release };
}

/** What a node runs. */
interface Running {
    readonly node: NodeSettings;
    readonly release: string;
    readonly schematic: string;
}

/** @throws OperationError naming each node that does not say what it runs */
async function readNodes({ site, talosctl }: Cluster): Promise<Running[]> {
    const faults: string[] = [];
    const found: Running[] = [];
    for (const node of site.nodes) {
        try {
            const [release, schematic] = [
                await talosctl.version(node.address),
                await talosctl.schematic(node.address),
            ];
            found.push({ node, release, schematic });
        } catch (error) {
            faults.push(
                `Node ${node.name} does not say what it runs (${(error as Error).message}).`,
            );
        }
    }
    if (faults.length > 0) {
        throw new OperationError(faults);
    }
    return found;
}

/** Control planes first, the leader of etcd last among them, then the workers. */
export function upgradeOrder(nodes: readonly NodeSettings[], leader: string): NodeSettings[] {
    const rank = ({ name, role }: NodeSettings) =>
        role === "worker" ? 2 : name === leader ? 1 : 0;
    return [...nodes].sort((one, other) => rank(one) - rank(other));
}

/** Name of the node that leads etcd. */
async function leaderName(cluster: Cluster): Promise<string> {
    const { talosctl } = cluster;
    return fromControlPlane(cluster, async (address) => {
        const id = await talosctl.leader(address);
        const members = await talosctl.members(address);
        const leader = members.find((member) => member.id === id);
        if (leader === undefined) {
            throw new OperationError(["etcd has no leader: see docs/runbooks/EtcdQuorumLost.md."]);
        }
        return leader.hostname;
    });
}

/** The step of a snapshot, which every operation begins with. */
export function snapshotStep(cluster: Cluster): Step {
    return {
        title: "Take a snapshot of etcd, unless there is one of the last hour",
        isDone: () =>
            Promise.resolve(isFresh(newestSnapshot(cluster.snapshots), cluster.clock.now())),
        run: async () => {
            await ensureSnapshot(cluster);
        },
    };
}

function upgradeStep(cluster: Cluster, node: NodeSettings, target: Installer): Step {
    const { talosctl } = cluster;
    const { name, address } = node;
    const runsTarget = async () =>
        (await talosctl.version(address)) === target.release &&
        (await talosctl.schematic(address)) === target.schematic;
    /** A node that does not answer is still on its way. */
    const requireNewSystem = async () => {
        const release = await talosctl.version(address).catch(() => undefined);
        if (release !== undefined && !(await runsTarget().catch(() => true))) {
            throw new OperationError([`${name} is back with ${release}: ${WENT_BACK}.`]);
        }
    };
    return {
        title: `Upgrade ${name} to ${target.release}`,
        isDone: async () => (await runsTarget()) && workAt(await findNode(cluster, name)) !== WORK,
        run: async () => {
            const isResumed = workAt(await findNode(cluster, name)) === WORK;
            await requireGate(cluster, isResumed ? { apart: name } : {});
            if (!(await runsTarget().catch(() => false))) {
                await markWork(cluster, name, WORK);
                await talosctl.upgrade(address, target.image);
                await requireNewSystem();
            }
            await waitUntil(
                cluster,
                `${name} to be back with ${target.release}`,
                async () => {
                    if (!(await runsTarget())) {
                        return `it runs ${await talosctl.version(address)}`;
                    }
                    return isReady(await findNode(cluster, name)) ? undefined : "it is not ready";
                },
                { seconds: BACK },
            );
            // A command that was killed between the drain and its end left the cordon.
            await setCordon(cluster, name, false);
            await markWork(cluster, name, undefined);
            await waitForGate(cluster);
        },
    };
}

/** Names of nodes at which an upgrade was begun and not ended. */
async function begun(cluster: Cluster): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of cluster.site.nodes) {
        if (workAt(await findNode(cluster, name)) === WORK) {
            found.push(name);
        }
    }
    return found;
}

/**
 * Plans an upgrade of Talos.
 *
 * @param image the stack's output `installerImage`
 * @throws UsageError when a node is too far from the release, or the settings want another one
 */
export async function upgrade(cluster: Cluster, image: string): Promise<Operation> {
    const { site, stack } = cluster;
    const target = installerOf(image);
    if (target.release !== site.versions.talos) {
        throw new UsageError(
            `The state's installer is of ${target.release}, and versions.talos says ${site.versions.talos}: run "npm run up -- --stack ${stack}" first, which changes no node.`,
        );
    }
    const running = await readNodes(cluster);
    const mistakes = running.flatMap(
        ({ node, release }) => stepFault(`Node ${node.name}`, release, target.release) ?? [],
    );
    if (mistakes.length > 0) {
        throw new UsageError(mistakes.join("\n"));
    }
    const order = upgradeOrder(site.nodes, await leaderName(cluster));
    const [apart] = await begun(cluster);
    return {
        name: "Upgrade of Talos",
        stack,
        steps: [snapshotStep(cluster), ...order.map((node) => upgradeStep(cluster, node, target))],
        faults: await gateNow(cluster, { apart, withSnapshot: false }),
        goOn: `Mend it, and run "make upgrade STACK=${stack}" again: nodes that have ${target.release} are left out. Back with one node: talosctl -n <its address> rollback.`,
    };
}
