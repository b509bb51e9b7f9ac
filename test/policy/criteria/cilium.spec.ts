import * as assert from "node:assert/strict";
import { type Inputs, judge, object, type Resource, UNKNOWN } from "../harness";
import { soundCeph, soundCilium } from "../sound-parts";

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
        [
            { "enable-k8s-networkpolicy": "false" },
            'data.enable-k8s-networkpolicy is "false"; set it to true',
        ],
        [
            { "enable-cilium-clusterwide-network-policy": "false" },
            'data.enable-cilium-clusterwide-network-policy is "false"; set it to true',
        ],
        [
            { "enable-source-ip-verification": "false" },
            'data.enable-source-ip-verification is "false"; set it to true',
        ],
        [{ "hubble-disable-tls": "true" }, 'data.hubble-disable-tls is "true"; set it to false'],
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

describe("SEC-08, what comes before Cilium's ConfigMap", () => {
    const agents = (container: Inputs) =>
        object({
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { name: "cilium", namespace: "kube-system" },
            spec: {
                selector: { matchLabels: { "k8s-app": "cilium" } },
                template: {
                    spec: {
                        containers: [
                            {
                                name: "cilium-agent",
                                image: "quay.io/cilium/cilium:v1.20.0",
                                command: ["cilium-agent"],
                                ...container,
                            },
                        ],
                    },
                },
            },
        });
    const found = async (...resources: Resource[]) =>
        (await judge([soundCilium(), ...resources])).of("SEC-08");
    const onNodes = (defaults: unknown) =>
        object({
            apiVersion: "cilium.io/v2",
            kind: "CiliumNodeConfig",
            metadata: { name: "some", namespace: "kube-system" },
            spec: { nodeSelector: {}, defaults },
        });

    for (const [title, resource, message] of [
        [
            "an argument",
            agents({ args: ["--config-dir=/tmp", "--enable-policy=never"] }),
            'DaemonSet/kube-system/cilium: --enable-policy is "never"; set it to default or always.',
        ],
        [
            "an argument in two words",
            agents({ args: ["--policy-audit-mode", "true"] }),
            'DaemonSet/kube-system/cilium: --policy-audit-mode is "true"; set it to false.',
        ],
        [
            "a switch without a value",
            agents({ command: ["cilium-agent", "--policy-audit-mode"] }),
            'DaemonSet/kube-system/cilium: --policy-audit-mode is "true"; set it to false.',
        ],
        [
            "a variable",
            agents({ env: [{ name: "CILIUM_ENABLE_K8S_NETWORKPOLICY", value: "false" }] }),
            'DaemonSet/kube-system/cilium: CILIUM_ENABLE_K8S_NETWORKPOLICY is "false"; set it to true.',
        ],
        [
            "the settings of some nodes",
            onNodes({ "enable-wireguard": "false" }),
            'CiliumNodeConfig/kube-system/some: spec.defaults.enable-wireguard is "false"; set it to true.',
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            assert.deepEqual(await found(resource), [message]);
        });
    }

    it("is met by arguments and settings that weaken nothing", async () => {
        assert.deepEqual(
            await found(
                agents({
                    args: ["--config-dir=/tmp/cilium/config-map", "--enable-policy=always"],
                    env: [{ name: "CILIUM_K8S_NAMESPACE", value: "kube-system" }],
                }),
                onNodes({ "enable-bbr": "true" }),
            ),
            [],
        );
    });

    it("is not judged where they are unknown", async () => {
        for (const resource of [
            agents({ args: UNKNOWN }),
            agents({ env: UNKNOWN }),
            onNodes({ "enable-policy": UNKNOWN }),
        ]) {
            const result = await judge([soundCilium(), resource]);
            assert.equal(result.verdict("SEC-08").verdict, "not judged");
        }
    });
});

describe("SEC-08, what storage and caches say", () => {
    const found = async (...resources: Resource[]) => (await judge(resources)).of("SEC-08");
    const override = (config: string) =>
        object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "rook-config-override", namespace: "apps" },
            data: { config },
        });
    const plain = { network: { connections: { encryption: { enabled: false } } } };

    it("is met by an encrypted messenger", async () => {
        assert.deepEqual(await found(...soundCeph()), []);
    });

    it("is violated by a messenger in plain text, by whatever road", async () => {
        assert.match(
            (await found(...soundCeph(plain))).join(),
            /network\.connections\.encryption\.enabled is false; set it to true/,
        );
        assert.equal((await found(...soundCeph({ network: undefined }))).length, 1);
        assert.match(
            (
                await found(...soundCeph({ cephConfig: { global: { ms_cluster_mode: "crc" } } }))
            ).join(),
            /cephConfig\.global\.ms_cluster_mode is "crc"; set it to secure/,
        );
        assert.match(
            (
                await found(...soundCeph(), override("[global]\nauth client required = none\n"))
            ).join(),
            /auth_client_required of \[global\] is "none"; set it to cephx/,
        );
    });

    it("is violated by a Redis without a password", async () => {
        const redis = (kubernetesConfig: Inputs) =>
            object({
                apiVersion: "redis.redis.opstreelabs.in/v1beta2",
                kind: "RedisReplication",
                metadata: { name: "r", namespace: "apps" },
                spec: { kubernetesConfig },
            });
        assert.equal((await found(redis({}))).length, 1);
        assert.deepEqual(await found(redis({ redisSecret: { name: "r", key: "p" } })), []);
    });

    it("leaves a Ceph cluster alone that runs elsewhere", async () => {
        assert.deepEqual(await found(...soundCeph({ ...plain, external: { enable: true } })), []);
    });
});
