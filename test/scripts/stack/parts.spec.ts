import * as assert from "node:assert/strict";
import { isObjectType } from "../../../components/base/object";
import {
    hasObjects,
    isChosen,
    isOutside,
    type Parts,
    partsOf,
    type Plan,
} from "../../../scripts/stack/parts";
import { previewedStack } from "../../fixtures/previewed-stack";
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

describe("the parts of prod", () => {
    let plan: Plan;
    let parts: Parts;
    before(async () => {
        const { resources } = (await previewedStack("prod")).document;
        const changes = resources.map((one) => change("create", one));
        const dependencies = Object.fromEntries(resources.map((one) => [one.urn, one.dependsOn]));
        plan = { resources, changes, dependencies };
        parts = partsOf(plan);
    });

    it("are every resource outside of the cluster, and most objects", () => {
        const first = new Set(parts.first);
        const outside = plan.resources.filter(isOutside);
        assert.ok(outside.length > 20);
        assert.deepEqual(
            outside.filter((one) => !first.has(one.urn)),
            [],
        );
        const objects = plan.resources.filter(({ type }) => isObjectType(type));
        assert.ok(parts.objects.length > objects.length / 2);
        assert.equal(hasObjects(plan, parts), false);
    });

    it("are whole: what the first makes waits for nothing that it leaves out", () => {
        const first = new Set(parts.first);
        for (const { urn: one, parent } of plan.resources.filter(({ urn }) => first.has(urn))) {
            const needed = [...(parent === "" ? [] : [parent]), ...(plan.dependencies[one] ?? [])];
            assert.deepEqual(
                needed.filter((other) => !first.has(other)),
                [],
                one,
            );
        }
    });

    it("make the pod network in the first, with the configuration that its pods read", () => {
        const names = plan.resources.filter(({ urn }) => parts.first.includes(urn));
        const has = (wanted: string) => names.some(({ name }) => name === wanted);
        for (const name of [
            "DaemonSet/kube-system/cilium",
            "ConfigMap/kube-system/cilium-config",
        ]) {
            assert.equal(has(`cilium:${name}`), areChartsRendered(plan), name);
        }
    });
});

/** Without charts there are no objects of them. */
function areChartsRendered({ resources }: Plan): boolean {
    return resources.some(({ name }) => name === "cilium:ServiceAccount/kube-system/cilium");
}
