/** Writes down who serves while nodes come and go. */
import { selects } from "../policy/kubernetes/selectors";
import { isTree, readList, readString, readTree } from "../policy/kernel/tree";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";
import type { GivenUp } from "./loss/clock";
import type { Endpoint, Sample } from "./loss/timeline";
import { conditionOf, type PodInformer, stateOf } from "./pod-informer";
import { keyOf, type Measured, type Yardsticks } from "./services";

/** What was seen from one moment on, in seconds since. */
export interface Recording {
    /** By the key of what is measured. */
    readonly samples: ReadonlyMap<string, readonly Sample[]>;
    /** When each pod was first seen, by uid; those from before are absent. */
    readonly created: ReadonlyMap<string, number>;
    readonly givenUp: readonly GivenUp[];
    readonly end: number;
}

/** The endpoints of a slice that take traffic (discovery.k8s.io/v1: an absent `ready` is true). */
export function readyEndpoints(slice: LiveObject): Endpoint[] {
    return readList(slice, "endpoints").flatMap((endpoint) => {
        const pod = readString(endpoint, "targetRef", "uid");
        const node = readString(endpoint, "nodeName");
        return pod === undefined ||
            node === undefined ||
            readTree(endpoint, "conditions").ready === false
            ? []
            : [{ pod, node }];
    });
}

const serviceOf = ({ metadata }: LiveObject) =>
    `${metadata.namespace ?? ""}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;

/** The ready pods that a budget guards. */
export function guardedPods(
    { name, selector }: Measured,
    pods: readonly LiveObject[],
): LiveObject[] {
    const [namespace = ""] = name.split("/");
    return pods.filter(
        (pod) =>
            pod.metadata.namespace === namespace &&
            stateOf(pod) === "ready" &&
            selects({ state: "known", value: selector }, pod.metadata.labels ?? {}) === true,
    );
}

/** Follows endpoints, pods and nodes; writes them down when asked to. */
export class EndpointRecorder {
    private readonly slices = new Map<string, { service: string; endpoints: Endpoint[] }>();
    private samples = new Map<string, Sample[]>();
    /** When each pod was first seen; -1 for those from before. */
    private created = new Map<string, number>();
    private givenUp = new Map<string, GivenUp>();
    private readonly items: readonly Measured[];
    private begun = 0;
    private readonly ends: (() => Promise<void>)[] = [];
    private forget: () => void = () => undefined;

    private constructor(
        private readonly pods: PodInformer,
        { measured, budgets }: Yardsticks,
    ) {
        const items = [...measured, ...budgets];
        this.items = [...new Map(items.map((item) => [keyOf(item), item])).values()];
    }

    static async start(
        kubernetes: Kubernetes,
        pods: PodInformer,
        yardsticks: Yardsticks,
    ): Promise<EndpointRecorder> {
        const recorder = new EndpointRecorder(pods, yardsticks);
        recorder.ends.push(
            await kubernetes.watch("discovery.k8s.io/v1", "EndpointSlice", (slice, gone) => {
                recorder.changeSlice(slice, gone);
            }),
            await kubernetes.watch("v1", "Node", (node) => {
                recorder.changeNode(node);
            }),
        );
        recorder.forget = pods.listen((pod) => {
            recorder.changePod(pod);
        });
        return recorder;
    }

    /** Begins anew, from what there is. */
    begin(): void {
        this.begun = Date.now();
        this.created = new Map();
        this.givenUp = new Map();
        this.samples = new Map();
        this.items.forEach((item) => {
            this.sample(item);
        });
        this.pods.all().forEach((pod) => this.created.set(pod.metadata.uid, -1));
    }

    /** Seconds since the beginning. */
    now(): number {
        return (Date.now() - this.begun) / 1000;
    }

    /** What was written down so far. */
    recording(): Recording {
        return {
            samples: new Map([...this.samples].map(([name, samples]) => [name, [...samples]])),
            created: new Map([...this.created].filter(([, at]) => at >= 0)),
            givenUp: [...this.givenUp.values()],
            end: this.now(),
        };
    }

    async stop(): Promise<void> {
        this.forget();
        await Promise.all(this.ends.map((end) => end()));
    }

    private endpointsOf(item: Measured): Endpoint[] {
        if (item.kind === "PodDisruptionBudget") {
            return guardedPods(item, this.pods.all()).map((pod) => ({
                pod: pod.metadata.uid,
                node: readString(pod, "spec", "nodeName") ?? "",
            }));
        }
        const own = [...this.slices.values()].filter(({ service }) => service === item.name);
        // Two address families make two slices of the same pods.
        const byPod = new Map(
            own.flatMap(({ endpoints }) => endpoints.map((endpoint) => [endpoint.pod, endpoint])),
        );
        return [...byPod.values()];
    }

    private sample(item: Measured): void {
        const samples = this.samples.get(keyOf(item)) ?? [];
        const at = samples.length === 0 ? 0 : this.now();
        samples.push({ at, endpoints: this.endpointsOf(item) });
        this.samples.set(keyOf(item), samples);
    }

    private changeSlice(slice: LiveObject, gone: boolean): void {
        const service = serviceOf(slice);
        const { uid } = slice.metadata;
        if (gone) {
            this.slices.delete(uid);
        } else {
            this.slices.set(uid, { service, endpoints: readyEndpoints(slice) });
        }
        this.items
            .filter(({ kind, name }) => kind === "Service" && name === service)
            .forEach((item) => {
                this.sample(item);
            });
    }

    private changePod({ metadata: { uid, namespace = "" } }: LiveObject): void {
        if (!this.created.has(uid)) {
            this.created.set(uid, this.now());
        }
        this.items
            .filter(
                ({ kind, name }) =>
                    kind === "PodDisruptionBudget" && name.startsWith(`${namespace}/`),
            )
            .forEach((item) => {
                this.sample(item);
            });
    }

    private changeNode(node: LiveObject): void {
        const { name } = node.metadata;
        const isReady = conditionOf(node, "Ready")?.status === "True";
        const isTainted = readList(node, "spec", "taints")
            .filter(isTree)
            .some(
                ({ key, effect }) =>
                    key === "node.kubernetes.io/unreachable" && effect === "NoExecute",
            );
        if (!isReady) {
            const known = this.givenUp.get(name) ?? { node: name };
            this.givenUp.set(name, {
                node: name,
                notReady: known.notReady ?? this.now(),
                tainted: known.tainted ?? (isTainted ? this.now() : undefined),
            });
        }
    }
}
