import * as assert from "node:assert/strict";
import { untilServed } from "../../kubernetes-client/served";
import { crd, FakeCluster } from "../crds/fake-cluster";

describe("waiting for the kind of a CRD", () => {
    it("asks until it is served", async () => {
        const cluster = new FakeCluster();
        cluster.conditions = [];
        await cluster.apply(crd(), "test");
        let looks = 0;
        const late = {
            pathOf: cluster.pathOf.bind(cluster),
            get: async <T>(path: string): Promise<T> => {
                looks += 1;
                if (looks === 3) {
                    cluster.conditions = [{ type: "Established", status: "True" }];
                    await cluster.apply(crd(), "test");
                }
                return cluster.get<T>(path);
            },
        };
        await untilServed(late, crd(), 10_000);
        assert.equal(looks, 3);
    });

    it("ends when time is up, when it is told to, and at once when the names are taken", async () => {
        const cluster = new FakeCluster();
        cluster.conditions = [];
        await cluster.apply(crd(), "test");
        await assert.rejects(untilServed(cluster, crd(), 1), /within 0 s$/);
        await assert.rejects(untilServed(cluster, crd(), 60_000, AbortSignal.abort()), /within/);
        cluster.conditions = [{ type: "NamesAccepted", status: "False", message: "in use" }];
        await cluster.apply(crd(), "test");
        await assert.rejects(untilServed(cluster, crd(), 60_000), /serve it: in use/);
    });
});
