import assert from "node:assert/strict";
import { edgeFirewall } from "../../../components/edge/edge-firewall";
import { passwordLine } from "../../../components/edge/edge-secrets";
import { k3sEdge } from "../../../components/edge/k3s-edge";
import { loki } from "../../../components/observability/loki";
import { debianDigest, debianFile, debianUrl } from "../../../components/edge/releases";
import { networkMap } from "../../../components/context";
import { sampleEdge } from "../../fixtures/every-system";
import { sampleSite } from "../../fixtures/settings";
import type { RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";

const site = sampleSite({ edge: sampleEdge });
const [north, south] = site.edge?.sites ?? [];
assert.ok(north && south);

const MACHINES = ["edge-north-1", "edge-south-1", "edge-south-2", "edge-south-3"];

describe("edge sites", () => {
    let stack: RecordedStack;
    before(async () => {
        stack = await alone(k3sEdge);
    });

    const ofType = (suffix: string) =>
        stack.resources.filter(
            ({ type, name }) => type.endsWith(suffix) && /edge|debian/.test(name),
        );

    it("have a machine for each server, with its first instructions and its firewall", () => {
        for (const type of ["VmLegacy", "RulesLegacy", "OptionsLegacy", "FileLegacy"]) {
            assert.deepEqual(
                ofType(`:${type}`).map(({ name }) => name),
                MACHINES,
                type,
            );
        }
        const first = ofType(":VmLegacy")[1]?.inputs as unknown as {
            networkDevices: { vlanId?: number; firewall: boolean }[];
            initialization: { userDataFileId: string; ipConfigs: unknown };
        };
        assert.equal(first.networkDevices[0]?.vlanId, 21);
        assert.equal(first.networkDevices[0].firewall, true);
        assert.deepEqual(first.initialization.ipConfigs, [
            { ipv4: { address: "10.21.0.11/24", gateway: "10.21.0.1" } },
        ]);
        assert.equal(
            first.initialization.userDataFileId,
            "local:snippets/edge-south-1-user-data.yaml",
        );
    });

    it("are made of Debian's image by its checksum, once on each host", () => {
        const files = ofType("download/file:File").filter(({ name }) => name.startsWith("debian"));
        assert.deepEqual(
            files.map(({ inputs }) => [inputs.nodeName, inputs.checksum, inputs.fileName]),
            ["pve-1", "pve-2", "pve-3"].map((host) => [host, debianDigest, debianFile]),
        );
        assert.match(debianDigest, /^[0-9a-f]{128}$/);
        assert.ok(debianUrl.endsWith(debianFile) && !debianUrl.includes("latest"));
    });

    it("show nothing secret in what is planned of them", () => {
        const text = JSON.stringify(ofType(":FileLegacy").map(({ inputs }) => inputs));
        assert.doesNotMatch(text, /token-file|PRIVATE KEY/);
    });

    it("come in through the gateway, each with the password of its site", () => {
        for (const kind of ["metrics", "logs"]) {
            const { spec } = stack.object(`SecurityPolicy/edge-intake/edge-${kind}`) as {
                spec?: { basicAuth?: unknown };
            };
            assert.deepEqual(spec?.basicAuth, { users: { name: "edge-passwords" } });
        }
        // htpasswd -nbs north secret
        assert.equal(passwordLine("north", "secret"), "north:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=");
    });

    it("are handed on to every Prometheus, which takes samples of a day ago", () => {
        const { data } = stack.object("ConfigMap/edge-intake/edge-intake") as {
            data?: Record<string, string>;
        };
        const config = data?.["config.alloy"] ?? "";
        const members = [...config.matchAll(/prometheus-\d\.prometheus-operated/g)];
        assert.equal(members.length, 2);
    });

    it("are known to rules with the number of their machines", () => {
        const rule = JSON.stringify(stack.object("PrometheusRule/edge-intake/edge-sites"));
        assert.match(rule, /"expr":"vector\(3\)","labels":\{"edge_site":"south"\}/);
    });

    it("are no part of the internet for pods of the platform", () => {
        assert.ok(networkMap(site).inside.includes(north.network));
    });

    it("are left out where there are none", async () => {
        const without = await alone(loki);
        assert.deepEqual(
            without.resources.filter(({ type }) => type.startsWith("platform:edge:")),
            [],
        );
    });
});

describe("the firewall of an edge machine", () => {
    const people = ["10.8.0.0/24"];

    it("opens ssh and the API to people, and nothing to the platform", () => {
        assert.deepEqual(
            edgeFirewall(north, people).map(({ name, sources }) => [name, sources]),
            [
                ["kubernetes-api", people],
                ["ssh", people],
                ["ping", people],
            ],
        );
    });

    it("opens etcd, kubelets and WireGuard to the site's own servers alone", () => {
        const peers = ["10.21.0.11/32", "10.21.0.12/31"];
        const among = edgeFirewall(south, people).filter(({ name }) =>
            ["etcd", "kubelet", "wireguard"].includes(name),
        );
        assert.deepEqual(
            among.map(({ protocol, ports, sources }) => [protocol, ports, sources]),
            [
                ["tcp", ["2379-2380"], peers],
                ["tcp", [10_250], peers],
                ["udp", [51_820], peers],
            ],
        );
    });

    it("opens nothing to everybody", () => {
        const sources = edgeFirewall(south, people).flatMap((rule) => rule.sources);
        assert.ok(sources.every((network) => !network.endsWith("/0")));
    });
});
