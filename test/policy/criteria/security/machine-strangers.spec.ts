import * as assert from "node:assert/strict";
import { machines } from "../../../../policy/criteria/security/machines";
import { type Inputs, judge, platform, UNKNOWN } from "../../harness";
import { soundMachine, soundPatches, soundSite } from "../../sound-parts";

const apiVersion = "v1alpha1";
const judged = (...patches: unknown[]) =>
    judge([platform(soundSite), ...soundMachine([...soundPatches(), ...patches])], {
        judgedBy: [machines],
    });
/** A control plane with patches more, as the engine sends documents. */
const found = async (...patches: unknown[]) => (await judged(...patches)).of("SEC-13");

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: {} };
const kubelet = (change: Inputs) => ({ machine: { kubelet: change } });
const component = (name: string, extraArgs: Inputs) => ({ cluster: { [name]: { extraArgs } } });
const registryTls = (change: Inputs) => ({
    apiVersion,
    kind: "RegistryTLSConfig",
    name: "registry.example.org",
    ...change,
});
const mirror = (...urls: string[]) => ({
    apiVersion,
    kind: "RegistryMirrorConfig",
    name: "docker.io",
    endpoints: urls.map((url) => ({ url })),
});
const file = (path: string, content: string) => ({
    machine: { files: [{ path, content, permissions: 420, op: "create" }] },
});
const volume = (kind: string, change: Inputs = {}) => ({
    apiVersion,
    kind,
    name: "data",
    ...change,
});
const encryption = { provider: "luks2", keys: [{ slot: 0, nodeID: {} }] };

