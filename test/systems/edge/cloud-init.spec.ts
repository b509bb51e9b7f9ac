/** The first instructions of edge machines, also in the hands of cloud-init itself where it is at hand. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import { isRecord } from "../../../components/base/object";
import { cloudConfiguration, userData } from "../../../components/edge/cloud-init";
import { edgeAgentManifests } from "../../../components/edge/edge-agent-manifests";
import { k3sDigest, k3sUrl, k3sVersion } from "../../../components/edge/releases";
import type { EdgeSite } from "../../../components/edge-schema";
import type { Site } from "../../../components/site";
import { kubernetesVersion } from "../../../components/versions";
import { sampleEdge } from "../../fixtures/every-system";
import { sampleSite } from "../../fixtures/settings";

const site = sampleSite({ edge: sampleEdge });
const TOKEN = "token-of-the-site";

/** What a machine is told, by the number of its site and its own. */
function machineOf(which: number, index: number, of: Site = site) {
    const edgeSite = of.edge?.sites[which];
    const server = edgeSite?.servers[index];
    assert.ok(of.edge && edgeSite && server);
    return {
        ...{ site: of, edge: of.edge, edgeSite, server, index },
        manifests: { "edge-agent": agentOf(edgeSite) },
        credentials: {
            token: TOKEN,
            password: "password-of-the-site",
            snapshots: of.backup === undefined ? undefined : { id: "key-id", secret: "key-secret" },
        },
    };
}

function agentOf({ name }: EdgeSite): object[] {
    return edgeAgentManifests({
        ...{ site: name, host: "edge.home.example.org", image: "docker.io/grafana/alloy:v1" },
        ...{
            hasFlux: true,
            hasAuthority: false,
            password: "password-of-the-site",
            authority: undefined,
        },
    });
}

interface Written {
    readonly path: string;
    readonly content: string;
    readonly permissions: string;
}

function filesOf(which: number, index: number, of?: Site): Readonly<Record<string, Written>> {
    const { write_files } = cloudConfiguration(machineOf(which, index, of)) as {
        write_files: Written[];
    };
    return Object.fromEntries(write_files.map((file) => [file.path, file]));
}

function settingsIn(file: Written | undefined): Readonly<Record<string, unknown>> {
    const read = yaml.load(file?.content ?? "");
    assert.ok(isRecord(read));
    return read;
}

const K3S = "/etc/rancher/k3s";

describe("first instructions of edge machines", () => {
    it("are those of k3s of the platform's own minor release", () => {
        const minor = (release: string) => /(\d+\.\d+)\.\d+/.exec(release)?.[1];
        assert.equal(minor(k3sVersion), minor(kubernetesVersion));
        assert.match(k3sDigest, /^[0-9a-f]{64}$/);
        assert.match(k3sUrl(), /\/v\d+\.\d+\.\d+%2Bk3s\d+\/k3s$/);
    });

    it("begin a cluster at the first server alone, and have the others ask all of their peers", () => {
        const commands = [0, 1, 2].map((index) => {
            const { runcmd } = cloudConfiguration(machineOf(1, index)) as { runcmd: string[][] };
            return runcmd.at(-1) ?? [];
        });
        assert.deepEqual(
            commands.map((command) => command.filter((part) => /^(FIRST|PEERS)=/.test(part))),
            [
                ["FIRST=yes", "PEERS=10.21.0.12 10.21.0.13"],
                ["FIRST=no", "PEERS=10.21.0.11 10.21.0.13"],
                ["FIRST=no", "PEERS=10.21.0.11 10.21.0.12"],
            ],
        );
    });

    it("keep what is secret in files of root alone", () => {
        const files = filesOf(1, 0);
        const open = Object.values(files).filter(({ permissions }) => permissions === "0644");
        for (const { path: where, content } of open) {
            assert.doesNotMatch(content, /of-the-site|key-secret/, where);
        }
        assert.equal(files[`${K3S}/token`]?.content, `${TOKEN}\n`);
        assert.doesNotMatch(files[`${K3S}/config.yaml`]?.content ?? "", /of-the-site|key-secret/);
    });

    it("send snapshots of etcd below the site's own folder, with a key of its own", () => {
        assert.deepEqual(settingsIn(filesOf(0, 0)[`${K3S}/config.yaml.d/20-snapshots.yaml`]), {
            "etcd-s3": true,
            "etcd-s3-endpoint": "s3.example.org",
            "etcd-s3-bucket": "home-backup",
            "etcd-s3-region": "us-east-1",
            "etcd-s3-folder": "home/edge/north",
            "etcd-s3-access-key": "key-id",
            "etcd-s3-secret-key": "key-secret",
        });
        const without = sampleSite({ edge: sampleEdge, backup: undefined });
        assert.equal(filesOf(0, 0, without)[`${K3S}/config.yaml.d/20-snapshots.yaml`], undefined);
        assert.equal(
            settingsIn(filesOf(0, 0, without)[`${K3S}/config.yaml`])["etcd-s3"],
            undefined,
        );
    });

    it("let in no ingress, no load balancer and no password, and encrypt Secrets", () => {
        const settings = settingsIn(filesOf(1, 1)[`${K3S}/config.yaml`]);
        assert.deepEqual(settings.disable, ["traefik", "servicelb"]);
        assert.equal(settings["secrets-encryption"], true);
        assert.equal(settings["flannel-backend"], "wireguard-native");
        assert.equal(settings["node-ip"], "10.21.0.12");
        const { ssh_pwauth, users } = cloudConfiguration(machineOf(1, 1)) as {
            ssh_pwauth: boolean;
            users: { lock_passwd: boolean }[];
        };
        assert.equal(ssh_pwauth, false);
        assert.ok(users.every(({ lock_passwd }) => lock_passwd));
    });

    it("tell each server of a site the same but who it is", () => {
        const [first, second] = [0, 1].map((index) => {
            const own = ["node-name", "node-ip", "node-label"];
            const settings = settingsIn(filesOf(1, index)[`${K3S}/config.yaml`]);
            return Object.entries(settings).filter(([key]) => !own.includes(key));
        });
        assert.deepEqual(first, second);
    });

    it("hand k3s manifests that are YAML, one document for each object", () => {
        const file = filesOf(0, 0)["/var/lib/rancher/k3s/server/manifests/edge-agent.yaml"];
        const kinds = yaml.loadAll(file?.content ?? "").map((one) => isRecord(one) && one.kind);
        assert.deepEqual(kinds, [
            "Namespace",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ConfigMap",
            "Secret",
            "DaemonSet",
        ]);
    });

    it("are valid by cloud-init's own schema", function () {
        const program = findExecutable(
            "cloud-init",
            (process.env.PATH ?? "").split(path.delimiter),
        );
        if (program === undefined) {
            console.log("    (cloud-init not at hand, 1 test skipped)");
            this.skip();
        }
        this.timeout(60_000);
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloud-init-"));
        try {
            const judge = (name: string, text: string) => {
                const file = path.join(folder, name);
                fs.writeFileSync(file, text);
                return spawnSync(program, ["schema", "--config-file", file], { encoding: "utf8" });
            };
            const good = judge("good.yaml", userData(machineOf(1, 1)));
            assert.equal(good.status, 0, good.stdout + good.stderr);
            // It does refuse something.
            const bad = judge("bad.yaml", "#cloud-config\nwrite_files: [{ content: x }]\n");
            assert.notEqual(bad.status, 0);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
