import assert from "node:assert/strict";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

describe("MetricsServer", () => {
    let metricsServer: RecordedStack;
    before(async () => {
        metricsServer = (await stack("prod")).component("metrics-server");
    });

    it("verifies the kubelets, and the API server verifies it", function () {
        needsCharts(this, metricsServer);
        const deployment = metricsServer.object("Deployment/metrics-server/metrics-server");
        assert.ok(!JSON.stringify(deployment).includes("--kubelet-insecure-tls"));
        const { spec, metadata } = metricsServer.object("APIService/v1beta1.metrics.k8s.io");
        assert.notEqual((spec as { insecureSkipTLSVerify?: boolean }).insecureSkipTLSVerify, true);
        assert.equal(
            metadata.annotations?.["cert-manager.io/inject-ca-from"],
            "metrics-server/metrics-server",
        );
    });

    it("may be asked by the API servers, and ask them and every kubelet", () => {
        assert.deepEqual(flowTexts(declaredFlows(metricsServer)), [
            "metrics-server api-server-in in",
            "metrics-server dns out",
            "metrics-server kubelets out",
            "metrics-server metrics-server-metrics in",
            "metrics-server to-api-server out",
        ]);
    });
});
