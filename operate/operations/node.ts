/** A node is replaced, or leaves for good. */
import type { NodeSettings } from "../../components/site-schema";
import { nearest } from "../../components/nearest";
import { UsageError } from "../../preview/usage-error";
import { emptyOsd, forgetHost, forgetOsd, osdsOn } from "../cluster/ceph";
import {
    type Cluster,
    findNode,
    isReady,
    markWork,
    nodeOf,
    setCordon,
    workAt,
} from "../cluster/cluster";
import { drain, isEmpty } from "../cluster/drain";
import { readNote, removeNote, writeNote } from "../cluster/notes";
import { gateNow, requireGate, waitForGate } from "../cluster/gate";
import type { Operation, Step } from "../operation";
import { OperationError } from "../operation-error";
import { MACHINE_TYPE } from "../../scripts/stack/machines";
import { type StackState, type StateResource } from "../stack-state";
import { leaveSteps } from "./leave";
import { snapshotStep } from "./upgrade";

/** What becomes of a node. */
export type Departure = "replace" | "remove";

/** What else the operation needs. */
export interface NodeWork {
    readonly departure: Departure;
    /** Name of the node. */
    readonly name: string;
    readonly state: StackState;
    /** Takes Proxmox' protection off the node's machine. */
    readonly unprotectMachine: (node: NodeSettings) => Promise<void>;
    /** Flags for `npm run up`, such as `--yes`. */
    readonly flags: readonly string[];
}

/** @throws UsageError when the settings have no such node, or it must not go */
function requireNode({ site, stack }: Cluster, departure: Departure, name: string): NodeSettings {
    const node = nodeOf(site, name);
    const names = site.nodes.map((one) => one.name);
    if (node === undefined) {
        const near = nearest(name, names);
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        throw new UsageError(
            `There is no node ${name} in Pulumi.${stack}.yaml; allowed: ${names.join(", ")}${hint || "."}`,
        );
    }
    const count = site.controlPlanes.length;
    if (node.role === "controlPlane" && count === 1) {
        throw new UsageError(
            `${name} is the only control plane: without it there is no cluster (docs/runbooks/rebuild-cluster.md).`,
        );
    }
    if (node.role === "controlPlane" && departure === "remove") {
        throw new UsageError(
            `${name} is one of ${count} control planes, and their number must stay odd: make replace NODE=${name} makes it anew.`,
        );
    }
    return node;
}

/** Why the disks of a node must not go: the others would not have place for all copies. */
function requireDisks({ site, hasCeph }: Cluster, departure: Departure, node: NodeSettings): void {
    const withDisks = site.nodes.filter(({ disks }) =>
        disks.some(({ purpose }) => purpose === "ceph"),
    );
    const left = withDisks.filter(({ name }) => name !== node.name).length;
    if (hasCeph && withDisks.includes(node) && left < site.storage.replication) {
        throw new UsageError(
            `Without ${node.name} ${left} nodes with Ceph disks are left, and storage.replication is ${site.storage.replication}: ${departure === "replace" ? "add a node first, its data has no other place" : "its data has no other place"}.`,
        );
    }
}

/** The machine of a node in the state. */
async function machineOf(
    { state }: NodeWork,
    { name }: NodeSettings,
): Promise<StateResource | undefined> {
    const resources = await state.resources();
    return resources.find((one) => one.type === MACHINE_TYPE && one.name === name);
}

/** Name of the note that the machine of a node is being made anew. */
const noteOf = (name: string): string => `replace-${name}`;

function isMakingAnew(cluster: Cluster, name: string): boolean {
    return readNote(cluster, noteOf(name)) !== undefined;
}

function drainStep(
    cluster: Cluster,
    node: NodeSettings,
    departure: Departure,
    isDead: boolean,
): Step {
    const { name } = node;
    return {
        title: isDead
            ? `Cordon ${name}, which is not ready: its pods go with its Node`
            : `Cordon and drain ${name}`,
        isDone: async () => {
            const live = await findNode(cluster, name);
            return (
                live === undefined ||
                (workAt(live) === departure &&
                    live.spec?.unschedulable === true &&
                    (!isReady(live) || (await isEmpty(cluster, name))))
            );
        },
        run: async () => {
            await requireGate(cluster, { apart: name, isDead });
            await markWork(cluster, name, departure);
            if (isDead) {
                await setCordon(cluster, name, true);
            } else {
                await drain(cluster, name);
            }
        },
    };
}

