import assert from "node:assert/strict";
import { GatewayApi } from "../../../components/network/gateway-api";
import { needsCharts, record } from "./record";

describe("GatewayApi", () => {
    it("brings the standard channel's CRDs, without their descriptions", async function () {
        const recording = await record((context) => new GatewayApi("gateway-api", { context }, {}));
        needsCharts(this, recording);
        const definitions = recording.objects.filter(
            ({ kind }) => kind === "CustomResourceDefinition",
        );
        const names = definitions.map(({ metadata }) => metadata.name);
        for (const plural of ["gateways", "httproutes", "grpcroutes", "referencegrants"]) {
            assert.ok(names.includes(`${plural}.gateway.networking.k8s.io`), plural);
        }
        assert.ok(
            definitions.every(
                ({ metadata }) =>
                    metadata.annotations?.["gateway.networking.k8s.io/channel"] === "standard",
            ),
        );
        assert.ok(definitions.every(({ metadata }) => metadata.namespace === undefined));
    });
});
