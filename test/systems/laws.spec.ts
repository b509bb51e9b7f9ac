/** What holds for every system, read off the recorded stacks. */
import assert from "node:assert/strict";
import { isObjectType, objectKey } from "../../components/base/object";
import { allCharts } from "../../components/context";
import { certManager } from "../../components/security/cert-manager";
import { systems } from "../../components/systems";
import { podSecurityAllowances } from "../../trust/pod-security";
import { secretComponents } from "../../trust/secret-components";
import { needsCharts, type RecordedStack, stackAnew } from "../fixtures/stack";
import { componentBudget, largerBudgets, stackBudget } from "./budgets";
import { faults } from "./conformance";
import { componentName } from "./names";
import { acme, alone, everything, withEverySystem, judgedStacks } from "./variants";
import { workloads } from "./workloads";

/** What a component tells the policies about single objects. */
interface Judged {
    readonly exceptions?: readonly { readonly criterion: string; readonly resource: string }[];
    readonly controllers?: readonly { readonly resource: string }[];
    readonly critical?: readonly string[];
}

function judged(recorded: RecordedStack): Judged[] {
    return recorded.resources
        .filter(({ type }) => type.startsWith("platform:"))
        .map(({ inputs }) => inputs);
}

/** Values that occur more than once. */
function repeated(values: readonly string[]): string[] {
    return values.filter((value, index) => values.indexOf(value) !== index);
}

for (const [title, make] of Object.entries(judgedStacks)) {
    describe(`every system in ${title}`, () => {
        let recorded: RecordedStack;
        before(async () => {
            recorded = await make();
        });

        it("keeps the rules for workloads, but for what it excepts", function () {
            needsCharts(this, recorded);
            const excepted = (id: string) =>
                judged(recorded)
                    .flatMap(({ exceptions = [] }) => exceptions)
                    .filter(({ criterion }) => criterion === id)
                    .map(({ resource }) => resource);
            assert.deepEqual(faults(recorded, excepted("SEC-03"), excepted("HA-07")), []);
            assert.ok(workloads(recorded).length > 20);
        });

        it("excepts, excuses and calls critical only objects that there are", function () {
            needsCharts(this, recorded);
            const known = new Set(recorded.objects.map(objectKey));
            const named = judged(recorded).flatMap(
                ({ exceptions = [], controllers = [], critical = [] }) => [
                    // Those that await a system stand at the root component, which is no object.
                    ...exceptions
                        .filter((exception) => !("awaits" in exception))
                        .map(({ resource }) => resource),
                    ...controllers.map(({ resource }) => resource),
                    ...critical,
                ],
            );
            const patched = recorded.ofType("kubernetes:core/v1:NamespacePatch");
            patched.forEach(({ inputs }) => known.add(objectKey(inputs as never)));
            assert.deepEqual(
                named.filter((key) => !known.has(key)),
                [],
            );
        });

        it("enforces the restricted Pod Security level where nothing else is allowed", () => {
            const levels = recorded.resources
                .filter(({ type }) => /^kubernetes:core\/v1:Namespace(Patch)?$/.test(type))
                .map(({ inputs }): [string, string] => {
                    const { name, labels } = inputs.metadata as {
                        name: string;
                        labels: Record<string, string>;
                    };
                    return [name, labels["pod-security.kubernetes.io/enforce"] ?? "none"];
                });
            for (const [name, level] of levels) {
                assert.equal(level, podSecurityAllowances[name]?.level ?? "restricted", name);
            }
        });

        it("registers no object twice, and names each after what it is", () => {
            const objects = recorded.resources.filter(({ type }) => isObjectType(type));
            const keys = objects.map(({ inputs }) => objectKey(inputs as never));
            assert.deepEqual(
                repeated(objects.map(({ type }, index) => `${type} ${keys[index] ?? ""}`)),
                [],
            );
            const misnamed = objects.filter(
                ({ name }, index) => !name.endsWith(`:${keys[index] ?? ""}`),
            );
            assert.deepEqual(
                misnamed.map(({ name }) => name),
                [],
            );
        });

        it("has components of the types and names that are frozen", () => {
            const all = recorded.resources.filter(({ type }) => type.startsWith("platform:"));
            assert.deepEqual(
                all.filter(({ type }) => !/^platform:[a-z]+:[A-Z][A-Za-z0-9]+$/.test(type)),
                [],
            );
            assert.deepEqual(repeated(all.map(({ type, name }) => `${type} ${name}`)), []);
            const { isOn } = recorded.settings;
            for (const { name, layer } of systems.filter(isOn)) {
                const types = recorded.components
                    .filter((candidate) => candidate.name === componentName(name))
                    .map(({ type }) => type.slice(0, type.lastIndexOf(":")));
                assert.deepEqual(types, [`platform:${layer}`], name);
            }
        });
    });
}

