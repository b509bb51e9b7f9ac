import * as assert from "node:assert/strict";
import { parseImage } from "../../../policy/kubernetes/images";
import { parseQuantity } from "../../../policy/kubernetes/quantities";
import { selects, selectsAll } from "../../../policy/kubernetes/selectors";
import type { Reading } from "../../../policy/kernel/tree";
import { UNKNOWN } from "../harness";

const known = (value: unknown): Reading => ({ state: "known", value });

describe("policy/kubernetes/images", () => {
    const cases = {
        busybox: ["docker.io", "library/busybox", undefined, undefined],
        "rook/ceph:v1.20.6": ["docker.io", "rook/ceph", "v1.20.6", undefined],
        "index.docker.io/rook/ceph:v1": ["docker.io", "rook/ceph", "v1", undefined],
        "localhost:5000/a/b:1": ["localhost:5000", "a/b", "1", undefined],
        "quay.io/a/b:1@sha256:abc": ["quay.io", "a/b", "1", "sha256:abc"],
        "quay.io/a/b@sha256:abc": ["quay.io", "a/b", undefined, "sha256:abc"],
    };
    for (const [reference, [registry, repository, tag, digest]] of Object.entries(cases)) {
        it(`reads ${reference} the way Docker does`, () => {
            assert.deepEqual(parseImage(reference), { registry, repository, tag, digest });
        });
    }
});

describe("policy/kubernetes/quantities", () => {
    const cases = { "500m": 0.5, "2": 2, "1.5": 1.5, "128Mi": 134217728, "8G": 8e9, "1e3": 1000 };
    for (const [text, number] of Object.entries(cases)) {
        it(`reads ${text}`, () => {
            assert.equal(parseQuantity(text), number);
        });
    }

    it("takes numbers as they are and refuses what is no quantity", () => {
        assert.equal(parseQuantity(3), 3);
        for (const text of ["", "many", "1 Gi", "5x", undefined, {}]) {
            assert.equal(parseQuantity(text), undefined);
        }
    });
});

describe("policy/kubernetes/selectors", () => {
    const labels = { app: "web", tier: "front" };
    const expression = (operator: string, key: string, values?: string[]) =>
        known({ matchExpressions: [{ key, operator, values }] });

    it("an empty selector selects everything, an absent one nothing", () => {
        assert.equal(selects(known({}), labels), true);
        assert.equal(selects({ state: "absent" }, labels), false);
    });

    it("matchLabels must all be there", () => {
        assert.equal(selects(known({ matchLabels: { app: "web" } }), labels), true);
        assert.equal(selects(known({ matchLabels: { app: "web", x: "y" } }), labels), false);
    });

    it("matchExpressions follow their operators", () => {
        assert.equal(selects(expression("In", "app", ["web"]), labels), true);
        assert.equal(selects(expression("In", "app", ["db"]), labels), false);
        assert.equal(selects(expression("In", "none", ["web"]), labels), false);
        assert.equal(selects(expression("NotIn", "app", ["db"]), labels), true);
        assert.equal(selects(expression("NotIn", "none", ["db"]), labels), true);
        assert.equal(selects(expression("NotIn", "app", ["web"]), labels), false);
        assert.equal(selects(expression("Exists", "tier"), labels), true);
        assert.equal(selects(expression("Exists", "none"), labels), false);
        assert.equal(selects(expression("DoesNotExist", "none"), labels), true);
        assert.equal(selects(expression("DoesNotExist", "tier"), labels), false);
        assert.equal(selects(expression("Like", "app"), labels), false);
    });

    it("nobody can say what an unknown selector selects", () => {
        assert.equal(selects({ state: "unknown" }, labels), "unknown");
        assert.equal(selects(known({ matchLabels: { app: UNKNOWN } }), labels), "unknown");
    });

    it("selectsAll wants no condition at all", () => {
        assert.ok(selectsAll({ state: "absent" }));
        assert.ok(selectsAll(known({})));
        assert.ok(selectsAll(known({ matchLabels: {}, matchExpressions: [] })));
        assert.ok(!selectsAll(known({ matchLabels: { app: "web" } })));
        assert.ok(!selectsAll({ state: "unknown" }));
    });
});
