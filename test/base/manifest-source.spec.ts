import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { ArchiveStore } from "../../components/base/chart-archive";
import { ChartRenderer } from "../../components/base/chart-renderer";
import type { ChartPin, ManifestSource } from "../../components/base/pins";
import { manifests } from "../../components/base/pins";

const account = (name: string) =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: upstream-system}
spec: {template: {spec: {containers: [{image: "example.org/operator:v1"}]}}}
`;

describe("plain manifests", () => {
    let folder: string;
    let server: http.Server;
    let files: Record<string, string>;
    let asked: string[];
    let site: string;

    before(async () => {
        server = http.createServer(({ url = "" }, response) => {
            asked.push(url);
            const text = files[url];
            response.writeHead(text === undefined ? 404 : 200).end(text);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
        server.closeAllConnections();
        server.close();
    });
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "manifests-"));
        fs.mkdirSync(path.join(folder, "mirror"));
        files = {};
        asked = [];
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const store = (mirror?: string) =>
        new ArchiveStore({
            cacheFolder: path.join(folder, "cache"),
            lockFile: path.join(folder, "charts.lock.json"),
            mirror,
        });
    const pinOf = (source: Partial<ManifestSource> = {}): ChartPin =>
        manifests("demo", "1.2.3", {
            repository: "https://github.invalid/demo",
            addresses: [`${site}/{version}/install.yaml`],
            ...source,
        });
    /** Fetches a pin, and returns the store that knows it. */
    async function fetched(pin: ChartPin, mirror?: string): Promise<ArchiveStore> {
        const archives = store(mirror);
        await archives.download([pin]);
        archives.verify([pin]);
        return archives;
    }
    function rendered(archives: ArchiveStore, pin: ChartPin, namespace = "own") {
        const rendering = new ChartRenderer({
            archives,
            cacheFolder: folder,
            kubernetesVersion: "1.35.0",
            apiVersions: [],
        }).render({ pin, release: "demo", namespace, values: {} });
        assert.ok(rendering.rendered, "reason" in rendering ? rendering.reason : "");
        return rendering.objects;
    }
    async function reason(pin: ChartPin, mirror?: string) {
        const found = (await fetched(pin, mirror)).find(pin);
        assert.ok("reason" in found, "they were found");
        return found;
    }
    const lock = () =>
        JSON.parse(fs.readFileSync(path.join(folder, "charts.lock.json"), "utf8")) as object;

    it("are fetched from every file of the version, locked at first use and rendered without helm", async () => {
        files["/1.2.3/install.yaml"] = account("one");
        files["/1.2.3/crds.yaml"] = `${account("two")}---\n${account("three")}`;
        const pin = pinOf({
            addresses: [`${site}/{version}/install.yaml`, `${site}/{version}/crds.yaml`],
        });
        const archives = await fetched(pin);
        assert.deepEqual(Object.keys(lock()), ["demo-1.2.3"]);
        assert.deepEqual(
            rendered(archives, pin).map(({ metadata }) => metadata.name),
            ["one", "three", "two"],
        );
    });

    it("are the same archive in whatever order they come", async () => {
        files["/1.2.3/install.yaml"] = `${account("one")}---\n${account("two")}`;
        const digest = (archives: ArchiveStore) => {
            const found = archives.find(pinOf());
            return "digest" in found ? found.digest : found.reason;
        };
        const first = digest(await fetched(pinOf()));
        fs.rmSync(path.join(folder, "cache"), { recursive: true });
        files["/1.2.3/install.yaml"] = `# other\n${account("two")}\n---\n---\n${account("one")}`;
        assert.equal(digest(await fetched(pinOf())), first);
    });

    it("are refused when upstream's bytes changed, and the lock stays", async () => {
        files["/1.2.3/install.yaml"] = account("one");
        await fetched(pinOf());
        const before = lock();
        fs.rmSync(path.join(folder, "cache"), { recursive: true });
        files["/1.2.3/install.yaml"] = account("other");
        const found = await reason(pinOf());
        assert.equal(found.wrong, true);
        assert.match(found.reason, /charts\.lock\.json pins [0-9a-f]{64}/);
        assert.deepEqual(lock(), before);
    });

    it("come whole or not at all: one file that is missing is named", async () => {
        files["/1.2.3/install.yaml"] = account("one");
        const pin = pinOf({
            addresses: [`${site}/{version}/install.yaml`, `${site}/{version}/crds.yaml`],
        });
        const found = await reason(pin);
        assert.equal(found.wrong, false);
        assert.match(found.reason, /crds\.yaml answered 404$/);
    });

    for (const [title, text, wanted] of [
        ["the page of a proxy", "<html><body>Sign in: here</body>", /has no Kubernetes object$/],
        ["no YAML", "kind: [\n", /install\.yaml is no YAML \(line \d+\)$/],
        ["empty", "", /has no Kubernetes object$/],
    ] as const) {
        it(`say in one sentence that a file is ${title}`, async () => {
            files["/1.2.3/install.yaml"] = text;
            const { reason: said } = await reason(pinOf());
            assert.match(said, wanted);
            assert.doesNotMatch(said, /\n/);
        });
    }

    it("lie in a directory that mirrors charts, as JSON or YAML, and are not locked then", async () => {
        const mirror = path.join(folder, "mirror");
        fs.writeFileSync(path.join(mirror, "demo-1.2.3.yaml"), account("mirrored"));
        const archives = await fetched(pinOf(), mirror);
        assert.deepEqual(asked, []);
        assert.deepEqual(archives.apart, ["demo-1.2.3"]);
        assert.equal(fs.existsSync(path.join(folder, "charts.lock.json")), false);
        assert.equal(rendered(archives, pinOf())[0]?.metadata.name, "mirrored");
    });

    it("fit the lock as YAML of a mirror too, for it is the objects that count", async () => {
        files["/1.2.3/install.yaml"] = `${account("one")}---\n${account("two")}`;
        await fetched(pinOf());
        const mirror = path.join(folder, "mirror");
        const text = `---\n${account("two")}---\n${account("one")}`;
        fs.writeFileSync(path.join(mirror, "demo-1.2.3.yaml"), text);
        assert.ok("file" in (await fetched(pinOf(), mirror)).find(pinOf()));
    });

    it("say which file of a mirror is damaged", async () => {
        const mirror = path.join(folder, "mirror");
        fs.writeFileSync(path.join(mirror, "demo-1.2.3.yaml"), "kind: [\n");
        const found = await reason(pinOf(), mirror);
        assert.equal(found.wrong, true);
        assert.match(
            found.reason,
            /mirror\/demo-1\.2\.3\.yaml is no YAML \(line \d+\): replace it$/,
        );
    });

    it("say by which name a mirror would hold them", async () => {
        const mirror = path.join(folder, "mirror");
        const found = await reason(pinOf(), mirror);
        assert.match(found.reason, /^demo-1\.2\.3\.yaml is not in the mirror \//);
    });

    it("follow a kustomization to its files and folders, with the images that it names", async () => {
        Object.assign(files, {
            "/1.2.3/deploy/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: upstream-system
resources: [operator.yaml, ../rbac]
images: [{name: example.org/operator, newTag: v2}]
transformers: ["apiVersion: builtin\\nkind: NamespaceTransformer\\n"]
`,
            "/1.2.3/deploy/operator.yaml": deployment,
            "/1.2.3/rbac/kustomization.yaml": "resources: [account.yaml]\n",
            "/1.2.3/rbac/account.yaml": account("operator"),
        });
        const pin = pinOf({
            addresses: [`${site}/{version}/deploy/kustomization.yaml`],
            namespace: "upstream-system",
        });
        const objects = rendered(await fetched(pin), pin);
        assert.deepEqual(
            objects.map(({ kind }) => kind),
            ["Deployment", "ServiceAccount"],
        );
        assert.equal(objects[0]?.metadata.namespace, "own");
        assert.match(JSON.stringify(objects[0]), /example\.org\/operator:v2"/);
    });

    it("refuse a kustomization that changes more, by name", async () => {
        files["/1.2.3/kustomization.yaml"] = "resources: [a.yaml]\npatches: []\nnamePrefix: x-\n";
        const pin = pinOf({ addresses: [`${site}/{version}/kustomization.yaml`] });
        assert.match(
            (await reason(pin)).reason,
            /kustomization\.yaml has patches, namePrefix, which only kustomize can follow/,
        );
    });

    it("take the way of Go modules when upstream does not answer, and say when neither works", async () => {
        const pin = pinOf({ modules: [{ module: "example.invalid/none", files: ["deploy/"] }] });
        assert.match((await reason(pin)).reason, /answered 404; \S/);
    });
});