describe("SEC-13, what comes to a node past the program", () => {
    for (const [title, patch, message] of [
        [
            "a static pod",
            { machine: { pods: [pod] } },
            /machine\.pods is .*; leave it out, and let/,
        ],
        [
            "a folder of static pods",
            kubelet({ disableManifestsDirectory: false }),
            /Directory is false/,
        ],
        [
            "another one",
            kubelet({ extraArgs: { "pod-manifest-path": "/var/x" } }),
            /pod-manifest-path/,
        ],
        [
            "pods from an address",
            kubelet({ extraConfig: { staticPodURL: "https://x" } }),
            /staticPodURL/,
        ],
        [
            "an object that Talos applies",
            { cluster: { inlineManifests: [{ name: "x", contents: "kind: Namespace" }] } },
            /cluster\.inlineManifests is/,
        ],
        [
            "objects from an address",
            { cluster: { extraManifests: ["https://example.org/x.yaml"] } },
            /cluster\.extraManifests is/,
        ],
        [
            "a network from an address",
            { cluster: { network: { cni: { name: "custom", urls: ["https://example.org"] } } } },
            /cluster\.network\.cni\.urls/,
        ],
        [
            "an image of strangers",
            { cluster: { coreDNS: { image: "docker.io/somebody/coredns:v1.2.3" } } },
            /cluster\.coreDNS\.image is "docker\.io\/somebody/,
        ],
        [
            "a registry whose certificate nobody checks",
            registryTls({ insecureSkipVerify: true }),
            /insecureSkipVerify of RegistryTLSConfig registry\.example\.org is true/,
        ],
        [
            "one in the main document",
            {
                machine: {
                    registries: { config: { "x.org": { tls: { insecureSkipVerify: true } } } },
                },
            },
            /registries\.config\.x\.org\.tls\.insecureSkipVerify is true/,
        ],
        [
            "one in a file",
            file("/etc/cri/conf.d/20-x.part", "[plugins.x.tls]\n  insecure_skip_verify = true\n"),
            /content of the file \/etc\/cri\/conf\.d\/20-x\.part/,
        ],
        [
            "a mirror in plain text",
            mirror("https://a.org", "http://b.org"),
            /endpoints\[1\]\.url of/,
        ],
        ["a mirror that is shouted", mirror("HTTP://b.org"), /endpoints\[0\]\.url of/],
        [
            "one in the main document in plain text",
            { machine: { registries: { mirrors: { "x.org": { endpoints: ["http://y"] } } } } },
            /registries\.mirrors\.x\.org\.endpoints\[0\] is "http:/,
        ],
        [
            "one in a file in plain text",
            file("/etc/cri/conf.d/hosts/docker.io/hosts.toml", '[host."http://x"]\n'),
            /hosts\.toml/,
        ],
        ["a disk in plain text", volume("UserVolumeConfig"), /UserVolumeConfig data is absent/],
        ["memory on a disk in plain text", volume("SwapVolumeConfig"), /SwapVolumeConfig data/],
        [
            "a kernel that tells its addresses",
            { machine: { sysctls: { "kernel.kptr_restrict": "0" } } },
            /sysctls\["kernel\.kptr_restrict"\] is "0"/,
        ],
        [
            "a kernel parameter with slashes",
            { machine: { sysctls: { "kernel/unprivileged_bpf_disabled": 0 } } },
            /sysctls\["kernel\/unprivileged_bpf_disabled"\] is 0/,
        ],
        [
            "memory of programs on disk",
            { machine: { sysctls: { "fs.suid_dumpable": "2" } } },
            /suid_dumpable/,
        ],
        [
            "a kubelet that asks nobody",
            kubelet({ extraConfig: { authentication: { webhook: { enabled: false } } } }),
            /extraConfig\.authentication\.webhook\.enabled is false/,
        ],
        [
            "old encryption of the kubelet",
            kubelet({ extraConfig: { tlsMinVersion: "VersionTLS10" } }),
            /tlsMinVersion is "VersionTLS10"/,
        ],
        [
            "old encryption of the API server",
            component("apiServer", { "tls-min-version": "VersionTLS11" }),
            /apiServer\.extraArgs\.tls-min-version/,
        ],
        [
            "a scheduler that answers everybody",
            component("scheduler", { "authorization-always-allow-paths": "/healthz,/*" }),
            /scheduler\.extraArgs\.authorization-always-allow-paths/,
        ],
        [
            "webhooks turned off as an API",
            component("apiServer", { "runtime-config": "admissionregistration.k8s.io/v1=false" }),
            /runtime-config/,
        ],
        [
            "certificates that a database makes itself",
            component("etcd", { "peer-auto-tls": "true" }),
            /peer-auto-tls/,
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const messages = await found(patch);
            assert.equal(messages.length, 1, messages.join("\n"));
            assert.match(messages[0] ?? "", message);
        });
    }

    for (const [title, patch] of [
        ["no static pods", { machine: { pods: [] } }],
        ["the folder of static pods turned off", kubelet({ disableManifestsDirectory: true })],
        ["no objects of Talos", { cluster: { inlineManifests: [], extraManifests: [] } }],
        [
            "an image of a known registry",
            { cluster: { coreDNS: { image: "registry.k8s.io/x:v1" } } },
        ],
        ["a registry with a certificate of its own", registryTls({ ca: "-----BEGIN" })],
        ["a check that is on", registryTls({ insecureSkipVerify: false })],
        ["a mirror with a certificate", mirror("https://mirror.example.org/v2/docker.io")],
        [
            "a setting of containerd",
            file("/etc/cri/conf.d/20-x.part", "[plugins]\n discard_unpacked_layers = false\n"),
        ],
        ["a file of somebody else", file("/var/lib/x.conf", 'url = "http://localhost"\n')],
        ["an encrypted disk", volume("UserVolumeConfig", { encryption })],
        ["a directory", volume("UserVolumeConfig", { volumeType: "directory" })],
        ["a raw disk", volume("RawVolumeConfig")],
        [
            "a kernel parameter as Talos has it",
            { machine: { sysctls: { "kernel.kptr_restrict": "2" } } },
        ],
        ["user namespaces", { machine: { sysctls: { "user.max_user_namespaces": "11255" } } }],
        ["parameters of the network", { machine: { sysctls: { "net.core.somaxconn": "65535" } } }],
        ["newer encryption", kubelet({ extraConfig: { tlsMinVersion: "VersionTLS13" } })],
        [
            "health checks without a login",
            component("scheduler", {
                "authorization-always-allow-paths": "/healthz,/readyz,/livez",
            }),
        ],
        [
            "an early API",
            component("apiServer", {
                "runtime-config": "resource.k8s.io/v1beta1=true,api/beta=false",
            }),
        ],
        [
            "a log with the years that a law asks for",
            component("apiServer", { "audit-log-maxage": "365" }),
        ],
    ] as const) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual(await found(patch), []);
        });
    }

    it("is not judged where the patches are known only at the update", async () => {
        const result = await judged(UNKNOWN);
        assert.match(result.notJudged("SEC-13").join(), /configPatches are known only/);
    });
});
