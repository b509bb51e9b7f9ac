import * as assert from "node:assert/strict";
import { paintOf } from "../../../preview/scorecard/terminal";
import type { Drain } from "../../../rehearsal/drain/drain";
import { drainDocument, drainReport } from "../../../rehearsal/drain/report";

const plain: Drain = {
    node: "worker-1",
    seconds: 3.456,
    evicted: 17,
    refused: 0,
    blockedBy: [],
    belowBudget: [],
    interrupted: [],
    unplaced: [],
    failures: [],
};
const textOf = (...drains: Drain[]) =>
    drainReport(drains, paintOf({ colours: false }), (text) => text).join("\n");
const blocked = {
    budget: "apps/db",
    pods: ["apps/db-1"],
    words: "The disruption budget db needs 2 healthy pods and has 2 currently",
};

describe("the report of drains", () => {
    it("is empty without any", () => {
        assert.equal(textOf(), "");
    });

    it("says how long each took, and how many evictions had to wait for a budget", () => {
        assert.match(textOf(plain), /^\+ worker-1 drained in 3 s: 17 pods evicted$/m);
        assert.match(textOf({ ...plain, refused: 2 }), /evicted, 2 of them not at once$/m);
    });

    it("says for which node a budget waits, which is no failure", () => {
        const waiting = { ...blocked, waitsFor: "worker-2", deadlock: false };
        const text = textOf({ ...plain, otherDown: "worker-2", blockedBy: [waiting] });
        assert.match(text, /^\+ worker-1 with worker-2 down drained after worker-2 was back/m);
        assert.match(text, /apps\/db waits for worker-2 before it lets apps\/db-1 go/);
    });

    it("marks a drain that failed, with each sentence", () => {
        const failures = ["worker-1 cannot be drained: apps/db keeps apps/db-1"];
        const text = textOf({ ...plain, blockedBy: [{ ...blocked, deadlock: true }], failures });
        assert.match(text, /^x worker-1 drained/m);
        assert.match(text, /^ {4}worker-1 cannot be drained/m);
        assert.doesNotMatch(text, /waits for/);
    });

    it("says what must not be done, and why", () => {
        const notDone = "etcd would keep 1 of 3 members";
        assert.match(
            textOf({ ...plain, node: "ctrl-0", otherDown: "ctrl-1", notDone }),
            /^! ctrl-0 with ctrl-1 down: not to be done, and not done: etcd would keep/m,
        );
    });

    it("names Services that were interrupted, with the reason once", () => {
        const reason = "It has no leader election.";
        const interrupted = ["apps/a", "apps/b"].map((name) => ({
            name,
            secondsWithoutEndpoint: 1.26,
            reason,
        }));
        const text = textOf({ ...plain, interrupted });
        assert.match(text, /apps\/a had no ready endpoint for 1 s \[1\]/);
        assert.equal(text.split(reason).length, 2);
        const [drain] = JSON.parse(JSON.stringify(drainDocument([{ ...plain, interrupted }]))) as [
            { seconds: number; interrupted: { secondsWithoutEndpoint: number }[] },
        ];
        assert.deepEqual([drain.seconds, drain.interrupted[0]?.secondsWithoutEndpoint], [3.5, 1.3]);
    });
});
