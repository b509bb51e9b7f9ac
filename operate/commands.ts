/** The operations by the names of their commands. */
import { isRecord } from "../components/base/object";
import { parseValue } from "../components/configuration-entries";
import { parseCommand } from "../scripts/stack/options";
import { judge } from "../scripts/stack/update";
import { drift } from "./drift/drift";
import { engineFindings } from "./drift/engine";
import { type OpenStack, listMachines, unprotectMachine } from "./open";
import type { Operation, Result } from "./operation";
import { OperationError } from "./operation-error";
import { departure } from "./operations/node";
import { restore } from "./operations/restore";
import { snapshot } from "./operations/snapshot";
import { upgrade } from "./operations/upgrade";
import { upgradeKubernetes } from "./operations/upgrade-kubernetes";

/** What an operation is called with. */
export interface Called {
    readonly open: OpenStack;
    /** The value of the option that it needs; empty when it needs none. */
    readonly subject: string;
    /** Folder of the project. */
    readonly root: string;
    /** Name of the stack as it was given. */
    readonly fullStack: string;
    readonly yes: boolean;
}

interface Described {
    /** As it is called at the start of a sentence. */
    readonly title: string;
    /** A paragraph of the help. */
    readonly help: string;
    /** The option that says what it is about. */
    readonly needs?: "node" | "to" | "snapshot";
}

/** An operation: one with a plan, or one that only looks. */
export type Command = Described &
    (
        | { readonly plan: (called: Called) => Promise<Operation> | Operation }
        | { readonly find: (called: Called) => Promise<Result> }
    );

/** What the engine would change, and what kept it from saying so. */
async function engineChanges(
    { root, fullStack }: Called,
    flags: readonly string[],
): Promise<Awaited<ReturnType<typeof judge>>> {
    return judge(parseCommand(root, ["--stack", fullStack, ...flags]));
}

/** A setting of the stack's file as it is written there. */
function written({ open }: Called, group: string, key: string): string | undefined {
    const { values, project } = open.configuration;
    const tree = parseValue(values[`${project}:${group}`] ?? "{}");
    const value = isRecord(tree) ? tree[key] : undefined;
    return typeof value === "string" ? value : undefined;
}

function nodeWork(what: "replace" | "remove", called: Called): Promise<Operation> {
    const { open, subject, yes } = called;
    return departure(open.cluster, {
        ...{ departure: what, name: subject, state: open.state },
        unprotectMachine: (node) => unprotectMachine(open.cluster, node),
        flags: yes ? ["--yes"] : [],
    });
}

async function findDrift(called: Called): Promise<Result> {
    const { cluster, state } = called.open;
    const { site, stack } = cluster;
    const found = await drift(cluster, {
        state,
        machines: () => listMachines(cluster),
        kubernetes: site.cluster.upgradedKubernetes ?? site.versions.kubernetes,
    });
    const outcome = await engineChanges(called, ["--refresh", "--expect-no-changes"]);
    const faults = [...found, ...engineFindings(outcome)];
    return {
        ...{ operation: "Drift", stack, steps: [], faults },
        ...(faults.length === 0
            ? { outcome: "done" as const }
            : {
                  outcome: "differences" as const,
                  goOn: "Write it into the program, or let npm run up take it back.",
              }),
    };
}

/** Every operation. */
export const operations: Readonly<Record<string, Command>> = {
    upgrade: {
        title: "Upgrade of Talos",
        help: `Upgrades Talos on every node to versions.talos: control planes first, the leader of etcd last
among them, then the workers, one after the other, each through the gate. Nodes that have the release
and the schematic are left out.`,
        plan: async ({ open }) => {
            const image = await open.state.output("installerImage");
            if (image === undefined) {
                throw new OperationError([
                    "The stack has no output installerImage: no machines were made with it.",
                ]);
            }
            return upgrade(open.cluster, image);
        },
    },
    "upgrade-kubernetes": {
        title: "Upgrade of Kubernetes",
        help: `Upgrades Kubernetes with talosctl upgrade-k8s, writes cluster.upgradedKubernetes and
versions.kubernetes into the stack's file, and demands a preview that changes no node.`,
        needs: "to",
        plan: (called) =>
            upgradeKubernetes(called.open.cluster, {
                release: called.subject,
                state: called.open.state,
                project: called.open.configuration.project,
                written: {
                    "cluster.upgradedKubernetes": written(called, "cluster", "upgradedKubernetes"),
                    "versions.kubernetes": written(called, "versions", "kubernetes"),
                },
                preview: async () => {
                    const { changes, errors } = await engineChanges(called, []);
                    if (errors.length > 0) {
                        throw new OperationError(errors);
                    }
                    return changes;
                },
            }),
    },
    replace: {
        title: "Replacement of a node",
        help: `Makes the machine of a node anew: drains it, moves the data of its Ceph disks elsewhere, takes it
out of etcd and Kubernetes, and lets npm run up make the new one.`,
        needs: "node",
        plan: (called) => nodeWork("replace", called),
    },
    remove: {
        title: "Removal of a node",
        help: `Takes a worker out of the cluster for good: drains it, moves the data of its Ceph disks elsewhere,
and deletes its Node. Afterwards its entry leaves the settings.`,
        needs: "node",
        plan: (called) => nodeWork("remove", called),
    },
    snapshot: {
        title: "Snapshot of etcd",
        help: "Takes a snapshot of etcd into output/snapshots/<stack>.",
        plan: ({ open }) => snapshot(open.cluster),
    },
    restore: {
        title: "Restore of etcd",
        help: `Makes etcd anew from a snapshot, on control planes that wait for their bootstrap. Refuses where
etcd runs (docs/runbooks/restore-etcd.md).`,
        needs: "snapshot",
        plan: ({ open, subject }) => restore(open.cluster, subject),
    },
    drift: {
        title: "Drift",
        help: `Compares what there is with the program: machines in Proxmox, Talos' release, schematic and
configuration, members of etcd, Kubernetes, and with the Pulumi CLI every resource. Changes nothing.`,
        find: findDrift,
    },
};
