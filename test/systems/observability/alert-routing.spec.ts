import assert from "node:assert/strict";
import { addressOn, alertRouting } from "../../../components/observability/alert-routing";
import { alone } from "../variants";

describe("AlertRouting", () => {
    it("writes one Secret, which the operator looks for, and a file for each secret", async () => {
        const stack = await alone(alertRouting);
        const routing = stack.component("alert-routing");
        const [secret] = routing.ofType("platform:base:ConfiguredSecret");
        assert.deepEqual(secret?.inputs.keys, [
            "alertmanager.yaml",
            "ntfy-url",
            "webhook-url",
            "dead-mans-switch-url",
        ]);
        routing.resource("Secret/monitoring/alertmanager-kube-prometheus-stack");
    });

    it("takes an address whole or from its path on, and none on another server", () => {
        const on = (address: string) => addressOn("hc-ping.com", "deadMansSwitchUrl", address);
        assert.equal(on("https://hc-ping.com/a-b"), "https://hc-ping.com/a-b");
        assert.equal(on("a-b"), "https://hc-ping.com/a-b");
        assert.equal(on("/a-b"), "https://hc-ping.com/a-b");
        for (const address of [
            "http://hc-ping.com/a",
            "https://evil.example/hc-ping.com",
            "https://hc-ping.com.evil.example/a",
        ]) {
            assert.throws(
                () => on(address),
                /deadMansSwitchUrl is no https:\/\/ address on hc-ping/,
            );
        }
    });
});
