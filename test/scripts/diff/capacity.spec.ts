import * as assert from "node:assert/strict";
import { figureChanges, figures } from "../../../scripts/diff/capacity";
import { planFacts } from "../../../scripts/diff/facts";
import { recordedStackFile } from "../../fixtures/stack-files";
import { readPlan } from "../../../scripts/diff/plan";

function plan(resources: readonly object[]) {
    const read = readPlan({ resources });
    assert.ok(read);
    return read;
}

describe("what a stack asks of its nodes", () => {
    it("are its requests, its volumes, and what is spare with a worker lost", async () => {
        const resources = await recordedStackFile("prod");
        const stack = plan(
            resources.map((resource) => ({
                ...resource,
                custom: !resource.type.startsWith("platform:"),
                dependsOn: resource.dependencies,
            })),
        );
        const found = new Map(figures(planFacts(stack)).map(({ what, value }) => [what, value]));
        assert.match(found.get("workers") ?? "", /^[1-9]$/);
        assert.match(found.get("CPU requested") ?? "", /^[\d.]+ cores$/);
        assert.match(found.get("memory requested") ?? "", /^[\d.]+ GiB$/);
        assert.match(found.get("memory to spare with the largest worker lost") ?? "", /^\d+ %$/);
        assert.match(found.get("volumes") ?? "", /^[1-9]\d*$/);
    });

    it("is what a month costs, where the settings have prices", () => {
        const platform = (cost: object) =>
            plan([
                {
                    urn: "urn:pulumi:test::platform::platform:base:Platform::site",
                    type: "platform:base:Platform",
                    custom: false,
                    inputs: { cost },
                },
            ]);
        const prices = { currency: "EUR", kilowattHour: 0.3, wattsPerCore: 5, hardware: 12.5 };
        const of = (cost: object) =>
            figures(planFacts(platform(cost))).find(({ what }) => what === "cost a month")?.value;
        assert.equal(of(prices), "12.50 EUR");
        assert.equal(of({}), undefined);
    });

    it("is compared figure by figure", () => {
        assert.deepEqual(
            figureChanges(
                [
                    { what: "workers", value: "3" },
                    { what: "pods", value: "9" },
                ],
                [
                    { what: "workers", value: "4" },
                    { what: "pods", value: "9" },
                    { what: "cost a month", value: "1 EUR" },
                ],
            ),
            [
                { what: "workers", before: "3", after: "4" },
                { what: "cost a month", after: "1 EUR" },
            ],
        );
    });
});
