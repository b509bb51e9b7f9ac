import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    ExistingCluster,
    expandHome,
    findContext,
} from "../../components/cluster/existing-cluster";
import { isSecret, Recorder, settled, valueOf } from "../fixtures/recorder";
import { sampleSite } from "../fixtures/settings";

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: here
contexts:
  - { name: here, context: { cluster: first, user: me } }
  - { name: there, context: { cluster: second, user: me } }
  - { name: nowhere, context: { cluster: gone, user: me } }
clusters:
  - { name: first, cluster: { server: "https://10.0.0.1:6443" } }
  - { name: second, cluster: { server: "https://10.0.0.2:6443" } }
users:
  - { name: me, user: { token: secret } }
`;

function sentence(run: () => unknown): string {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof pulumi.RunError);
        assert.ok(!error.message.includes("\n"));
        return error.message;
    }
    return "no error";
}

describe("an existing cluster", () => {
    let folder: string;
    let file: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfig-"));
        file = path.join(folder, "config");
        fs.writeFileSync(file, kubeconfig);
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    async function run(cluster: Record<string, unknown>): Promise<[Recorder, ExistingCluster]> {
        const recorder = await Recorder.install();
        const site = sampleSite({
            profile: "dev",
            nodes: [],
            proxmox: undefined,
            cluster: { source: "existing", name: "lab", ...cluster },
        });
        const existing = new ExistingCluster("cluster", { site });
        await settled();
        return [recorder, existing];
    }

    it("is reached through the kubeconfig's current context", async () => {
        const [recorder, cluster] = await run({ kubeconfig: file });
        const { inputs } = recorder.one("pulumi:providers:kubernetes", "lab");
        assert.equal(inputs.context, "here");
        assert.equal(inputs.kubeconfig, kubeconfig);
        assert.equal(inputs.clusterIdentifier, "lab");
        assert.equal(cluster.endpoint, "https://10.0.0.1:6443");
        assert.equal(await isSecret(cluster.kubeconfig), true);
        assert.equal(await valueOf(cluster.kubeconfig), kubeconfig);
    });

    it("is reached through the wanted context", async () => {
        const [recorder, cluster] = await run({ kubeconfig: file, context: "there" });
        const { inputs } = recorder.one("pulumi:providers:kubernetes", "lab");
        assert.equal(inputs.context, "there");
        assert.equal(cluster.endpoint, "https://10.0.0.2:6443");
    });

    it("finds a kubeconfig in the home directory", () => {
        assert.equal(expandHome("~/.kube/config"), path.join(os.homedir(), ".kube/config"));
        assert.equal(expandHome("/etc/config"), "/etc/config");
        assert.equal(expandHome("~other"), "~other");
    });

    it("says in one sentence that the file is missing", async () => {
        const missing = path.join(folder, "missing");
        await assert.rejects(run({ kubeconfig: missing }), (error) => {
            assert.ok(error instanceof pulumi.RunError);
            assert.equal(
                error.message,
                `cluster.kubeconfig: ${missing} does not exist; set it to the kubeconfig of the cluster.`,
            );
            return true;
        });
    });

    it("says in one sentence that the file is no kubeconfig", () => {
        const expected = "cluster.kubeconfig: the-file is not a kubeconfig.";
        for (const text of ["", "{", "[]", "just text", "contexts: 1"]) {
            assert.equal(
                sentence(() => findContext(text, "the-file")),
                expected,
            );
        }
    });

    it("names the known contexts when the wanted one is unknown or leads nowhere", () => {
        assert.equal(
            sentence(() => findContext(kubeconfig, "the-file", "elsewhere")),
            "cluster.context: the-file has no context elsewhere with a cluster; its contexts are: here, there, nowhere.",
        );
        assert.match(
            sentence(() => findContext(kubeconfig, "the-file", "nowhere")),
            /no context nowhere with a cluster/,
        );
        assert.match(
            sentence(() => findContext("contexts: []\nclusters: []", "the-file")),
            /no current context; its contexts are: none\./,
        );
    });
});
