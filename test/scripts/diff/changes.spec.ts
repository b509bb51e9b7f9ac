import * as assert from "node:assert/strict";
import { crdType } from "../../../components/base/object";
import { comparePlans } from "../../../scripts/diff/changes";
import { readPlan } from "../../../scripts/diff/plan";
import { changesOf, document, made, object, plan, system } from "./plans";

const chart = {
    ...system("tool"),
    urn: `${system("tool").urn}-chart`,
    type: "platform:base:Chart",
    name: "tool",
    parent: system("tool").urn,
};

describe("a comparison of two plans", () => {
    it("tells what is added, removed and changed, with the system that it is of", () => {
        const { resources } = changesOf(
            [object("one", "v1", "Service", "a"), object("two", "v1", "Service", "b")],
            [
                object("one", "v1", "Service", "a", { spec: { type: "NodePort" } }),
                object("three", "v1", "Service", "c"),
            ],
        );
        assert.deepEqual(
            resources.map(({ operation, system: name, label }) => [operation, name, label]),
            [
                ["added", "three", "Service/three/c"],
                ["removed", "two", "Service/two/b"],
                ["changed", "one", "Service/one/a"],
            ],
        );
    });

    it("is nothing for equal plans", () => {
        const service = object("one", "v1", "Service", "a");
        const changes = changesOf([service], [service]);
        assert.deepEqual(changes.resources, []);
        assert.deepEqual(changes.figures, []);
        assert.deepEqual(changes.effects, []);
    });

    it("never tells the values of a Secret, nor where the pack has found one in plain text", () => {
        const secret = (value: string) =>
            object("a", "v1", "Secret", "s", { data: { key: value } });
        const config = (value: string) =>
            object("a", "v1", "ConfigMap", "c", { data: { PGPASSWORD: value } });
        const criterion = {
            id: "IAC-04",
            verdict: "violated",
            description: "",
            findings: [{ verdict: "violated", urn: config("").urn, resource: "x", message: "m" }],
        };
        const exposed = { scorecard: { criteria: [criterion] } };
        const text = JSON.stringify(
            comparePlans(
                plan([secret("hunter1"), config("hunter2")], exposed),
                plan([secret("hunter3"), config("hunter4")]),
                () => undefined,
            ),
        );
        assert.ok(text.includes("PGPASSWORD"));
        assert.doesNotMatch(text, /hunter/);
    });

    it("leaves out the objects of a chart that one side could not render", () => {
        const below = { ...object("tool", "v1", "Service", "a"), parent: chart.urn };
        const charts = (rendered: boolean) => ({
            charts: [{ name: "tool", chart: "tool", version: "1", rendered }],
        });
        const { resources, effects, uncompared } = comparePlans(
            plan([chart, below], charts(true)),
            plan([chart], charts(false)),
            () => undefined,
        );
        assert.deepEqual([resources, effects], [[], []]);
        assert.deepEqual(uncompared, ["tool"]);
    });

    it("opens CRDs where their content is at hand", () => {
        const crd = (digest: string) =>
            made("tool", crdType, "things", { digest, metadata: { name: "things" } });
        const contents = new Map([
            ["one", { spec: { versions: [{ name: "v1", schema: { a: 1 } }] } }],
            ["two", { spec: { versions: [{ name: "v1", schema: { a: 2 } }, { name: "v2" }] } }],
        ]);
        const paths = (known: boolean) =>
            comparePlans(plan([crd("one")]), plan([crd("two")]), (digest) => {
                const spec = contents.get(digest) ?? {};
                return known ? { apiVersion: "v1", kind: "X", metadata: {}, ...spec } : undefined;
            }).resources.flatMap(({ fields }) => fields.map(({ path }) => path));
        assert.deepEqual(paths(true), ["spec.versions[v1].schema.a", "spec.versions[v2]"]);
        assert.deepEqual(paths(false), ["digest"]);
    });

    it("tells charts and images from version to version", () => {
        const pod = (image: string) =>
            object("a", "apps/v1", "Deployment", "d", {
                spec: {
                    template: {
                        spec: {
                            containers: [
                                {
                                    name: "c",
                                    image,
                                    args: [
                                        `--helper-image=ghcr.io/a/helper:${image.slice(12, 15)}`,
                                    ],
                                    env: [{ name: "URL", value: "https://example.org/a:1" }],
                                },
                            ],
                        },
                    },
                },
            });
        const pinned = (version: string) => ({ charts: [{ name: "c", chart: "c", version }] });
        const { versions } = comparePlans(
            plan([pod("quay.io/a/b:1.0")], pinned("1.0.0")),
            plan([pod("quay.io/a/b:1.1@sha256:00")], pinned("1.1.0")),
            () => undefined,
        );
        assert.deepEqual(versions.charts, [{ what: "c", before: "1.0.0", after: "1.1.0" }]);
        assert.deepEqual(versions.images, [
            { what: "ghcr.io/a/helper", before: "1.0", after: "1.1" },
            { what: "quay.io/a/b", before: "1.0", after: "1.1" },
        ]);
    });

    it("tells what the scorecard gains and loses, the worse first", () => {
        const criterion = (id: string, verdict: string, message?: string) => ({
            id,
            verdict,
            description: "",
            findings:
                message === undefined
                    ? []
                    : [{ verdict, urn: "u", resource: "Deployment/a/b", message }],
        });
        const exception = (resource: string, expires: string) => ({
            criterion: "HA-04",
            resource,
            reason: "why",
            expires,
        });
        const { scorecard } = comparePlans(
            plan([], {
                scorecard: {
                    criteria: [criterion("A-1", "violated", "1 of 2"), criterion("A-2", "met")],
                },
                exceptions: [exception("x", "2027-01-01"), exception("y", "2027-01-01")],
            }),
            plan([], {
                scorecard: {
                    criteria: [
                        criterion("A-1", "violated", "1 of 3"),
                        criterion("A-2", "violated", "it is bad"),
                        criterion("A-3", "met"),
                    ],
                },
                exceptions: [exception("x", "2028-01-01"), exception("z", "2027-01-01")],
                policies: [{ criterion: "A-2", level: "mandatory" }],
            }),
            () => undefined,
        );
        assert.deepEqual(
            scorecard.verdicts.map(({ id, level, before, after, effect }) =>
                [id, level, before, after, effect].join(" "),
            ),
            ["A-2 mandatory met violated worse", "A-3   met other"],
        );
        assert.deepEqual(
            scorecard.newFindings.map(({ message }) => message),
            ["it is bad"],
        );
        assert.deepEqual(
            scorecard.exceptions.map(({ resource, before, after }) => [
                resource,
                before?.expires,
                after?.expires,
            ]),
            [
                ["x", "2027-01-01", "2028-01-01"],
                ["z", undefined, "2027-01-01"],
                ["y", "2027-01-01", undefined],
            ],
        );
    });
});

describe("the document of an older release", () => {
    it("is read with whatever it has", () => {
        const read = readPlan({
            resources: [
                { urn: "u", type: "kubernetes:core/v1:Service", name: "n" },
                { urn: "c", type: "platform:base:Chart", name: "n" },
            ],
            charts: [{ name: "a", version: "1" }],
        });
        assert.deepEqual(
            read?.resources.map(({ custom, inputs, protect }) => [custom, inputs, protect]),
            [
                [true, {}, false],
                [false, {}, false],
            ],
        );
        assert.deepEqual(read.charts, [{ name: "a", chart: "a", version: "1", rendered: true }]);
    });

    it("is none without resources", () => {
        for (const other of [undefined, null, [], "text", {}, { resources: {} }]) {
            assert.equal(readPlan(other), undefined);
        }
        assert.ok(readPlan(document([])));
    });
});
