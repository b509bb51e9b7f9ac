/**
 * Nodes and pods of one stack at a time on a control plane that only schedules: pods are bound, but
 * nothing runs them. What their controllers would do is for the caller.
 */
import type { Manifest } from "../../components/base/object";
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { Labels } from "../../policy/engines/scheduling/label-selector";
import { onNode } from "../../policy/engines/scheduling/stand-ins";
import { type Taint, UNREACHABLE } from "../../policy/engines/scheduling/taints";
import {
    controlPlaneConfiguration,
    type ControlPlaneConfiguration,
} from "../control-plane/configuration";
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import { nodeObject } from "../nodes";
import { Decisions } from "./decisions";
import { runInOrder } from "./in-order";

/**
 * What a control plane for an {@link Arena} is configured with: no controller may touch nodes, pods
 * or claims, nothing but the arena taints nodes or holds claims back, and what pods may do is not
 * asked.
 *
 * @param own what the stack configures
 */
export function arenaConfiguration(own = controlPlaneConfiguration([])): ControlPlaneConfiguration {
    return {
        ...own,
        apiServer: {
            ...own.apiServer,
            "disable-admission-plugins":
                "TaintNodesByCondition,StorageObjectInUseProtection,PodSecurity",
        },
        controllerManager: { ...own.controllerManager, controllers: "serviceaccount-controller" },
    };
}

const MANAGER = "agreement";
const AT_ONCE = { gracePeriodSeconds: 0 };
/** Longest wait for the scheduler to know a node, in milliseconds. */
const SEEN_WITHIN = 20_000;
/** A pod that goes wherever it is told to. */
const SENTINEL = {
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: "Exists" }],
    containers: [{ name: "none", image: "none" }],
};

/** A place to let the scheduler judge. */
export class Arena {
    private readonly known = new Map<string, Promise<void>>();
    private readonly owners = new Map<string, Promise<LiveObject>>();
    private readonly volumes: string[] = [];
    private readonly namespaces = new Set<string>();
    private sentinels = 0;

    private constructor(
        private readonly kubernetes: Kubernetes,
        readonly decisions: Decisions,
    ) {
        // Made by `open`, which also begins to watch.
    }

    /** @param kubernetes of a control plane with {@link arenaConfiguration} */
    static async open(kubernetes: Kubernetes): Promise<Arena> {
        return new Arena(kubernetes, await Decisions.follow(kubernetes));
    }

    close(): Promise<void> {
        return this.decisions.stop();
    }

    /** Makes what stacks share, once. */
    async prepare(objects: readonly Manifest[]): Promise<void> {
        for (const object of objects) {
            const id = JSON.stringify(object);
            const made = this.known.get(id) ?? this.make(object);
            this.known.set(id, made);
            await made;
        }
    }

    async addVolumes(objects: readonly Manifest[]): Promise<void> {
        await runInOrder(objects, async (object) => {
            this.volumes.push(await this.kubernetes.pathOf(object));
            await this.kubernetes.create(object);
        });
    }

    /** Adds a node, or gives one back its own taints. */
    async addNode(node: ClusterNode, taints: readonly Taint[] = node.taints): Promise<void> {
        const { metadata, ...rest } = nodeObject({ ...node, taints });
        // Without KWOK's annotation nobody plays it.
        const { name, labels } = metadata;
        await this.kubernetes.apply({ ...rest, metadata: { name, labels } }, MANAGER);
    }

    /** What the node controller does to a node that no longer answers. */
    silence(node: ClusterNode): Promise<void> {
        return this.addNode(node, [
            ...node.taints,
            UNREACHABLE,
            { ...UNREACHABLE, effect: "NoExecute" },
        ]);
    }

    removeNode({ name }: ClusterNode): Promise<void> {
        return this.kubernetes.delete(`/api/v1/nodes/${name}`);
    }

    /** Waits until the scheduler knows a node, and so every node that was added before. */
    async untilSeen({ name: node }: ClusterNode): Promise<void> {
        const name = `sentinel-${this.sentinels++}`;
        const metadata = { name, namespace: "default" };
        const spec = onNode(SENTINEL, node);
        const uid = await this.addPod({ apiVersion: "v1", kind: "Pod", metadata, spec }, false);
        const end = Date.now() + SEEN_WITHIN;
        while (this.decisions.on(uid).node === undefined) {
            if (Date.now() > end) {
                throw new Error(`The scheduler did not see node ${node} within 20 s.`);
            }
            await this.decisions.nextChange(50);
        }
        await this.removePod("default", name);
    }

    /**
     * Makes a pod.
     *
     * @param replicated it is one of several, for which the scheduler has wishes of its own
     * @returns its UID
     */
    async addPod(pod: Manifest, replicated: boolean): Promise<string> {
        const { namespace = "default", labels = {} } = pod.metadata;
        this.namespaces.add(namespace);
        const owner = replicated ? await this.ownerOf(namespace, labels) : undefined;
        const ownerReferences = owner && [
            {
                apiVersion: owner.apiVersion,
                kind: owner.kind,
                name: owner.metadata.name,
                uid: owner.metadata.uid,
                controller: true,
            },
        ];
        const metadata = { ...pod.metadata, ownerReferences };
        const made = await this.kubernetes.create({ ...pod, metadata });
        return made.metadata.uid;
    }

    /** @param seconds how long its end takes; without a kubelet, for ever unless 0 */
    removePod(namespace: string, name: string, seconds = 0): Promise<void> {
        return this.kubernetes.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, {
            gracePeriodSeconds: seconds,
        });
    }

    /** Removes all pods, nodes and volumes. */
    async clear(): Promise<void> {
        this.decisions.forget();
        await runInOrder([...this.namespaces], (namespace) =>
            this.kubernetes.delete(`/api/v1/namespaces/${namespace}/pods`, AT_ONCE),
        );
        this.namespaces.clear();
        await this.kubernetes.delete("/api/v1/nodes", AT_ONCE);
        await runInOrder(this.volumes.splice(0), (path) => this.kubernetes.delete(path, AT_ONCE));
    }

    private async make(object: Manifest): Promise<void> {
        await this.kubernetes.apply(object, MANAGER);
        if (object.kind === "Namespace") {
            // Made by a controller sooner or later; pods are refused without it.
            const metadata = { name: "default", namespace: object.metadata.name };
            const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
            await this.kubernetes.apply(account, MANAGER);
        }
    }

    /** A ReplicaSet that wants no pods itself, but says that these belong together. */
    private ownerOf(namespace: string, labels: Labels): Promise<LiveObject> {
        const id = `${namespace} ${JSON.stringify(labels)}`;
        const containers = [{ name: "none", image: "none" }];
        const made =
            this.owners.get(id) ??
            this.kubernetes.create({
                apiVersion: "apps/v1",
                kind: "ReplicaSet",
                metadata: { name: `owner-${this.owners.size}`, namespace },
                spec: {
                    replicas: 0,
                    selector: { matchLabels: labels },
                    template: { metadata: { labels }, spec: { containers } },
                },
            });
        this.owners.set(id, made);
        return made;
    }
}

/** What a trial needs of an arena. */
export type Stage = Pick<
    Arena,
    | "prepare"
    | "addVolumes"
    | "addNode"
    | "silence"
    | "removeNode"
    | "untilSeen"
    | "addPod"
    | "removePod"
    | "clear"
> & { readonly decisions: Pick<Decisions, "on" | "quiet" | "nextChange"> };
