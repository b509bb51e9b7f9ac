import * as assert from "node:assert/strict";
import { hasObjects, isChosen, partsOf } from "../../../scripts/stack/parts";
import { change, CONFIG_MAP, CRD, planOf, resource, stack, urn } from "./plans";

const urns = (list: readonly { readonly urn: string }[]) => list.map((one) => one.urn).sort();
const { secret, crd, password, node, provider, account, chart, daemonSet, health } = stack;

describe("the parts of a first update", () => {
    const parts = partsOf(planOf());

    it("are first what is outside of the cluster, with its components", () => {
        for (const one of [node, password, provider, stack.app, stack.platform]) {
            assert.ok(parts.first.includes(one.urn), one.urn);
        }
        assert.deepEqual([...parts.outside].sort(), urns([node, password]));
    });

    it("leave objects and CRDs for the second part", () => {
        assert.deepEqual([...parts.objects].sort(), urns([secret, crd]));
    });

    it("take what something outside waits for into the first, with the whole of its system", () => {
        for (const one of [health, daemonSet, account, chart, stack.priority]) {
            assert.ok(parts.first.includes(one.urn), one.urn);
        }
    });

    it("leave a system for the second part that nothing outside waits for", () => {
        const { resources, changes } = planOf();
        const without = partsOf({ resources, changes, dependencies: {} });
        assert.deepEqual(
            [...without.objects].sort(),
            urns([secret, crd, daemonSet, account, stack.priority]),
        );
    });

    it("name each resource once, and only what is planned", () => {
        assert.equal(new Set(parts.first).size, parts.first.length);
        const known = new Set(planOf().resources.map((one) => one.urn));
        assert.deepEqual(
            parts.first.filter((one) => !known.has(one)),
            [],
        );
    });

    it("take away in the first part what goes outside of the cluster", () => {
        const gone = resource("proxmoxve:index/vmLegacy:VmLegacy", "old");
        const { first } = partsOf(planOf([], [change("delete", gone)]));
        assert.ok(first.includes(gone.urn));
    });

    it("end where resources depend on each other, or on what is not planned", () => {
        const plan = planOf();
        const dependencies = {
            ...plan.dependencies,
            [node.urn]: [password.urn, urn(CONFIG_MAP, "of another stack")],
            [password.urn]: [node.urn],
        };
        assert.ok(partsOf({ ...plan, dependencies }).first.includes(node.urn));
    });
});

describe("whether the state has objects", () => {
    const plan = planOf();
    const has = (given: typeof plan) => hasObjects(given, partsOf(given));

    it("is denied for an empty state, and for one with the first part, whole or not", () => {
        assert.equal(has(plan), false);
        assert.equal(has(planOf([password])), false);
        assert.equal(has(planOf([password, node, provider, daemonSet, account])), false);
    });

    for (const operation of ["update", "replace"] as const) {
        it(`is affirmed by one that would be changed (${operation})`, () => {
            assert.equal(has(planOf([secret], [change(operation, secret)])), true);
        });
    }

    it("is affirmed by one that stays as it is, a CRD too", () => {
        assert.equal(has(planOf([secret])), true);
        assert.equal(has(planOf([crd])), true);
    });

    it("is affirmed by one that goes", () => {
        const old = resource(CONFIG_MAP, "old");
        assert.equal(has(planOf([], [change("delete", old)])), true);
        assert.equal(has(planOf([], [change("delete", resource(CRD, "old"))])), true);
    });

    it("is not affirmed by what goes elsewhere", () => {
        const gone = resource("proxmoxve:index/vmLegacy:VmLegacy", "old");
        assert.equal(has(planOf([], [change("delete", gone)])), false);
    });
});

describe("flags that choose resources", () => {
    for (const flag of ["--target", "-t", "--exclude=urn:x", "--replace", "--target-replace=x"]) {
        it(`are known: ${flag}`, () => {
            assert.equal(isChosen(["--diff", flag]), true);
        });
    }

    it("are no others", () => {
        assert.equal(isChosen([]), false);
        assert.equal(isChosen(["--parallel=4", "--diff", "--targets", "-m", "--refresh"]), false);
    });
});
