import * as assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { edited, inFolder, sayOf, shipped } from "./stack-folder";

const exceptions = (expires: string) => `
  platform:exceptions:
    - criterion: HA-05
      resource: Deployment/n8n/n8n
      reason: it keeps its queue in memory and cannot be doubled
      guard: the queue is drained before each restart
      expires: ${expires}
`;
const loaded = yaml.load(shipped) as { config: Record<string, unknown> };
/** Structured values as JSON texts, numbers and switches as texts: `pulumi config set`. */
const asTexts = yaml.dump({
    config: Object.fromEntries(
        Object.entries(loaded.config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    ),
});
const patchOf = (text: string) =>
    edited([
        /( {6}disks: \[\{ purpose: system, size: 100 \}, \{ purpose: ceph, size: 1000 \}\]\n)/,
        `$1      talosPatches:\n${text.replace(/^/gm, "        ")}\n`,
    ]);

const withoutMail = edited([/ {2}platform:mail:\n( {4}.*\n)+/, ""]);

/** What people write, and what Pulumi writes for them; all of it is fine. */
const variants: Readonly<Record<string, string>> = {
    "the shipped file": shipped,
    "a byte order mark and Windows line ends": `\uFEFF${shipped.replace(/\n/g, "\r\n")}`,
    "the start of a document, and its end": `---\n${shipped}...\n`,
    "a start of a document after which nothing comes": `${shipped}---\n`,
    "keys without the project": shipped.replace(/platform:(?=[a-z])/g, ""),
    "structured values as JSON texts": asTexts,
    "the whole file as JSON": JSON.stringify(loaded),
    "what pulumi writes around the configuration": `secretsprovider: passphrase\nencryptionsalt: v1:abc=:v1:def\n${shipped}`,
    "another provider's settings": `${shipped}  kubernetes:clusterIdentifier: home\n  aws:region: eu-central-1\n`,
    "an encrypted secret": `${shipped}  platform:proxmoxApiToken:\n    secure: v1:cipher\n`,
    "numbers in quotes": edited(["cores: 4", 'cores: "4"'], ["memory: 8192", "memory: '8192'"]),
    "a switch in quotes": `${shipped}  platform:charts: { allowMissing: "true" }\n`,
    "a number as pulumi config set --path writes it": edited(["vmId: 10101", "vmId: '10101'"]),
    "an exception until a day in quotes": shipped + exceptions('"2026-12-31"'),
    "an exception until a day without quotes": shipped + exceptions("2026-12-31"),
    "an exception until a day as the engine hands it over":
        shipped + exceptions('"2026-12-31T00:00:00Z"'),
    "an exception that ends today": shipped + exceptions("2026-06-01"),
    "an exception of two years": shipped + exceptions("2028-06-01"),
    "anchors beside the configuration": edited(
        ["config:", "x-small: &small { purpose: system, size: 60 }\nconfig:"],
        ["disks: [{ purpose: system, size: 60 }]", "disks: [*small]"],
    ),
    "anchors and merges in a list": edited(
        [
            "disks: [{ purpose: system, size: 60 }]",
            "disks: [&system { purpose: system, size: 60 }]",
        ],
        ["disks: [{ purpose: system, size: 60 }]", "disks: [{ <<: *system, size: 80 }]"],
    ),
    "comments everywhere": shipped.replace(/\n/g, " # so it is\n"),
    "a text over several lines": edited([
        "platform:domain: home.example.org",
        "platform:domain: >-\n    home.example.org",
    ]),
    "a server at the router": edited([
        "192.168.68.1, 1.1.1.1]",
        "192.168.68.1]\n    timeServers: [192.168.68.1]",
    ]),
    "Proxmox by its address, which is a name server too": edited(
        ["https://proxmox.home.example.org:8006/", "https://192.168.68.2:8006"],
        ["[192.168.68.1, 1.1.1.1]", "[192.168.68.2]"],
    ),
    "servers in capitals": edited(
        ["https://proxmox.home.example.org", "https://Proxmox.Home.example.org"],
        ["1.1.1.1]", "1.1.1.1]\n    timeServers: [NTP.example.org, ntp2]"],
    ),
    "one address for load balancers": edited(["stop: 192.168.68.230", "stop: 192.168.68.200"]),
    "networks of their own": edited([
        "gateway: 192.168.68.1",
        "gateway: 192.168.68.1\n    pods: 172.20.0.0/16\n    services: 172.21.0.0/20\n    administrators: [192.168.68.0/24, 100.64.0.0/10, 203.0.113.7/32]",
    ]),
    "the API on the port of the web": edited([
        "gateway: 192.168.68.1",
        "gateway: 192.168.68.1\n    apiServerPort: 443",
    ]),
    "hosts in capitals": shipped.replace(/pve-1/g, "PVE-1"),
    "releases that go together": `${shipped}  platform:versions: { talos: v1.12.6, kubernetes: 1.34.3 }\n`,
    "an upgrade that was written down": edited([
        "virtualIp: 192.168.68.100",
        "virtualIp: 192.168.68.100\n    upgradedKubernetes: 1.35.6",
    ]),
    "a registry for charts": `${shipped}  platform:charts: { mirror: "oci://registry.example.org/charts" }\n`,
    "a folder for charts": `${shipped}  platform:charts: { mirror: "/tmp" }\n`,
    "backups at an address with a port": `${shipped.replace(/ {2}platform:backup:\n( {4}.*\n)+/, "")}  platform:backup: { endpoint: "https://192.168.10.5:9000", bucket: my.backup-2, region: garage, ageRecipient: age1lnesmpgkk63ljgzzdv2e5lq0njsywtsjyhsj0x67hq2gcdamcsysart0gf }\n`,
    "mail over TLS from the start": `${withoutMail}  platform:mail: { host: smtp.example.org, from: platform@example.org, username: apikey }\n  platform:smtpPassword: { secure: v1:x }\n`,
    "mail over STARTTLS": `${withoutMail}  platform:mail: { host: smtp.example.org, port: "587", from: platform@example.org, username: platform@example.org }\n  platform:smtpPassword: { secure: v1:x }\n`,
    "critical workloads": `${shipped}  platform:criticalWorkloads: [Deployment/n8n/n8n]\n`,
    prices: `${shipped.replace(/ {2}platform:cost:\n( {4}.*\n)+/, "")}  platform:cost: { currency: EUR, kilowattHour: 0.3, wattsPerCore: 6, wattsPerGibibyte: "0.4", monthlyBudget: 200 }\n`,
    "a patch with numbers where Talos wants texts": patchOf(
        "- machine: { sysctls: { net.core.somaxconn: 65535 }, kubelet: { extraArgs: { max-pods: 200 } } }",
    ),
    "patches of several kinds": patchOf(
        [
            "- { apiVersion: v1alpha1, kind: LinkConfig, name: net0, mtu: 9000, routes: [{ destination: 10.9.0.0/16, gateway: 192.168.68.2 }] }",
            "- { apiVersion: v1alpha1, kind: VolumeConfig, name: EPHEMERAL, provisioning: { minSize: 20GiB } }",
            "- { apiVersion: v1alpha1, kind: RegistryMirrorConfig, name: docker.io, endpoints: [{ url: 'https://mirror.example.org' }] }",
            "- machine: { kernel: { modules: [{ name: nvme_tcp }] }, nodeLabels: { rack: r-1, example.org/gpu: 'true' }, nodeTaints: { gpu: 'true:NoSchedule' } }",
            "- machine: { nodeLabels: { node.kubernetes.io/exclude-from-external-load-balancers: { $patch: delete } } }",
            "- cluster: { apiServer: { extraArgs: { audit-log-maxage: '30' }, certSANs: [k8s.example.org] } }",
        ].join("\n"),
    ),
};

describe("a stack file", () => {
    for (const [title, text] of Object.entries(variants)) {
        it(`may have ${title}`, () => {
            const { refused, faults } = inFolder({ "Pulumi.prod.yaml": text }, sayOf);
            assert.equal(refused, undefined);
            assert.deepEqual(faults, []);
        });
    }

    it("may take what it leaves out from the project", () => {
        const project =
            "name: platform\nruntime: nodejs\nconfig:\n  platform:profile:\n    type: string\n    default: prod\n  domain: home.example.org\n";
        const text = edited(["  platform:profile: prod\n", ""], [/ {2}platform:domain: .*\n/, ""]);
        const said = inFolder({ "Pulumi.yaml": project, "Pulumi.prod.yaml": text }, sayOf);
        assert.deepEqual(said.faults, []);
        assert.equal(said.refused, undefined);
    });
});
