import * as assert from "node:assert/strict";
import { utilizationFault } from "../../../../policy/criteria/cost/utilization";
import { deployment, type Inputs, judge, platform, UNKNOWN } from "../../harness";

const prices = {
    currency: "EUR",
    kilowattHour: 1,
    wattsPerCore: 100,
    wattsPerGibibyte: 0,
    hardware: 5,
    monthlyBudget: 40,
};

describe("COST-04", () => {
    const judged = (cost: unknown, container: Inputs = {}) =>
        judge([platform({ nodes: [], cost }), deployment({ container })]);

    it("is met within the budget", async () => {
        // With CoreDNS 0.4 cores, which draw 40 W: 29.2 kWh a month.
        const result = await judged(prices);
        assert.deepEqual(result.of("COST-04"), []);
        assert.equal(result.verdict("COST-04").verdict, "met");
    });

    it("is violated above it, and says what was counted", async () => {
        assert.deepEqual((await judged({ ...prices, monthlyBudget: 34 })).of("COST-04"), [
            "Platform/platform: 0.4 cores and 0.3 GiB requested cost 34.20 EUR a month, and cost.monthlyBudget is 34.00; lower the requests or raise the budget.",
        ]);
    });

    it("is not applicable without prices", async () => {
        assert.equal((await judged(undefined)).verdict("COST-04").verdict, "not applicable");
    });

    it("is not judged where prices or requests are unknown", async () => {
        for (const result of [
            await judged(UNKNOWN),
            await judged({ ...prices, monthlyBudget: UNKNOWN }),
            await judged(prices, { resources: UNKNOWN }),
        ]) {
            assert.equal(result.verdict("COST-04").verdict, "not judged");
        }
    });
});

describe("COST-02", () => {
    it("is met within the band, and 5 points beside it", () => {
        for (const share of [35, 39.6, 40, 60, 85, 85.4, 90]) {
            assert.equal(utilizationFault({ cpu: 10, memory: share }), undefined);
            assert.equal(utilizationFault({ cpu: share, memory: 10 }), undefined);
        }
    });

    it("is violated beyond, with a number that agrees with the verdict", () => {
        assert.equal(
            utilizationFault({ cpu: 20, memory: 34.98 }),
            "requests use 20.0 % of cpu and 34.9 % of memory of all workers but the largest; below 35 % is waste: take workers away or make them smaller, 40 to 85 % is the aim",
        );
        assert.equal(
            utilizationFault({ cpu: 90.01, memory: 50 }),
            "requests use 90.1 % of cpu and 50.0 % of memory of all workers but the largest; above 90 % leaves no room to grow: enlarge or add workers, 40 to 85 % is the aim",
        );
    });
});
