import * as assert from "node:assert/strict";
import { machines } from "../../../../policy/criteria/security/machines";
import { type Inputs, judge, platform, resource, type Resource, UNKNOWN } from "../../harness";
import { soundCeph, soundMachine, soundPatches, soundSite } from "../../sound-parts";

const run = (...resources: Resource[]) =>
    judge([platform(soundSite), ...resources], { judgedBy: [machines] });
/** A control plane with one patch more. */
const patched = (...patches: unknown[]) => soundMachine([...soundPatches(), ...patches]);
const found = async (...resources: Resource[]) => (await run(...resources)).of("SEC-13");
const apiServer = (extraArgs: Inputs) => ({ cluster: { apiServer: { extraArgs } } });
const podSecurity = (exemptions: Inputs) => ({
    cluster: {
        apiServer: {
            admissionControl: [
                {
                    name: "PodSecurity",
                    configuration: { defaults: { enforce: "baseline" }, exemptions },
                },
            ],
        },
    },
});
const access = (change: Inputs) => ({
    machine: {
        features: {
            kubernetesTalosAPIAccess: {
                enabled: true,
                allowedRoles: ["os:etcd:backup"],
                allowedKubernetesNamespaces: ["talos-backup"],
                ...change,
            },
        },
    },
});

describe("SEC-13, master switches", () => {
    for (const [title, patch, message] of [
        [
            "anonymous access",
            apiServer({ "anonymous-auth": "true" }),
            /apiServer\.extraArgs\.anonymous-auth is "true"; leave it out/,
        ],
        [
            "an authorization that allows everything",
            apiServer({ "authorization-mode": "Node,RBAC,AlwaysAllow" }),
            /authorization-mode is "Node,RBAC,AlwaysAllow"/,
        ],
        [
            "one in a list",
            apiServer({ "authorization-mode": ["Node", "AlwaysAllow"] }),
            /authorization-mode/,
        ],
        [
            "one in a document",
            {
                cluster: {
                    apiServer: { authorizationConfig: [{ type: "AlwaysAllow", name: "a" }] },
                },
            },
            /authorizationConfig is .*; leave AlwaysAllow out/,
        ],
        [
            "a plugin turned off",
            apiServer({ "disable-admission-plugins": "DefaultStorageClass, PodSecurity" }),
            /disable-admission-plugins is "DefaultStorageClass, PodSecurity"/,
        ],
        [
            "quotas turned off",
            apiServer({ "disable-admission-plugins": ["ResourceQuota"] }),
            /disable-admission-plugins/,
        ],
        [
            "a plugin that admits",
            apiServer({ "enable-admission-plugins": "AlwaysAdmit" }),
            /AlwaysAdmit/,
        ],
        ["no audit log", apiServer({ "audit-log-path": "" }), /audit-log-path is ""/],
        ["an audit log nowhere", apiServer({ "audit-log-path": "/dev/null" }), /audit-log-path/],
        ["an audit log on the console", apiServer({ "audit-log-path": "-" }), /audit-log-path/],
        ["another audit policy", apiServer({ "audit-policy-file": "/x" }), /audit-policy-file/],
        ["static tokens", apiServer({ "token-auth-file": "/x" }), /token-auth-file/],
        [
            "a database without certificates",
            { cluster: { etcd: { extraArgs: { "client-cert-auth": "false" } } } },
            /etcd\.extraArgs\.client-cert-auth is "false"/,
        ],
        [
            "an exempted namespace",
            podSecurity({ namespaces: ["kube-system", "apps"] }),
            /exemptions\.namespaces of the admission plugin PodSecurity/,
        ],
        ["an exempted user", podSecurity({ usernames: ["admin"] }), /exemptions\.usernames/],
        [
            "an exempted runtime",
            podSecurity({ runtimeClasses: ["gvisor"] }),
            /exemptions\.runtimeC/,
        ],
        [
            "Talos without roles",
            { machine: { features: { rbac: false } } },
            /features\.rbac is false; leave it out, or every client may do everything/,
        ],
        ["pods that own machines", access({ allowedRoles: ["os:reader", "os:admin"] }), /os:admin/],
        [
            "an open kubelet",
            { machine: { kubelet: { extraArgs: { "anonymous-auth": "true" } } } },
            /kubelet\.extraArgs\.anonymous-auth/,
        ],
        [
            "a kubelet that allows everything",
            { machine: { kubelet: { extraConfig: { authorization: { mode: "AlwaysAllow" } } } } },
            /kubelet\.extraConfig\.authorization\.mode/,
        ],
        [
            "a port of the kubelet without a login",
            { machine: { kubelet: { extraConfig: { readOnlyPort: 10255 } } } },
            /kubelet\.extraConfig\.readOnlyPort is 10255/,
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const messages = await found(...patched(patch));
            assert.equal(messages.length, 1, messages.join("\n"));
            assert.match(messages[0] ?? "", message);
        });
    }

    for (const [title, patch] of [
        [
            "arguments that weaken nothing",
            apiServer({ "max-requests-inflight": "800", "anonymous-auth": "false" }),
        ],
        ["modes that Talos has already", apiServer({ "authorization-mode": "Node,RBAC" })],
        ["a plugin more", apiServer({ "enable-admission-plugins": "AlwaysPullImages" })],
        [
            "a plugin off that guards nothing",
            apiServer({ "disable-admission-plugins": "DefaultStorageClass" }),
        ],
        [
            "an audit log where Talos has it",
            apiServer({ "audit-log-path": "/var/log/audit/kube/a.log" }),
        ],
        [
            "the exemption of a listed namespace",
            podSecurity({ namespaces: ["kube-system"], usernames: [] }),
        ],
        ["pods that take snapshots", access({})],
        ["access that is off", access({ enabled: false, allowedRoles: ["os:admin"] })],
    ] as const) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual(await found(...patched(patch)), []);
        });
    }

    const audited = (...rules: Inputs[]) => {
        const patches = soundPatches().map((patch) => JSON.stringify(patch));
        const wanted = JSON.stringify([{ level: "Metadata" }]);
        return soundMachine(patches.map((text) => text.replace(wanted, JSON.stringify(rules))));
    };
    const off = /auditPolicy\.rules is .*; log at least metadata/;
    for (const [title, rules] of [
        ["logs nothing", [{ level: "None" }]],
        ["has no rules", []],
        ["hides everything first", [{ level: "None" }, { level: "Metadata" }]],
        [
            "hides what people do",
            [{ level: "None", userGroups: ["system:authenticated"] }, { level: "Metadata" }],
        ],
        [
            "hides Secrets",
            [
                { level: "None", resources: [{ group: "", resources: ["secrets"] }] },
                { level: "Metadata" },
            ],
        ],
        [
            "hides a group",
            [{ level: "None", resources: [{ group: "apps" }] }, { level: "Metadata" }],
        ],
        [
            "logs one resource",
            [{ level: "Request", resources: [{ group: "", resources: ["pods"] }] }],
        ],
    ] as const) {
        it(`is violated by an audit policy that ${title}`, async () => {
            assert.match((await found(...audited(...rules))).join(), off);
        });
    }
    it("is met by an audit policy that hides the noise of machines", async () => {
        const rules = [
            { level: "None", nonResourceURLs: ["/healthz*"] },
            { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
            { level: "None", userGroups: ["system:nodes"], verbs: ["get", "list", "watch"] },
            { level: "Request", resources: [{ group: "", resources: ["pods/*"] }] },
            { level: "Metadata" },
        ];
        assert.deepEqual(await found(...audited(...rules)), []);
    });
});

