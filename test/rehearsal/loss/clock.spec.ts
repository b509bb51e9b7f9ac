import * as assert from "node:assert/strict";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import { clockOf } from "../../../rehearsal/loss/clock";
import { shortened, stackTiming } from "../../../rehearsal/loss/timing";

const stack = stackTiming(controlPlaneConfiguration([]));
const used = shortened(stack);
/** NotReady after 5 s, evicted at once: 5 s of the stack's 55. */
const one = [{ node: "worker-1", notReady: 5, tainted: 5.1 }];
const clock = clockOf(one, [5, 30, 300], { stack, used });
const near = (found: number, wanted: number) => {
    assert.ok(Math.abs(found - wanted) < 0.001, `${found} is not ${wanted}`);
};

describe("the clock of a shortened loss", () => {
    it("stretches the time until the node is given up to the stack's", () => {
        near(clock.at(0), 0);
        near(clock.at(2.5), 27.5);
        near(clock.noticed(5), 55);
    });

    it("counts a replacement from the eviction that its own toleration allowed", () => {
        // Created half a second after its turn, ready two seconds later.
        const created = 5.1 + 10 + 0.5;
        near(clock.at(created + 2, { created, toleration: 300 }), 55 + 300 + 2.5);
        // As late as the next wave, but of the first.
        near(clock.at(7, { created: 6.3, toleration: 5 }), 55 + 5 + 1.9);
        near(clock.at(7, { created: 6.3, toleration: 30 }), 55 + 30 + 0.9);
    });

    it("counts everything else from the last wave that had begun", () => {
        near(clock.at(5.6), 55 + 5 + 0.5);
        near(clock.at(16.1), 55 + 300 + 1);
    });

    it("counts a pod that nobody evicts by the time it came", () => {
        near(clock.at(17.1, { created: 16.1, toleration: undefined }), 55 + 300 + 2);
    });

    it("makes the nodes of a zone wait for their turn as long as the stack's would", () => {
        const third = { node: "worker-3", notReady: 5, tainted: 5 + 2 / used.evictionRate + 0.1 };
        const late = clockOf([...one, third], [300], { stack, used });
        const created = third.tainted + 10 + 1;
        near(late.at(created, { created, toleration: 300 }), 55 + 20 + 300 + 1);
    });

    it("knows nothing to stretch by when no node was given up", () => {
        near(clockOf([], [300], { stack, used }).at(7), 7);
    });

    it("leaves real time alone", () => {
        const real = clockOf(one, [300], { stack, used: stack });
        near(real.at(47.3), 47.3);
        near(real.noticed(47.3), 47.3);
    });
});
