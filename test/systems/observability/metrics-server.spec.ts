import assert from "node:assert/strict";
import { MetricsServer } from "../../../components/observability/metrics-server";
import { faults } from "../network/conformance";
import { needsCharts, record, settingsWith } from "../network/record";

const build = (profile: string) =>
    record(
        (context) => new MetricsServer("metrics-server", { context, needs: [] }, {}),
        settingsWith({ profile }),
    );

describe("MetricsServer", () => {
    for (const profile of ["prod", "dev"]) {
        it(`keeps the rules for its workload in ${profile}`, async function () {
            const recording = await build(profile);
            needsCharts(this, recording);
            assert.deepEqual(faults(recording), []);
        });
    }

    it("verifies the kubelets, and the API server verifies it", async function () {
        const recording = await build("prod");
        needsCharts(this, recording);
        const deployment = JSON.stringify(recording.object("Deployment", "metrics-server"));
        assert.ok(!deployment.includes("--kubelet-insecure-tls"));
        const service = recording.object("APIService", "v1beta1.metrics.k8s.io");
        assert.notEqual(
            (service.spec as { insecureSkipTLSVerify?: boolean }).insecureSkipTLSVerify,
            true,
        );
        assert.equal(
            service.metadata.annotations?.["cert-manager.io/inject-ca-from"],
            "metrics-server/metrics-server",
        );
    });

    it("may be asked by the API servers, and ask them and every kubelet", async () => {
        const recording = await build("prod");
        const names = recording.objects
            .filter(({ kind }) => kind === "NetworkPolicy")
            .map(({ metadata }) => metadata.name)
            .sort();
        assert.deepEqual(names, [
            "allow-api-server-in",
            "allow-api-server-out",
            "allow-dns",
            "allow-kubelets",
            "default-deny",
        ]);
    });
});
