import * as assert from "node:assert/strict";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import {
    hurried,
    inAHurry,
    shortened,
    stackTiming,
    tolerationSeconds,
    withTiming,
} from "../../../rehearsal/loss/timing";

const configured = (extraArgs: Record<string, string>) =>
    controlPlaneConfiguration([{ cluster: { controllerManager: { extraArgs } } }]);
const tolerating = (key: string, seconds?: number) => ({
    key: `node.kubernetes.io/${key}`,
    operator: "Exists",
    effect: "NoExecute",
    ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
});

describe("durations of a loss", () => {
    it("are the controller's defaults unless the stack configures others", () => {
        const plain = stackTiming(controlPlaneConfiguration([]));
        assert.deepEqual(
            [plain.gracePeriod, plain.monitorPeriod, plain.evictionRate],
            [50, 5, 0.1],
        );
        const own = stackTiming(
            configured({ "node-monitor-grace-period": "1m30s", "node-eviction-rate": "0.5" }),
        );
        assert.deepEqual([own.gracePeriod, own.monitorPeriod, own.evictionRate], [90, 5, 0.5]);
    });

    it("reach the controller manager as flags, beside the stack's own", () => {
        const configuration = configured({ "node-monitor-period": "2s", profiling: "false" });
        const { controllerManager } = withTiming(
            configuration,
            shortened(stackTiming(configuration)),
        );
        assert.deepEqual(controllerManager, {
            profiling: "false",
            "node-monitor-grace-period": "5000ms",
            "node-monitor-period": "200ms",
            "node-eviction-rate": "3",
            "secondary-node-eviction-rate": "0.3",
        });
    });

    it("leave a node time for several renewals of its lease when they are shortened", () => {
        const { gracePeriod, leaseSeconds } = shortened(stackTiming(controlPlaneConfiguration([])));
        assert.ok(
            gracePeriod > (leaseSeconds / 4) * 3,
            `${gracePeriod} s for a lease of ${leaseSeconds} s`,
        );
    });

    it("keep the order in which pods leave a silent node when they are shortened", () => {
        const timing = shortened(stackTiming(controlPlaneConfiguration([])));
        assert.deepEqual(
            [0, 5, 30, 60, 300, 600].map((seconds) => inAHurry(seconds, timing)),
            [0, 0, 1, 2, 10, 20],
        );
    });
});

describe("how long a pod stays on a silent node", () => {
    it("is the shortest of the tolerations that match the taint", () => {
        assert.equal(
            tolerationSeconds([tolerating("not-ready", 5), tolerating("unreachable", 300)]),
            300,
        );
        assert.equal(
            tolerationSeconds([tolerating("unreachable", 30), tolerating("unreachable", 300)]),
            30,
        );
        assert.equal(
            tolerationSeconds([tolerating("unreachable"), tolerating("unreachable", 9)]),
            9,
        );
    });

    it("is for ever when it tolerates everything, and no time when it tolerates nothing", () => {
        assert.equal(tolerationSeconds([{ operator: "Exists" }]), undefined);
        assert.equal(tolerationSeconds([tolerating("not-ready", 300)]), 0);
        assert.equal(tolerationSeconds([]), 0);
    });

    it("is shortened without touching tolerations that have no end", () => {
        const timing = shortened(stackTiming(controlPlaneConfiguration([])));
        assert.deepEqual(
            hurried([tolerating("unreachable", 300), { operator: "Exists" }], timing),
            [tolerating("unreachable", 10), { operator: "Exists" }],
        );
        assert.equal(hurried([{ operator: "Exists" }], timing), undefined);
        const real = stackTiming(controlPlaneConfiguration([]));
        assert.equal(hurried([tolerating("unreachable", 300)], real), undefined);
    });
});
