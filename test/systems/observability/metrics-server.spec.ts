import assert from "node:assert/strict";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

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
        const names = metricsServer
            .ofKind("NetworkPolicy")
            .filter(({ metadata }) => metadata.namespace === "metrics-server")
            .map(({ metadata }) => metadata.name)
            .sort();
        assert.deepEqual(names, [
            "allow-api-server-in",
            "allow-dns",
            "allow-kubelets",
            "allow-metrics-server-metrics-in",
            "allow-to-api-server",
            "default-deny",
        ]);
    });
});
