import * as assert from "node:assert/strict";
import { ApiError } from "../../../kubernetes-client/connection";
import {
    evictAll,
    type RefusedEviction,
    toRefusal,
    victimsOn,
} from "../../../rehearsal/drain/evictions";
import { returnedPods } from "../../../rehearsal/drain/returned";
import type { LiveObject } from "../../../kubernetes-client/kubernetes";
import { MIRROR } from "../../../rehearsal/stand-ins";
import { live, pod } from "../objects";

const words =
    "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 2 healthy pods and has 2 currently";

/** A cluster that refuses an eviction as often as told, and deletes at once. */
function clusterOf(all: readonly LiveObject[], refusals: Readonly<Record<string, number>>) {
    const there = new Map(all.map((item) => [item.metadata.uid, item]));
    const left = new Map(Object.entries(refusals));
    const rehearsal = {
        kubernetes: {
            evict: ({ metadata: { name, uid } }: LiveObject) => {
                const more = left.get(name) ?? 0;
                left.set(name, more - 1);
                if (more > 0) {
                    return Promise.reject(new ApiError(429, words));
                }
                return there.delete(uid)
                    ? Promise.resolve()
                    : Promise.reject(new ApiError(404, "pods not found"));
            },
        },
        pods: { all: () => [...there.values()], listen: () => () => undefined },
    };
    return { there, rehearsal: rehearsal as unknown as Parameters<typeof evictAll>[0] };
}

const never = () => Promise.reject(new Error("It is not stuck."));

describe("the pods that a drain evicts", () => {
    it("are those of the node, without static ones and those of DaemonSets", () => {
        const daemon = live("Pod", "agent", {
            metadata: { ownerReferences: [{ kind: "DaemonSet", name: "agent", controller: true }] },
            spec: { nodeName: "worker-1" },
        });
        const fixed = live("Pod", "kube-apiserver", {
            metadata: { annotations: { [MIRROR]: "x" } },
            spec: { nodeName: "worker-1" },
        });
        const own = pod("web-1", { node: "worker-1", owner: "web" });
        const other = pod("web-2", { node: "worker-2", owner: "web" });
        assert.deepEqual(victimsOn("worker-1", [daemon, fixed, own, other]), [own]);
    });
});

describe("a refused eviction", () => {
    it("names the budget in the API server's words", () => {
        assert.deepEqual(toRefusal(pod("web-1"), new ApiError(429, words)), {
            pod: "apps/web-1",
            budget: "apps/web",
            words,
        });
        const two = "This pod has more than one PodDisruptionBudget, which is not supported.";
        assert.equal(toRefusal(pod("web-1"), new ApiError(500, two)).budget, undefined);
    });
});

describe("evicting", () => {
    const web = [pod("web-1"), pod("web-2"), pod("web-3")];

    it("asks again for what was refused, until all are gone", async () => {
        const { rehearsal, there } = clusterOf(web, { "web-2": 1 });
        assert.deepEqual(await evictAll(rehearsal, web, never), {
            evicted: 3,
            refused: 1,
            finished: true,
        });
        assert.equal(there.size, 0);
    });

    it("takes a pod that went by itself for evicted", async () => {
        const { rehearsal, there } = clusterOf(web, {});
        there.delete("uid-web-1");
        assert.equal((await evictAll(rehearsal, web, never)).finished, true);
    });

    it("tells who is refused when nothing moves, and gives up when told to", async () => {
        const { rehearsal, there } = clusterOf(web, { "web-2": Infinity });
        const told: (readonly RefusedEviction[])[] = [];
        const outcome = await evictAll(
            rehearsal,
            web,
            (refusals) => {
                told.push(refusals);
                return Promise.resolve(false);
            },
            { askEvery: 1, stuckAfter: 20 },
        );
        assert.deepEqual(outcome, { evicted: 2, refused: 1, finished: false });
        assert.deepEqual(
            told.map((refusals) => refusals.map(({ pod: name }) => name)),
            [["apps/web-2"]],
        );
        assert.deepEqual([...there.keys()], ["uid-web-2"]);
    });
});

describe("a pod that is back under its name", () => {
    const budget = live("PodDisruptionBudget", "db", {
        status: { disruptedPods: { "db-0": "2026-01-01T10:00:05Z" } },
    });
    const madeAt = (creationTimestamp: string, name = "db-0", ready = true) => {
        const made = pod(name, { ready });
        return { ...made, metadata: { ...made.metadata, creationTimestamp } };
    };

    it("is still noted as going in its budget", () => {
        assert.deepEqual(returnedPods(budget, [madeAt("2026-01-01T10:00:06Z")]), ["db-0"]);
    });

    it("is not one that is still the same, not ready, or of another name", () => {
        assert.deepEqual(returnedPods(budget, [madeAt("2026-01-01T09:00:00Z")]), []);
        assert.deepEqual(returnedPods(budget, [madeAt("2026-01-01T10:00:06Z", "db-0", false)]), []);
        assert.deepEqual(returnedPods(budget, [madeAt("2026-01-01T10:00:06Z", "db-1")]), []);
    });
});
