import * as assert from "node:assert/strict";
import { deployment, judge, object, type Resource, UNKNOWN } from "../../harness";
import { chart, definition } from "../../objects";

describe("IAC-06", () => {
    const widget = (
        dependsOn: readonly Resource[],
        apiVersion = "example.org/v1",
        kind = "Widget",
    ) =>
        object(
            { apiVersion, kind, metadata: { name: "x", namespace: "apps" } },
            { dependsOn: dependsOn.map(({ urn }) => urn) },
        );

    it("is met by a custom resource that depends on its CRD", async () => {
        const crd = definition("Widget");
        assert.deepEqual((await judge([crd, widget([crd])])).of("IAC-06"), []);
    });

    it("is met by a dependency through others", async () => {
        const crd = definition("Widget");
        const between = object(
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "apps" } },
            { dependsOn: [crd.urn] },
        );
        assert.deepEqual((await judge([crd, between, widget([between])])).of("IAC-06"), []);
    });

    it("is violated without the dependency", async () => {
        assert.deepEqual((await judge([definition("Widget"), widget([])])).of("IAC-06"), [
            "Widget/apps/x: it does not depend on CustomResourceDefinition/widgets.example.org; add what registers the CRD to dependsOn.",
        ]);
    });

    it("is violated without the CRD, and suggests a near miss", async () => {
        const result = await judge([definition("Widget"), widget([], "example.org/v1", "Wigdet")]);
        assert.deepEqual(result.of("IAC-06"), [
            "Wigdet/apps/x: no CRD of the stack defines example.org/Wigdet; perhaps example.org/Widget is meant.",
        ]);
    });

    it("is violated by a version that is not served", async () => {
        const crd = definition("Widget");
        for (const version of ["v1alpha1", "v2"]) {
            const result = await judge([crd, widget([crd], `example.org/${version}`)]);
            assert.deepEqual(result.of("IAC-06"), [
                `Widget/apps/x: CustomResourceDefinition/widgets.example.org does not serve ${version}; it serves v1.`,
            ]);
        }
    });

    it("is not judged while the versions of the CRD are unknown", async () => {
        const crd = definition("Widget", { versions: UNKNOWN });
        assert.equal((await judge([crd, widget([crd])])).verdict("IAC-06").verdict, "not judged");
    });

    it("is not judged while a chart that may bring the CRD is not rendered", async () => {
        const result = await judge([chart({ rendered: false }), widget([])]);
        assert.deepEqual(result.of("IAC-06"), []);
        assert.match(result.notJudged("IAC-06").join(), /no CRD defines example\.org\/Widget, but/);
    });

    describe("of a kind that an operator registers when it acts on a resource", () => {
        const task = (dependsOn: readonly Resource[]) => widget(dependsOn, "tekton.dev/v1", "Task");
        const brought = definition("TektonConfig", { group: "operator.tekton.dev" });
        const config = (spec: object = {}) =>
            object(
                {
                    apiVersion: "operator.tekton.dev/v1",
                    kind: "TektonConfig",
                    metadata: { name: "config" },
                    spec,
                },
                { dependsOn: [brought.urn] },
            );

        it("is met by what depends on that resource", async () => {
            const one = config();
            assert.deepEqual((await judge([brought, one, task([one])])).of("IAC-06"), []);
        });

        it("is met although the spec of that resource is unknown", async () => {
            const one = config(UNKNOWN as unknown as object);
            assert.deepEqual((await judge([brought, one, task([one])])).of("IAC-06"), []);
        });

        it("is violated by what does not", async () => {
            assert.deepEqual((await judge([brought, config(), task([])])).of("IAC-06"), [
                "Task/apps/x: it does not depend on TektonConfig/config, with which an operator registers tekton.dev/Task; add it to dependsOn.",
            ]);
        });

        it("is violated where that resource is absent", async () => {
            assert.deepEqual((await judge([task([])])).of("IAC-06"), [
                "Task/apps/x: no CRD of the stack defines tekton.dev/Task.",
            ]);
        });
    });

    it("does not ask for CRDs that the cluster brings, nor for built-in kinds", async () => {
        const result = await judge([
            widget([], "cilium.io/v2", "CiliumNetworkPolicy"),
            deployment(),
        ]);
        assert.equal(result.verdict("IAC-06").verdict, "not applicable");
    });
});
