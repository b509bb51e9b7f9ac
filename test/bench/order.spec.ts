import * as assert from "node:assert/strict";
import { simulate, type Step, trueNeeds } from "../../bench/order";
import type { Manifest } from "../../components/base/object";
import { factsOf, type StackResource } from "../../preview/recorded-stack";

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
    it("is its namespace, the CRD of its kind and what it names", () => {
        const resource = (inputs: StackResource["inputs"]): StackResource => {
            const { apiVersion, kind, metadata } = inputs as Manifest;
            const version = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
            const name = `${kind}/${metadata.name ?? ""}`;
            return {
                ...{ urn: name, name, parent: "", inputs, protect: false, dependencies: [] },
                type: `kubernetes:${version}:${kind}`,
            };
        };
        const metadata = (name: string) => ({ name, namespace: "apps" });
        const needs = trueNeeds(
            factsOf(
                [
                    { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } },
                    { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("web") },
                    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("settings") },
                    {
                        apiVersion: "apps/v1",
                        kind: "Deployment",
                        metadata: metadata("web"),
                        spec: {
                            selector: { matchLabels: { app: "web" } },
                            template: {
                                metadata: { labels: { app: "web" } },
                                spec: {
                                    serviceAccountName: "web",
                                    containers: [
                                        {
                                            name: "web",
                                            image: "web:1",
                                            envFrom: [{ configMapRef: { name: "settings" } }],
                                        },
                                    ],
                                },
                            },
                        },
                    },
                ].map(resource),
            ),
        );
        assert.deepEqual([...(needs.get("Deployment/web") ?? [])].sort(), [
            "ConfigMap/settings",
            "Namespace/apps",
            "ServiceAccount/web",
        ]);
        assert.deepEqual(needs.get("ConfigMap/settings"), ["Namespace/apps"]);
        assert.deepEqual(needs.get("Namespace/apps"), []);
    });
});
