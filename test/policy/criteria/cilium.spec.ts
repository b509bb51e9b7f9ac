import * as assert from "node:assert/strict";
import { judge, object, UNKNOWN } from "../harness";
import { soundCilium } from "../sound-parts";

const agent = object({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "cilium", namespace: "kube-system" },
    spec: { selector: { matchLabels: { "k8s-app": "cilium" } } },
});

for (const [id, cases] of Object.entries({
    "SEC-08": [
        [{ "policy-audit-mode": "true" }, 'data.policy-audit-mode is "true"; set it to false'],
        [
            { "enable-policy": "never" },
            'data.enable-policy is "never"; set it to default or always',
        ],
        [{ "enable-wireguard": "false" }, 'data.enable-wireguard is "false"; set it to true'],
        [{ "enable-wireguard": undefined }, "data.enable-wireguard is absent; set it to true"],
    ],
    "OBS-09": [
        [{ "enable-hubble": "false" }, 'data.enable-hubble is "false"; set it to true'],
        [
            { "hubble-metrics": undefined },
            "data.hubble-metrics is absent; name metrics such as drop, dns and flow",
        ],
        [
            { "hubble-metrics": " " },
            'data.hubble-metrics is " "; name metrics such as drop, dns and flow',
        ],
        [
            { "hubble-metrics-server": undefined },
            "data.hubble-metrics-server is absent; give it an address such as :9965",
        ],
    ],
} as const)) {
    describe(id, () => {
        it("is met by the settings of a sound Cilium", async () => {
            const result = await judge([soundCilium()]);
            assert.deepEqual(result.of(id), []);
            assert.equal(result.verdict(id).verdict, "met");
        });

        for (const [change, message] of cases) {
            it(`is violated by ${JSON.stringify(change)}, absent or not`, async () => {
                assert.deepEqual((await judge([soundCilium(change)])).of(id), [
                    `ConfigMap/apps/cilium-config: ${message}.`,
                ]);
            });

            it(`is not judged where ${Object.keys(change).join()} is unknown`, async () => {
                const unknown = Object.fromEntries(
                    Object.keys(change).map((key) => [key, UNKNOWN]),
                );
                const result = await judge([soundCilium(unknown)]);
                assert.equal(result.verdict(id).verdict, "not judged");
            });
        }

        it("is violated by agents without settings, and not applicable without agents", async () => {
            assert.deepEqual((await judge([agent])).of(id), [
                "DaemonSet/kube-system/cilium: no ConfigMap cilium-config sets it up; add the one of its chart.",
            ]);
            assert.equal((await judge([])).verdict(id).verdict, "not applicable");
        });
    });
}

describe("SEC-08", () => {
    it("is met by IPsec", async () => {
        const result = await judge([
            soundCilium({ "enable-wireguard": "false", "enable-ipsec": "true" }),
        ]);
        assert.deepEqual(result.of("SEC-08"), []);
    });
});
