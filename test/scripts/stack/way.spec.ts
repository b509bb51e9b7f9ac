import * as assert from "node:assert/strict";
import type { ObjectRecord } from "../../../scripts/stack/object-record";
import { partsOf, type Plan } from "../../../scripts/stack/parts";
import { wayOf } from "../../../scripts/stack/way";
import { planOf, stack } from "./plans";

const { node, password, provider, secret } = stack;
const empty = planOf();
const firstPart = planOf([node, password, provider]);
const some = planOf([node, password, provider, secret]);

function way(plan: Plan, record: ObjectRecord | undefined, flags: readonly string[] = []) {
    return wayOf({ plan, parts: partsOf(plan), flags, record });
}

describe("the way in which an update is applied", () => {
    it("is in parts while the state has no object, killed at the first part or not", () => {
        assert.equal(way(empty, "recorded"), "parts");
        assert.equal(way(firstPart, "recorded"), "parts");
    });

    it("is whole for a state with objects, be they written by the second part or long before", () => {
        assert.equal(way(some, "recorded"), "whole");
        assert.equal(way(some, "unrecorded"), "whole");
    });

    it("is an adoption where the second part was killed, and until one has succeeded", () => {
        assert.equal(way(firstPart, "unrecorded"), "adoption");
        assert.equal(way(firstPart, "adopting"), "adoption");
        assert.equal(way(some, "adopting"), "adoption");
    });

    it("is whole on a backend that writes no whole states", () => {
        for (const plan of [empty, firstPart, some]) {
            assert.equal(way(plan, undefined), "whole");
        }
    });

    it("is whole where the user chooses resources, unless objects may be unknown", () => {
        assert.equal(way(empty, "recorded", ["--target", "urn:x"]), "whole");
        assert.equal(way(firstPart, "unrecorded", ["--target", "urn:x"]), "adoption");
    });

    it("is whole where nothing is left for a second part", () => {
        const outside = [node, password, provider];
        const plan = { ...planOf(), resources: outside };
        assert.equal(way(plan, "recorded"), "whole");
    });
});
