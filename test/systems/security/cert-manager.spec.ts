import assert from "node:assert/strict";
import { certManager } from "../../../components/security/cert-manager";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { acme, alone } from "../variants";

describe("CertManager", () => {
    it("opens the internet only for ACME", async () => {
        const flows = (recorded: RecordedStack) =>
            declaredFlows(recorded.component("cert-manager")).map(({ name }) => name);
        assert.ok(!flows(await stack("prod")).includes("acme"));
        assert.ok(flows(await alone(certManager, acme)).includes("acme"));
    });

    it("is ready only when its webhooks have their certificate", async function () {
        const manager = (await stack("prod")).component("cert-manager");
        needsCharts(this, manager);
        for (const kind of ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]) {
            const { annotations } = manager.object(`${kind}/cert-manager-webhook`).metadata;
            assert.equal(
                annotations?.["pulumi.com/waitFor"],
                "jsonpath={.webhooks[*].clientConfig.caBundle}",
            );
        }
    });

    it("watches the Gateway API only when it is on", async function () {
        const parts = [await stack("prod"), await alone(certManager)].map((recorded) =>
            recorded.component("cert-manager"),
        );
        parts.forEach((part) => {
            needsCharts(this, part);
        });
        const watches = parts.map(({ objects }) =>
            JSON.stringify(objects).includes("enableGatewayAPI: true"),
        );
        assert.deepEqual(watches, [true, false]);
    });
});
