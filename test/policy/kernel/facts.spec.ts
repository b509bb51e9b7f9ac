import * as assert from "node:assert/strict";
import { stackPods } from "../../../policy/engines/scheduling/stack-pods";
import { memoize } from "../../../policy/kernel/memoize";
import { Facts } from "../../../policy/kernel/facts";
import { stackViewOf } from "../../../policy/engines/references/stack-view";
import { factOf } from "../../../preview/recorded-stack";
import { deployment, type Inputs, object, type Resource, resource } from "../harness";

const toFact = ({ urn, type, name, inputs, parent = "", protect = false }: Resource) =>
    factOf({ urn, type, name, inputs, parent, protect, dependencies: [] });

function factsOf(...resources: readonly Resource[]): Facts {
    const facts = new Facts();
    for (const item of resources) {
        facts.collect(toFact(item));
    }
    return facts;
}

const configMap = (name: string, data: Inputs = {}) =>
    object({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "apps" }, data });

describe("what the pack knows of a stack", () => {
    const [first, second] = [configMap("first"), configMap("second")];

    it("finds objects by kind and resources by type, in the order of their registration", () => {
        const facts = factsOf(second, deployment(), first, resource("test:Thing", "thing"));
        const names = facts.objects("", "ConfigMap").map(({ object: { name } }) => name);
        assert.deepEqual(names, ["second", "first"]);
        assert.deepEqual(
            facts.ofType("test:Thing").map(({ name }) => name),
            ["thing"],
        );
        assert.deepEqual(
            facts.workloads().map(({ key }) => key),
            ["Deployment/apps/web"],
        );
        assert.deepEqual(facts.objects("apps", "ConfigMap"), []);
    });

    it("takes the newer of two facts of a resource, at the place of the older", () => {
        const facts = factsOf(first, second);
        facts.collect(toFact({ ...first, inputs: { ...first.inputs, data: { key: "new" } } }));
        const found = facts.objects("", "ConfigMap");
        assert.deepEqual(
            found.map(({ object: { name } }) => name),
            ["first", "second"],
        );
        assert.deepEqual(found[0]?.inputs.data, { key: "new" });
    });

    it("knows a resource by one kind only", () => {
        const facts = factsOf(first);
        facts.collect(toFact({ ...first, inputs: { ...first.inputs, kind: "Secret" } }));
        assert.equal(facts.objects("", "ConfigMap").length, 0);
        assert.equal(facts.objects("", "Secret").length, 1);
    });

    it("takes over the order in which the stack holds what it knows", () => {
        const facts = factsOf(second, deployment(), first);
        facts.settle([first, second].map(({ urn }) => ({ urn, dependencies: [] })));
        const names = facts.objects("", "ConfigMap").map(({ object: { name } }) => name);
        assert.deepEqual(names, ["first", "second"]);
    });

    it("forgets what is no longer in the stack", () => {
        const declaring = resource("platform:test:System", "system", {
            exceptions: [{ criterion: "HA-05" }],
        });
        const facts = factsOf(first, second, deployment(), declaring);
        assert.equal(facts.exceptions().length, 1);
        facts.settle([{ urn: second.urn, dependencies: [] }]);
        assert.deepEqual(
            facts.all().map(({ urn }) => urn),
            [second.urn],
        );
        assert.equal(facts.objects("", "ConfigMap").length, 1);
        assert.deepEqual(facts.workloads(), []);
        assert.deepEqual(facts.ofType(declaring.type), []);
        assert.deepEqual(facts.exceptions(), []);
    });
});

describe("what several criteria need", () => {
    it("is computed once, until a fact changes", () => {
        let computations = 0;
        const count = memoize((facts) => {
            computations += 1;
            return facts.all().length;
        });
        const facts = factsOf(configMap("first"));
        assert.deepEqual([count(facts), count(facts), computations], [1, 1, 1]);
        facts.collect(toFact(configMap("second")));
        assert.deepEqual([count(facts), count(facts), computations], [2, 2, 2]);
        facts.settle([]);
        assert.deepEqual([count(facts), computations], [0, 3]);
        assert.deepEqual([count(new Facts()), count(facts), computations], [0, 0, 4]);
    });

    it("is shared where it is costly: the pods of the stack and what its references lead to", () => {
        const facts = factsOf(deployment());
        assert.equal(stackPods(facts), stackPods(facts));
        assert.equal(stackViewOf(facts), stackViewOf(facts));
        const before = stackPods(facts);
        facts.collect(toFact(deployment({ name: "other" })));
        assert.equal(before.sets.length, 1);
        assert.equal(stackPods(facts).sets.length, 2);
    });
});