describe("every system", () => {
    let all: RecordedStack;
    before(async () => {
        all = await everything();
    });

    it("renders the same a second time, from nothing", async function () {
        needsCharts(this, all);
        // What a template draws at random it draws in every profile: one is enough.
        assert.deepEqual((await stackAnew(withEverySystem)).resources, all.resources);
    });

    it("has no Secret but those that the program generates or was given", async () => {
        for (const recorded of [all, await alone(certManager, acme)]) {
            const types = new Map(recorded.resources.map(({ urn, type }) => [urn, type]));
            const others = recorded
                .ofType("kubernetes:core/v1:Secret")
                // An empty one is a place that the program behind a webhook fills.
                .filter(({ inputs: { data, stringData } }) =>
                    [data, stringData].some((values) => Object.keys(values ?? {}).length > 0),
                )
                .filter(({ parent }) => !secretComponents.has(types.get(parent) ?? ""));
            assert.deepEqual(
                others.map(({ name }) => name),
                [],
            );
        }
    });

    it("uses every chart that its definition pins, and no other", () => {
        const charts = all.ofType("platform:base:Chart").map(({ inputs }) => inputs);
        const named = ({ chart, version }: { chart?: unknown; version?: unknown }) =>
            `${String(chart)} ${String(version)}`;
        assert.deepEqual(charts.map(named).sort(), allCharts.map(named).sort());
    });

    it("says which API groups its charts bring, for when one could not be rendered", function () {
        needsCharts(this, all);
        for (const { name, urn, inputs } of all.ofType("platform:base:Chart")) {
            const groups = new Set(
                all.resources
                    .filter(({ parent }) => parent === urn)
                    .flatMap(({ name: own }) => {
                        const definition = /:CustomResourceDefinition\/[^.]+\.(.+)$/.exec(own);
                        return definition?.[1] ?? [];
                    }),
            );
            assert.deepEqual([...groups].sort(), [...(inputs.apiGroups as string[])].sort(), name);
        }
    });

    it("uses every image that its definition pins", function () {
        needsCharts(this, all);
        const text = JSON.stringify(all.objects);
        const unused = systems
            .flatMap(({ images }) => Object.values<{ reference: string }>(images))
            // Some are named within a file or an argument.
            .filter(({ reference }) => !text.includes(reference));
        assert.deepEqual(unused, []);
    });

    it("stays within its budget of objects, and all of them within that of the stack", function () {
        // Where a chart is missing, the mesh lets in whom it cannot name, one by one.
        needsCharts(this, all);
        const { length } = all.resources;
        assert.ok(length < stackBudget, `${length} resources`);
        const large = all.components.flatMap(({ name }) => {
            const { resources } = all.component(name);
            const objects = resources.filter(({ type }) => type.startsWith("kubernetes:")).length;
            const allowed = largerBudgets[name]?.objects ?? componentBudget;
            return objects > allowed ? [`${name}: ${objects} of ${allowed}`] : [];
        });
        assert.deepEqual(large, []);
    });

    it("has a larger budget only while it needs one", () => {
        const idle = Object.keys(largerBudgets).filter(
            (name) => all.component(name).objects.length <= componentBudget,
        );
        assert.deepEqual(idle, []);
    });
});
