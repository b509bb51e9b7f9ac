import * as assert from "node:assert/strict";
import type { Role } from "../../../rehearsal/roles";
import { lossOf, sample, stackDurations, yardstick } from "./samples";

const role: Role = {
    namespace: "apps",
    pods: {},
    label: "role",
    holder: "primary",
    other: "replica",
    notices: "readiness",
    seconds: 10,
};
/** A single pod on the lost node, replaced one second after its eviction. */
const single = [sample(0, "a@worker-1"), sample(5.2), sample(16.1, "b@worker-2")] as const;
const replaced = {
    created: new Map([["b", 15.2]]),
    tolerations: new Map([
        ["a", 300],
        ["b", 300],
    ]),
};
const near = (found: number | undefined, wanted: number) => {
    assert.ok(found !== undefined && Math.abs(found - wanted) < 0.01, `${found} is not ${wanted}`);
};

describe("a loss", () => {
    it("leaves a single pod's Service without an endpoint until its eviction and start", () => {
        const [service] = lossOf([[yardstick("web"), ...single]], replaced).services;
        near(service?.secondsWithoutEndpoint, 55 + 300 + 1);
        near(service?.measuredSeconds, 16.1);
        assert.deepEqual([service?.before, service?.minimumReady, service?.waits], [1, 0, false]);
    });

    it("is as long as measured in real time", () => {
        const loss = lossOf([[yardstick("web"), ...single]], { ...replaced, used: stackDurations });
        near(loss.services[0]?.secondsWithoutEndpoint, 16.1);
        assert.equal(loss.computed, false);
    });

    it("says when what a Service needs waits for the node", () => {
        const [service] = lossOf([
            [yardstick("db"), sample(0, "a@worker-1"), sample(5.2)],
        ]).services;
        assert.equal(service?.waits, true);
    });

    it("adds the time that an operator takes to move a role", () => {
        const moved = [sample(0, "a@worker-1"), sample(5.4, "b@worker-2")] as const;
        const of = (notices: Role["notices"]) =>
            lossOf([[yardstick("db-rw", { role: { ...role, notices } }), ...moved]]).services[0];
        // NotReady is at 55 s of the stack; 0.4 s later the label moved.
        near(of("readiness")?.secondsWithoutEndpoint, 55 + 0.4 + 10);
        near(of("node")?.secondsWithoutEndpoint, 5.4 + 10);
        assert.match(of("node")?.reason ?? "", /role=primary, which moves within 10 s/);
    });

    it("leaves out Services that had no endpoint before", () => {
        assert.deepEqual(
            lossOf([[yardstick("web"), sample(0), sample(9, "a@worker-2")]]).services,
            [],
        );
    });

    it("fails when a critical Service had no ready endpoint without an exception", () => {
        const failures = (changes: Parameters<typeof yardstick>[1]) =>
            lossOf([[yardstick("web", changes), ...single]], replaced).failures;
        assert.deepEqual(failures({ critical: true }), [
            "apps/web is critical and had 0 ready endpoints for 356 s",
        ]);
        assert.deepEqual(failures({ critical: true, reason: "It has no leader election." }), []);
        assert.deepEqual(failures({ critical: true, role }), []);
        assert.deepEqual(failures({ critical: false }), []);
    });

    it("fails when voters lose their majority", () => {
        const voters = yardstick("mon", { critical: true, needed: 2 });
        const lost = lossOf([[voters, sample(0, "a@worker-1", "b@worker-1", "c@worker-2")]]);
        assert.match(lost.failures[0] ?? "", /had 1 ready of 2 needed/);
    });

    it("fails on pods without a place and on lost data when it was a single node", () => {
        const found = {
            unplaced: [{ pod: "Pod/apps/web", reason: "0/3 nodes are available" }],
            consequences: ["copies are gone"],
        };
        assert.deepEqual(lossOf([], { found }).failures, [
            "1 pod found no place while worker-1 was gone",
            "copies are gone",
        ]);
        const both = lossOf([], { found, nodes: ["worker-1", "worker-2"] });
        assert.deepEqual([both.failures, both.consequences], [[], ["copies are gone"]]);
    });

    it("always fails when the API would have stopped", () => {
        const found = { withoutApi: "etcd would keep 1 of 3 members" };
        const { failures } = lossOf([], { found, nodes: ["worker-1", "worker-2"] });
        assert.match(failures[0] ?? "", /^etcd would keep 1 of 3 members .*simulated/);
    });

    it("does not fail on what the stack's profile does not promise", () => {
        const found = {
            unplaced: [{ pod: "Pod/apps/web", reason: "0/3 nodes are available" }],
            consequences: ["copies are gone"],
            withoutApi: "etcd would keep 0 of 1 members",
        };
        const failuresWithout = (...advisory: string[]) =>
            lossOf([], { found, isPromised: (criterion) => !advisory.includes(criterion) }).failures
                .length;
        assert.equal(failuresWithout(), 3);
        assert.equal(failuresWithout("HA-01"), 2);
        assert.equal(failuresWithout("HA-01", "HA-10"), 1);
        assert.equal(failuresWithout("HA-01", "HA-10", "HA-11"), 0);
    });

    it("knows when the node was given up, in the stack's time", () => {
        near(lossOf([]).moments.notReady, 55);
    });
});
