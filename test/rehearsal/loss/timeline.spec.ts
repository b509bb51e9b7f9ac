import * as assert from "node:assert/strict";
import {
    intervalsOf,
    leastReady,
    type Sample,
    secondsBelow,
    stepsOf,
} from "../../../rehearsal/loss/timeline";

const at = (moment: number, ...endpoints: [pod: string, node: string][]): Sample => ({
    at: moment,
    endpoints: endpoints.map(([pod, node]) => ({ pod, node })),
});
/** One of two pods is on the lost node; the API notices after 5 s, a third is ready after 16 s. */
const samples = [
    at(0, ["a", "worker-1"], ["b", "worker-2"]),
    at(5, ["b", "worker-2"]),
    at(16, ["b", "worker-2"], ["c", "worker-3"]),
];
const dead = new Set(["worker-1"]);

describe("the course of a Service", () => {
    it("follows each endpoint from when it is ready until it is not", () => {
        assert.deepEqual(intervalsOf(samples), [
            { pod: "a", node: "worker-1", from: 0, to: 5 },
            { pod: "b", node: "worker-2", from: 0 },
            { pod: "c", node: "worker-3", from: 16 },
        ]);
    });

    it("sees an endpoint that comes back as another stretch of the same", () => {
        const back = [at(0, ["a", "worker-1"]), at(3), at(4, ["a", "worker-1"])];
        assert.deepEqual(
            intervalsOf(back).map(({ from, to }) => [from, to]),
            [
                [0, 3],
                [4, undefined],
            ],
        );
    });

    it("counts an endpoint on a silent node as gone at once, although the API still lists it", () => {
        assert.deepEqual(stepsOf(intervalsOf(samples), dead), [
            { at: 0, ready: 1, listed: 2 },
            { at: 5, ready: 1, listed: 1 },
            { at: 16, ready: 2, listed: 2 },
        ]);
    });

    it("counts what becomes ready there later: the node is back", () => {
        const back = [at(0, ["a", "worker-1"]), at(5), at(9, ["a", "worker-1"])];
        assert.deepEqual(
            stepsOf(intervalsOf(back), dead).map(({ ready }) => ready),
            [0, 0, 1],
        );
    });

    it("adds up the seconds with fewer than needed, to the end", () => {
        const steps = stepsOf(intervalsOf(samples), dead);
        assert.equal(secondsBelow(steps, 1, 20), 0);
        assert.equal(secondsBelow(steps, 2, 20), 16);
        assert.equal(secondsBelow(steps, 3, 20), 20);
        assert.equal(secondsBelow(steps, 2, 10), 10);
        assert.equal(leastReady(steps), 1);
    });
});
