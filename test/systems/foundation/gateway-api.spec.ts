import assert from "node:assert/strict";
import { needsCharts, stack } from "../../fixtures/stack";

describe("GatewayApi", () => {
    it("brings the standard channel's CRDs", async function () {
        const gatewayApi = (await stack("prod")).component("gateway-api");
        needsCharts(this, gatewayApi);
        const definitions = gatewayApi.ofKind("CustomResourceDefinition");
        const names = definitions.map(({ metadata }) => metadata.name);
        for (const plural of ["gateways", "httproutes", "grpcroutes", "referencegrants"]) {
            assert.ok(names.includes(`${plural}.gateway.networking.k8s.io`), plural);
        }
        for (const { metadata } of definitions) {
            assert.equal(metadata.annotations?.["gateway.networking.k8s.io/channel"], "standard");
            assert.equal(metadata.namespace, undefined);
        }
    });
});