function diskSteps(
    cluster: Cluster,
    { name }: NodeSettings,
    departure: Departure,
    isDead: boolean,
): Step[] {
    const isWithout = async () => (await osdsOn(cluster, name)).length === 0;
    return [
        {
            title: `Move the data of ${name}'s disks elsewhere, and have Ceph forget them`,
            isDone: isWithout,
            run: async () => {
                // One after the other: what is not only there any more may go.
                for (const id of await osdsOn(cluster, name)) {
                    await emptyOsd(cluster, id);
                    await forgetOsd(cluster, id, isDead);
                }
            },
        },
        ...(departure === "remove"
            ? [
                  {
                      title: `Take ${name} out of Ceph's map`,
                      isDone: async () =>
                          (await findNode(cluster, name)) === undefined && (await isWithout()),
                      run: () => forgetHost(cluster, name),
                  },
              ]
            : []),
    ];
}

function unprotectStep(work: NodeWork, node: NodeSettings): Step {
    return {
        title: `Take the protection off the machine of ${node.name}, in Proxmox and in the state`,
        isDone: async () => (await machineOf(work, node))?.protect !== true,
        run: async () => {
            await work.unprotectMachine(node);
            const machine = await machineOf(work, node);
            if (machine !== undefined) {
                await work.state.unprotect(machine.urn);
            }
        },
    };
}

function replaceStep(cluster: Cluster, work: NodeWork, node: NodeSettings): Step {
    const { state, flags } = work;
    const { name } = node;
    return {
        title: `Make the machine of ${name} anew: npm run up -- --replace`,
        isDone: () => Promise.resolve(false),
        run: async () => {
            const machine = await machineOf(work, node);
            // One that is gone from the state is made again by any update; one whose Node came back
            // is the new one already.
            const isNew = (await findNode(cluster, name)) !== undefined;
            const replace = machine === undefined || isNew ? [] : ["--replace", machine.urn];
            writeNote(cluster, noteOf(name), "up");
            const code = await state.up([...flags, ...replace]);
            if (code !== 0) {
                throw new OperationError([
                    `npm run up ended with ${code}, and ${name} is not there yet.`,
                ]);
            }
            await waitForGate(cluster);
            removeNote(cluster, noteOf(name));
        },
    };
}

/**
 * Leaves out what was done before `up` began to make a machine anew: the Node that may be there now is
 * the new one.
 */
function beforeUp(cluster: Cluster, name: string, steps: readonly Step[]): Step[] {
    return steps.map((step) => ({
        ...step,
        isDone: async () => isMakingAnew(cluster, name) || (await step.isDone()),
    }));
}

/** Plans the departure of a node. */
export async function departure(cluster: Cluster, work: NodeWork): Promise<Operation> {
    const { stack, hasCeph } = cluster;
    const { departure: what, name } = work;
    const node = requireNode(cluster, what, name);
    requireDisks(cluster, what, node);
    // Whatever is wrong with the node itself is why it goes.
    const isDead = !isReady(await findNode(cluster, name));
    const faults = await gateNow(cluster, { apart: name, isDead, withSnapshot: false });
    const command = `make ${what} NODE=${name} STACK=${stack}`;
    return {
        name: `${what === "replace" ? "Replacement" : "Removal"} of ${name}`,
        stack,
        steps: [
            snapshotStep(cluster),
            ...beforeUp(cluster, name, [
                drainStep(cluster, node, what, isDead),
                ...(hasCeph ? diskSteps(cluster, node, what, isDead) : []),
                ...leaveSteps(cluster, node),
                unprotectStep(work, node),
            ]),
            ...(what === "replace" ? [replaceStep(cluster, work, node)] : []),
        ],
        faults,
        goOn: `Mend it, and run "${command}" again: it goes on where it stopped. To give it up while ${name} is still there: kubectl uncordon ${name}, and kubectl annotate node ${name} platform.operate/work-.`,
        ...(what === "remove"
            ? {
                  afterwards: `Take ${name} out of nodes in Pulumi.${stack}.yaml, then "npm run up -- --stack ${stack}" deletes its machine.`,
              }
            : {}),
    };
}
