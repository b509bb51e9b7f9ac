import * as assert from "node:assert/strict";
import { ApiError } from "../../../kubernetes-client/connection";
import type { Kubernetes, LiveObject } from "../../../kubernetes-client/kubernetes";
import { shortenTolerations, stackToleration } from "../../../rehearsal/loss/tolerations";
import type { PodInformer } from "../../../rehearsal/pod-informer";
import { live } from "../objects";
import { stackDurations, timing } from "./samples";

const limited = (seconds: number) => ({
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: seconds,
});
const tolerating = (name: string, ...tolerations: unknown[]) =>
    live("Pod", name, { spec: { tolerations } });
const everything = { operator: "Exists" };

type Changes = Parameters<Kubernetes["merge"]>[1];

/** Shortens the tolerations of pods, and tells what was changed. */
async function shortened(
    pods: readonly LiveObject[],
    used = timing.used,
    answer: () => Promise<void> = () => Promise.resolve(),
) {
    const changes = new Map<string, Changes>();
    const listeners: ((pod: LiveObject, gone: boolean) => void)[] = [];
    const kubernetes = {
        merge: (path: string, change: Changes) => {
            changes.set(path, change);
            return answer();
        },
    } as unknown as Kubernetes;
    const followed = {
        all: () => pods,
        listen: (listener: (typeof listeners)[number]) => listeners.push(listener),
    } as unknown as PodInformer;
    const failures: Error[] = [];
    await shortenTolerations(kubernetes, followed, used, (error) => failures.push(error));
    return { changes, failures, tell: (pod: LiveObject) => listeners[0]?.(pod, false) };
}

describe("tolerations in a shortened rehearsal", () => {
    it("are shortened on the pods themselves, which keep the stack's seconds as a note", async () => {
        const { changes } = await shortened([tolerating("web", limited(300), everything)]);
        const change = changes.get("/api/v1/namespaces/apps/pods/web");
        assert.deepEqual(change?.spec, { tolerations: [limited(10), everything] });
        const changed = live("Pod", "web", change);
        assert.equal(stackToleration(changed), 300);
    });

    it("are shortened of pods that come later, once", async () => {
        const { changes, tell } = await shortened([]);
        tell(tolerating("web", limited(30)));
        const [[path, change] = []] = changes;
        assert.equal(path, "/api/v1/namespaces/apps/pods/web");
        changes.clear();
        tell(live("Pod", "web", change));
        assert.equal(changes.size, 0);
    });

    it("stay as they are in real time, and where they have no end", async () => {
        const real = await shortened([tolerating("web", limited(300))], stackDurations);
        const forever = await shortened([tolerating("agent", everything)]);
        assert.deepEqual([real.changes.size, forever.changes.size], [0, 0]);
        assert.equal(stackToleration(tolerating("agent", everything)), undefined);
        assert.equal(stackToleration(tolerating("web", limited(300))), 300);
    });

    it("do not matter of a pod that went in the meantime", async () => {
        const gone = () => Promise.reject(new ApiError(404, "not found"));
        await shortened([tolerating("web", limited(300))], timing.used, gone);
        const refused = () => Promise.reject(new ApiError(500, "no"));
        await assert.rejects(shortened([tolerating("web", limited(300))], timing.used, refused));
    });
});
