import * as assert from "node:assert/strict";
import { simulate, type Step, trueNeeds } from "../../bench/order";
import { factsOf } from "../../preview/recorded-stack";
import { recordedStackFile } from "../fixtures/stack-files";

const step = (id: string, seconds: number, ...dependencies: string[]): Step => ({
    id,
    seconds,
    dependencies,
});

describe("the order of an update", () => {
    it("takes as long as its longest chain where there is room", () => {
        const found = simulate([step("a", 1), step("b", 2, "a"), step("c", 1, "a")], 16);
        assert.deepEqual(found, { seconds: 3, chain: 3, length: 2 });
    });

    it("takes longer where few are sent at a time", () => {
        const steps = ["a", "b", "c", "d"].map((id) => step(id, 1));
        assert.deepEqual(simulate(steps, 2), { seconds: 2, chain: 1, length: 1 });
        assert.deepEqual(simulate(steps, 1), { seconds: 4, chain: 1, length: 1 });
    });

    it("takes what is not sent as done, and refuses a circle", () => {
        assert.equal(simulate([step("a", 1, "elsewhere", "a")], 1).seconds, 1);
        assert.throws(
            () => simulate([step("a", 1, "b"), step("b", 1, "a"), step("c", 1)], 2),
            /^Error: 2 steps wait for each other in a circle\.$/,
        );
    });
});

describe("what an object truly needs", () => {
    it("is its namespace and what it names, and the program waits for all of it", async () => {
        const stack = await recordedStackFile("dev");
        const needs = trueNeeds(factsOf(stack));
        const byUrn = new Map(stack.map((resource) => [resource.urn, resource]));
        // What a resource waits for, with all that these wait for.
        const waited = new Map<string, ReadonlySet<string>>();
        const waitsFor = (urn: string): ReadonlySet<string> => {
            const known = waited.get(urn);
            if (known !== undefined) {
                return known;
            }
            const own = byUrn.get(urn)?.dependencies ?? [];
            const all = new Set(own.flatMap((one) => [one, ...waitsFor(one)]));
            waited.set(urn, all);
            return all;
        };
        const homeless = [...needs].filter(([urn, [home]]) => {
            const { kind } = byUrn.get(home ?? "")?.inputs ?? {};
            return kind === "Namespace" && !waitsFor(urn).has(home ?? "");
        });
        assert.deepEqual(homeless, []);
        assert.ok([...needs.values()].some((own) => own.length > 1));
    });
});
