import * as assert from "node:assert/strict";
import {
    type Inputs,
    judge,
    object,
    platform,
    resource,
    type Resource,
    system,
    UNKNOWN,
} from "../../harness";
import { soundMachine, soundPatches, soundSite } from "../../sound-parts";

const site = (changes: Inputs = {}) => platform({ ...soundSite, ...changes });
const nodes = soundSite.nodes as Inputs[];
const onHost = (host: unknown, ...names: string[]) =>
    nodes.map((node) => (names.includes(String(node.name)) ? { ...node, host } : node));

async function messages(id: string, resources: Resource[]): Promise<string[]> {
    return (await judge(resources)).of(id);
}

describe("HA-02", () => {
    it("is met by machines on different hosts", async () => {
        assert.deepEqual(await messages("HA-02", [site()]), []);
    });

    it("is violated by a majority of the control planes on one host", async () => {
        assert.deepEqual(await messages("HA-02", [site({ nodes: onHost("pve1", "control-2") })]), [
            "Platform/platform: Proxmox host pve1 has control-1 and control-2, and without it no majority of 3 is left; put control planes on at least three hosts.",
        ]);
    });

    it("is met by five control planes on three hosts", async () => {
        const more = [4, 5].map((number) => ({
            ...nodes[0],
            name: `control-${number}`,
            host: `pve${number - 3}`,
        }));
        assert.deepEqual(await messages("HA-02", [site({ nodes: [...nodes, ...more] })]), []);
    });

    const pool = (size: number) =>
        object({
            apiVersion: "ceph.rook.io/v1",
            kind: "CephBlockPool",
            metadata: { name: "blocks", namespace: "rook-ceph" },
            spec: { replicated: { size } },
        });

    it("is violated by storage nodes on fewer hosts than there are copies", async () => {
        const crowded = site({ nodes: onHost("pve1", "worker-2") });
        const wanted = [
            "Platform/platform: the storage nodes are on pve1 and pve3 alone, and Ceph keeps 3 copies; give disks to nodes on 3 hosts.",
        ];
        assert.deepEqual(await messages("HA-02", [crowded, pool(3)]), wanted);
        assert.deepEqual(await messages("HA-02", [crowded]), wanted);
        assert.deepEqual(await messages("HA-02", [crowded, pool(2)]), []);
    });

    it("is violated where there are too few hosts, whatever could be done about it", async () => {
        const crowded = site({
            nodes: onHost("pve1", "control-2", "control-3", "worker-2", "worker-3"),
            hosts: ["pve1"],
        });
        const [control, storage] = await messages("HA-02", [crowded]);
        assert.match(control ?? "", /pve1 has all control planes/);
        assert.match(storage ?? "", /on pve1 alone/);
    });

    it("may be excepted by a site with one host", async () => {
        const alone = site({
            nodes: onHost("pve1", "control-2", "control-3", "worker-2", "worker-3"),
            exceptions: [
                {
                    criterion: "HA-02",
                    resource: "Platform/platform",
                    reason: "this site has one host",
                    guard: "backups outside of it",
                    expires: "2027-01-01",
                },
            ],
        });
        assert.equal((await judge([alone])).verdict("HA-02").verdict, "excepted");
    });

    it("believes the virtual machine more than the list", async () => {
        const machine = resource(
            "proxmoxve:index/vmLegacy:VmLegacy",
            "control-2",
            { nodeName: "pve1" },
            { parent: system.urn, protect: true },
        );
        assert.equal((await messages("HA-02", [site(), machine])).length, 1);
    });

    it("is not judged where nodes, copies or a machine's host are unknown", async () => {
        const machine = resource(
            "proxmoxve:index/vmLegacy:VmLegacy",
            "control-2",
            { nodeName: UNKNOWN },
            { parent: system.urn, protect: true },
        );
        for (const stack of [
            [site({ nodes: UNKNOWN })],
            [site(), pool(UNKNOWN as unknown as number)],
            [site({ nodes: onHost(UNKNOWN, "control-1") })],
            [site(), machine],
        ]) {
            assert.equal((await judge(stack)).verdict("HA-02").verdict, "not judged");
        }
    });

    it("leaves the nodes of an existing cluster alone", async () => {
        const result = await judge([site({ source: "existing" })]);
        assert.equal(result.verdict("HA-02").verdict, "not applicable");
        assert.equal(result.verdict("HA-03").verdict, "not applicable");
    });
});

