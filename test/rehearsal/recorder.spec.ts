import * as assert from "node:assert/strict";
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import type { PodInformer } from "../../rehearsal/pod-informer";
import { guardedPods, readyEndpoints, EndpointRecorder } from "../../rehearsal/recorder";
import { keyOf } from "../../rehearsal/services";
import { yardstick } from "./loss/samples";
import { condition, live, pod } from "./objects";

type Watcher = (object: LiveObject, gone: boolean) => void;

const endpoint = (uid: string, nodeName: string, ready?: boolean) => ({
    nodeName,
    targetRef: { uid },
    conditions: ready === undefined ? {} : { ready },
});
const slice = (name: string, ...endpoints: unknown[]) =>
    live("EndpointSlice", name, {
        metadata: { labels: { "kubernetes.io/service-name": "web" } },
        endpoints,
    });
const labelled = (name: string, ready = true) => {
    const made = pod(name, { node: "worker-1", ready });
    return { ...made, metadata: { ...made.metadata, labels: { app: "worker" } } };
};
const service = yardstick("web");
const budget = yardstick("worker", {
    kind: "PodDisruptionBudget",
    selector: { matchLabels: { app: "worker" } },
});

/** A recorder with the hands of a test on its watches. */
async function recording(all: LiveObject[]) {
    const watchers = new Map<string, Watcher>();
    const listeners: Watcher[] = [];
    const kubernetes = {
        watch: (_version: string, kind: string, watcher: Watcher) => {
            watchers.set(kind, watcher);
            return Promise.resolve(() => Promise.resolve());
        },
    } as unknown as Kubernetes;
    const pods = {
        all: () => all,
        listen: (listener: Watcher) => {
            listeners.push(listener);
            return () => undefined;
        },
    } as unknown as PodInformer;
    const recorder = await EndpointRecorder.start(kubernetes, pods, {
        measured: [service, budget],
        budgets: [budget],
    });
    const change = (object: LiveObject, gone = false) => {
        watchers.get(object.kind)?.(object, gone);
        if (object.kind === "Pod") {
            listeners.forEach((listener) => {
                listener(object, gone);
            });
        }
    };
    const uids = (key: string) =>
        recorder
            .recording()
            .samples.get(key)
            ?.map(({ endpoints }) => endpoints.map((item) => item.pod));
    return { recorder, change, uids };
}

describe("what takes traffic", () => {
    it("is every endpoint that is not said to be unready", () => {
        const found = readyEndpoints(
            slice("a", endpoint("1", "w1", true), endpoint("2", "w2", false), endpoint("3", "w3")),
        );
        assert.deepEqual(found, [
            { pod: "1", node: "w1" },
            { pod: "3", node: "w3" },
        ]);
    });

    it("is, for a budget, the ready pods that it selects in its namespace", () => {
        const elsewhere = labelled("other");
        const foreign = { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: "x" } };
        const all = [labelled("a"), labelled("b", false), pod("c"), foreign];
        assert.deepEqual(
            guardedPods(budget, all).map(({ metadata }) => metadata.name),
            ["a"],
        );
    });
});

describe("the recorder", () => {
    it("begins with what there is and adds every change, of all slices of a Service", async () => {
        const { recorder, change, uids } = await recording([]);
        change(slice("a", endpoint("1", "w1")));
        recorder.begin();
        change(slice("b", endpoint("1", "w1"), endpoint("2", "w2")));
        change(slice("a"), true);
        assert.deepEqual(uids(keyOf(service)), [["1"], ["1", "2"], ["1", "2"]]);
    });

    it("follows the pods of budgets", async () => {
        const all = [labelled("a"), labelled("b")];
        const { recorder, change, uids } = await recording(all);
        recorder.begin();
        all.pop();
        change(labelled("b"), true);
        assert.deepEqual(uids(keyOf(budget)), [["uid-a", "uid-b"], ["uid-a"]]);
    });

    it("knows which pods came later, and which nodes were given up", async () => {
        const { recorder, change } = await recording([labelled("a")]);
        recorder.begin();
        change(labelled("a"));
        change(labelled("b"));
        const node = (ready: string, taints: unknown[] = []) =>
            live("Node", "worker-1", {
                spec: { taints },
                status: { conditions: [condition("Ready", ready)] },
            });
        change(node("True"));
        assert.deepEqual(recorder.recording().givenUp, []);
        change(node("Unknown"));
        change(node("Unknown", [{ key: "node.kubernetes.io/unreachable", effect: "NoSchedule" }]));
        assert.equal(recorder.recording().givenUp[0]?.tainted, undefined);
        change(node("Unknown", [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }]));
        const { created, givenUp } = recorder.recording();
        assert.deepEqual([...created.keys()], ["uid-b"]);
        assert.equal(givenUp.length, 1);
        assert.ok((givenUp[0]?.tainted ?? -1) >= (givenUp[0]?.notReady ?? Infinity));
    });

    it("hands out what was written so far, whatever comes after", async () => {
        const { recorder, change } = await recording([]);
        recorder.begin();
        const { samples } = recorder.recording();
        change(slice("a", endpoint("1", "w1")));
        assert.equal(samples.get(keyOf(service))?.length, 1);
    });
});
