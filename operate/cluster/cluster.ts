/** One running cluster, as the operations see it. */
import { setTimeout as wait } from "node:timers/promises";
import type { Site } from "../../components/site";
import type { NodeSettings } from "../../components/site-schema";
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import type { Talosctl } from "../talosctl/talosctl";
import { isSystemError } from "../failures";
import { OperationError } from "../operation-error";

/** What the operations ask of the Kubernetes API. */
export type KubernetesApi = Pick<
    Kubernetes,
    "get" | "find" | "merge" | "delete" | "evict" | "execute"
>;

/** What the operations ask of nodes, and tell them. */
export type TalosApi = Omit<Talosctl, "close">;

/** Time, so that tests need none. */
export interface Clock {
    /** Milliseconds since 1970. */
    now: () => number;
    /** @param seconds to wait */
    pause: (seconds: number) => Promise<void>;
}

export const realClock: Clock = {
    now: Date.now,
    pause: async (seconds) => {
        await wait(seconds * 1000);
    },
};

/** A cluster with the ways to it. */
export interface Cluster {
    readonly stack: string;
    readonly site: Site;
    readonly talosctl: TalosApi;
    readonly kubernetes: KubernetesApi;
    /** Whether the stack has Rook's Ceph. */
    readonly hasCeph: boolean;
    /** Folder of the stack's snapshots of etcd. */
    readonly snapshots: string;
    readonly clock: Clock;
    /** Tells a person what is waited for. */
    readonly tell: (line: string) => void;
}

/** Says at a Node what is being done to it, so that whoever is killed can go on. */
export const WORK_ANNOTATION = "platform.operate/work";

/** A Node as far as the operations read it. */
export interface LiveNode extends LiveObject {
    readonly spec?: { readonly unschedulable?: boolean };
    readonly status?: {
        readonly conditions?: readonly { readonly type: string; readonly status: string }[];
        readonly nodeInfo?: { readonly kubeletVersion?: string };
    };
}

export const nodePath = (name: string): string => `/api/v1/nodes/${name}`;

/** The Node of a name; undefined when there is none. */
export function findNode({ kubernetes }: Cluster, name: string): Promise<LiveNode | undefined> {
    return kubernetes.find<LiveNode>(nodePath(name));
}

/** What is being done to a Node; undefined when nothing is. */
export function workAt(node: LiveNode | undefined): string | undefined {
    return node?.metadata.annotations?.[WORK_ANNOTATION];
}

/** Writes what is being done to a Node, or that it is done. */
export async function markWork(
    { kubernetes }: Cluster,
    name: string,
    work: string | undefined,
): Promise<void> {
    const annotations = { [WORK_ANNOTATION]: work ?? null };
    await kubernetes.merge(nodePath(name), { metadata: { annotations } });
}

/** Lets pods come to a node, or not. */
export async function setCordon(
    { kubernetes }: Cluster,
    name: string,
    unschedulable: boolean,
): Promise<void> {
    await kubernetes.merge(nodePath(name), { spec: { unschedulable } });
}

export function isReady(node: LiveNode | undefined): boolean {
    return (
        node?.status?.conditions?.some(
            ({ type, status }) => type === "Ready" && status === "True",
        ) === true
    );
}

/** Addresses of the control planes, without one. */
export function controlPlaneAddresses({ site }: Cluster, without?: string): string[] {
    return site.controlPlanes.filter(({ name }) => name !== without).map(({ address }) => address);
}

/** The first control plane that answers a question; each is asked until one does. */
export async function fromControlPlane<T>(
    cluster: Cluster,
    ask: (address: string) => Promise<T>,
    without?: string,
): Promise<T> {
    let last: unknown = new OperationError([
        "The settings have no control plane that could be asked.",
    ]);
    for (const address of controlPlaneAddresses(cluster, without)) {
        try {
            return await ask(address);
        } catch (error) {
            last = error;
        }
    }
    throw last;
}

/**
 * Waits until something is so.
 *
 * @param what the rest of "Waited for ..."
 * @param isSo undefined when it is, else what is missing; a failure to ask is missing too
 * @throws OperationError when time is up
 */
export async function waitUntil(
    { clock, tell }: Cluster,
    what: string,
    isSo: () => Promise<string | undefined>,
    { seconds, every = 10 }: { readonly seconds: number; readonly every?: number },
): Promise<void> {
    const end = clock.now() + seconds * 1000;
    let told = "";
    for (;;) {
        const missing = await isSo().catch((error: unknown) => {
            if (error instanceof OperationError || isSystemError(error)) {
                return error.message;
            }
            throw error;
        });
        if (missing === undefined) {
            return;
        }
        const [line = ""] = missing.split("\n");
        if (clock.now() > end) {
            throw new OperationError([
                `Waited ${Math.round(seconds / 60)} min for ${what}, in vain: ${line.replace(/\.$/, "")}.`,
            ]);
        }
        if (line !== told) {
            told = line;
            tell(`  waiting for ${what}: ${line}`);
        }
        await clock.pause(every);
    }
}

/** A node of the settings by its name; undefined when there is none. */
export function nodeOf(site: Site, name: string): NodeSettings | undefined {
    return site.nodes.find((node) => node.name === name);
}