describe("SEC-13, what else can be read", () => {
    const provider = (inputs: Inputs) => resource("pulumi:providers:proxmoxve", "proxmox", inputs);
    it("is violated by a provider that checks no certificate", async () => {
        assert.match(
            (await found(provider({ insecure: "true" }))).join(),
            /insecure is "true"; let it check the certificate of the API/,
        );
        assert.equal((await found(provider({ insecure: true }))).length, 1);
        assert.deepEqual(await found(provider({ insecure: "false" })), []);
        assert.deepEqual(await found(provider({})), []);
        const hidden = await run(provider({ insecure: UNKNOWN }));
        assert.equal(hidden.verdict("SEC-13").verdict, "not judged");
    });

    const nodes = (...own: Inputs[]) =>
        own.map((change, index) => ({ name: `worker-${index + 1}`, ...change }));
    const plain = { config: { encryptedDevice: "false" } };
    const secret = { config: { encryptedDevice: "true" } };
    for (const [title, storage, count] of [
        ["all disks in plain text", { ...plain, nodes: nodes({}, {}, {}) }, 1],
        ["no word of encryption", { nodes: nodes({}, {}, {}) }, 1],
        ["one node in plain text", { ...secret, nodes: nodes({}, plain, {}) }, 1],
        [
            "one disk in plain text",
            { ...secret, nodes: nodes({ devices: [{ name: "sdb", ...plain }] }) },
            1,
        ],
        [
            "claims in plain text",
            { ...secret, nodes: nodes({}), storageClassDeviceSets: [{ name: "set" }] },
            1,
        ],
        ["every node by itself", { nodes: nodes(secret, secret) }, 0],
        [
            "encrypted claims only",
            { storageClassDeviceSets: [{ name: "set", encrypted: true }] },
            0,
        ],
    ] as const) {
        it(`finds ${count} faults of a Ceph with ${title}`, async () => {
            const messages = await found(...soundCeph({ storage }));
            assert.equal(messages.length, count, messages.join("\n"));
        });
    }
});
