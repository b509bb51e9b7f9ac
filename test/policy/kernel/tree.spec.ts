import * as assert from "node:assert/strict";
import {
    getSpecialProxyTarget,
    unknownArchiveValue,
    unknownArrayValue,
    unknownAssetValue,
    unknownBooleanValue,
    unknownCheckingProxy,
    unknownNumberValue,
    unknownObjectValue,
    unknownStringValue,
} from "@pulumi/policy/proxy";
import {
    holdsUnknown,
    isUnknown,
    rawInputs,
    read,
    readLabels,
    readList,
    readString,
    readTree,
    showReading,
} from "../../../policy/kernel/tree";
import { UNKNOWN } from "../harness";

const SENTINELS = {
    unknownArchiveValue,
    unknownArrayValue,
    unknownAssetValue,
    unknownBooleanValue,
    unknownNumberValue,
    unknownObjectValue,
    unknownStringValue,
};

describe("policy/kernel/tree", () => {
    describe("the parts of the SDK that its types leave out", () => {
        for (const [name, sentinel] of Object.entries(SENTINELS)) {
            it(`${name} is still there and still unlike any real value`, () => {
                assert.match(sentinel, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
                assert.ok(isUnknown(sentinel));
            });
        }

        it("the proxy still throws on an unknown value", () => {
            const proxy = unknownCheckingProxy({ spec: { replicas: unknownNumberValue } });
            assert.throws(() => proxy.spec.replicas, { name: /Error/ });
        });

        it("the way behind the proxy still leads to the raw inputs", () => {
            const inputs = { spec: { replicas: unknownNumberValue } };
            const proxy = unknownCheckingProxy(inputs);
            assert.equal(getSpecialProxyTarget, "__getSpecialProxyTarget");
            assert.equal(rawInputs(proxy), inputs);
        });

        it("inputs without a proxy are taken as they are", () => {
            const inputs = { spec: {} };
            assert.equal(rawInputs(inputs), inputs);
        });
    });

    describe("read", () => {
        const tree = { spec: { list: [{ name: "a" }, UNKNOWN], none: null, later: UNKNOWN } };

        it("returns a known value", () => {
            assert.deepEqual(read(tree, ["spec", "list", 0, "name"]), {
                state: "known",
                value: "a",
            });
        });

        it("says absent for a missing key, a null, and a path through a scalar", () => {
            for (const path of [
                ["missing"],
                ["spec", "none"],
                ["spec", "list", 0, "name", "x"],
                ["spec", "list", 7],
            ]) {
                assert.deepEqual(read(tree, path), { state: "absent" }, path.join("."));
            }
        });

        it("says unknown for an unknown value and for all that would be below it", () => {
            for (const path of [
                ["spec", "later"],
                ["spec", "later", "deeper"],
                ["spec", "list", 1, "name"],
            ]) {
                assert.deepEqual(read(tree, path), { state: "unknown" }, path.join("."));
            }
        });
    });

    it("readString, readList and readTree give nothing for unknown values", () => {
        assert.equal(readString({ a: UNKNOWN }, "a"), undefined);
        assert.deepEqual(readList({ a: UNKNOWN }, "a"), []);
        assert.deepEqual(readTree({ a: UNKNOWN }, "a"), {});
    });

    it("readLabels leaves out unknown values and what is no text", () => {
        assert.deepEqual(readLabels({ labels: { a: "1", b: UNKNOWN, c: 3 } }, "labels"), {
            a: "1",
        });
    });

    it("holdsUnknown looks into lists and objects", () => {
        assert.ok(holdsUnknown({ a: [{ b: UNKNOWN }] }));
        assert.ok(!holdsUnknown({ a: [{ b: "known" }] }));
    });

    it("show names values, absence and the unknown", () => {
        assert.equal(showReading({ state: "known", value: "a" }), '"a"');
        assert.equal(showReading({ state: "absent" }), "absent");
        assert.equal(showReading({ state: "unknown" }), "unknown");
    });
});