describe("HA-03", () => {
    it("is met by three workers", async () => {
        assert.deepEqual(await messages("HA-03", [site()]), []);
    });

    it("is violated by fewer, or none", async () => {
        const two = nodes.filter(({ name }) => /control|worker-[12]/.test(String(name)));
        assert.deepEqual(await messages("HA-03", [site({ nodes: two })]), [
            "Platform/platform: prod has 2 workers; use at least 3.",
        ]);
        assert.equal((await messages("HA-03", [site({ nodes: undefined })])).length, 1);
    });

    it("is not judged where the nodes are unknown", async () => {
        const result = await judge([site({ nodes: UNKNOWN })]);
        assert.equal(result.verdict("HA-03").verdict, "not judged");
    });
});

describe("SEC-13", () => {
    const machine = (patches?: readonly unknown[]) => [site(), ...soundMachine(patches)];
    const without = (kind: string, name?: string) =>
        soundPatches().filter(
            (patch) => patch.kind !== kind || (name !== undefined && patch.name !== name),
        );
    /** The stack with other inputs of one of the machine's resources. */
    const changed = (type: string, inputs: Inputs) =>
        machine().map((item) =>
            item.type.endsWith(type) ? { ...item, inputs: { ...item.inputs, ...inputs } } : item,
        );

    it("is met by a hardened control plane", async () => {
        const result = await judge(machine());
        assert.deepEqual(result.of("SEC-13"), []);
        assert.equal(result.verdict("SEC-13").verdict, "met");
    });

    it("reads YAML patches, and counts the last word", async () => {
        const yaml =
            "machine:\n  kubelet:\n    extraArgs:\n      rotate-server-certificates: false\n";
        assert.deepEqual(await messages("SEC-13", machine([...soundPatches(), yaml])), [
            "ConfigurationApply/control-1: kubelet.extraArgs.rotate-server-certificates is false; set it to true.",
        ]);
        const gone = {
            apiVersion: "v1alpha1",
            kind: "VolumeConfig",
            name: "STATE",
            $patch: "delete",
        };
        assert.equal((await messages("SEC-13", machine([...soundPatches(), gone]))).length, 1);
    });

    for (const [title, patches, message] of [
        [
            "an unencrypted partition",
            without("VolumeConfig", "STATE"),
            /partition STATE is not encrypted/,
        ],
        [
            "a node that is open by default",
            without("NetworkDefaultActionConfig"),
            /NetworkDefaultActionConfig is absent; set it to block/,
        ],
        [
            "no patches of the control plane",
            without("", undefined).slice(1),
            /auditPolicy.rules is absent; log at least metadata/,
        ],
        ["a patch that nobody can read", ["{"], /neither JSON nor YAML/],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            assert.match((await messages("SEC-13", machine(patches))).join("\n"), message);
        });
    }

    it("is violated by an API that the world may reach, but not by a public web port", async () => {
        const rule = (port: number, subnet?: string) => ({
            apiVersion: "v1alpha1",
            kind: "NetworkRuleConfig",
            name: "extra",
            portSelector: { ports: [port], protocol: "tcp" },
            ingress: [{ subnet }],
        });
        const found = (extra: unknown) => messages("SEC-13", machine([...soundPatches(), extra]));
        assert.deepEqual(await found(rule(6443, "0.0.0.0/0")), [
            "ConfigurationApply/control-1: its firewall rule extra opens port 6443 to 0.0.0.0/0; allow only 192.168.68.0/24, 10.244.0.0/16.",
        ]);
        assert.equal((await found(rule(6443))).length, 1);
        assert.equal((await found(rule(6443, "203.0.113.0/24"))).length, 1);
        assert.deepEqual(await found(rule(443, "0.0.0.0/0")), []);
    });

    it("lets the administrators' networks in", async () => {
        const rule = {
            kind: "NetworkRuleConfig",
            name: "extra",
            portSelector: { ports: [50000] },
            ingress: [{ subnet: "10.9.8.0/24" }],
        };
        const cluster = resource("platform:cluster:TalosCluster", "cluster", {
            administrators: ["10.9.0.0/16"],
        });
        assert.deepEqual(
            await messages("SEC-13", [...machine([...soundPatches(), rule]), cluster]),
            [],
        );
    });

    it("is violated by secrets of a Talos that does not encrypt etcd, and by a replaced key", async () => {
        const secrets = (talosVersion: unknown) =>
            resource(
                "talos:machine/secrets:Secrets",
                "talos",
                { talosVersion },
                { parent: system.urn, protect: true },
            );
        assert.equal((await messages("SEC-13", [secrets("v1.2.9")])).length, 1);
        assert.deepEqual(await messages("SEC-13", [secrets("v1.13.9")]), []);
        assert.deepEqual(await messages("SEC-13", [secrets(undefined)]), []);
        const unknown = await judge([secrets(UNKNOWN)]);
        assert.equal(unknown.verdict("SEC-13").verdict, "not judged");
        const key = { cluster: { secretboxEncryptionSecret: "" } };
        assert.equal((await messages("SEC-13", machine([...soundPatches(), key]))).length, 1);
    });

    for (const [type, inputs, message] of [
        [":OptionsLegacy", { enabled: false }, /enabled is false; set it to true/],
        [":OptionsLegacy", { inputPolicy: "ACCEPT" }, /inputPolicy is "ACCEPT"; set it to DROP/],
        [":OptionsLegacy", { vmId: 999 }, /has no firewall options/],
        [":VmLegacy", { networkDevices: [{}] }, /networkDevices\[0\].firewall is absent/],
        [":RulesLegacy", { rules: [{ type: "in", action: "ACCEPT" }] }, /lets everybody in/],
        [
            ":RulesLegacy",
            { rules: [{ action: "ACCEPT", source: "0.0.0.0/0", dport: "22" }] },
            /lets everybody in/,
        ],
    ] as const) {
        it(`is violated by ${JSON.stringify(inputs)} of ${type.slice(1)}`, async () => {
            assert.match((await messages("SEC-13", changed(type, inputs))).join("\n"), message);
        });
    }

    it("allows everybody to the web ports, and a rule that drops", async () => {
        const rules = [
            { action: "ACCEPT", source: "0.0.0.0/0", dport: "80,443" },
            { type: "in", action: "DROP" },
        ];
        assert.deepEqual(await messages("SEC-13", changed(":RulesLegacy", { rules })), []);
    });

    it("is not judged where patches, options, rules or devices are unknown", async () => {
        for (const stack of [
            changed(":ConfigurationApply", { configPatches: UNKNOWN }),
            changed(":ConfigurationApply", { configPatches: [UNKNOWN] }),
            changed(":ConfigurationApply", { node: UNKNOWN }),
            changed(":OptionsLegacy", { enabled: UNKNOWN }),
            changed(":RulesLegacy", { rules: [UNKNOWN] }),
            changed(":VmLegacy", { networkDevices: UNKNOWN }),
        ]) {
            assert.equal((await judge(stack)).verdict("SEC-13").verdict, "not judged");
        }
    });

    it("finds the firewall by its name while the machine's id is unknown", async () => {
        assert.deepEqual(await messages("SEC-13", changed(":VmLegacy", { vmId: UNKNOWN })), []);
    });
});
