import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { keepContent, outlineOf, type RegisteredCrd } from "../../../components/base/crd-content";
import type { Manifest } from "../../../components/base/object";
import { kubernetesVersion } from "../../../components/versions";
import { CHANGED, CrdProvider, crdPath, DIGEST_ANNOTATION } from "../../../crds/provider";
import { WITH_OBJECTS_VARIABLE } from "../../../crds/removal";
import { Kubernetes, type LiveObject } from "../../../kubernetes-client/kubernetes";
import { type ControlPlane, startControlPlane } from "../../../rehearsal/control-plane";
import { withCacheFolder } from "../../fixtures/cache-folder";
import { binariesOrSkip, eventually } from "../../rehearsal/control-plane/running";
import { crd } from "../fake-cluster";

const NAME = "things.example.org";

function registered(content: Manifest): RegisteredCrd {
    return { ...outlineOf(content), digest: keepContent(content) };
}

function thing(name: string): Manifest {
    return {
        apiVersion: "example.org/v1alpha1",
        kind: "Thing",
        metadata: { name, namespace: "default" },
    };
}

describe("the provider of CRDs on a real API server", () => {
    withCacheFolder();

    let controlPlane: ControlPlane | undefined;
    let kubernetes: Kubernetes;
    let provider: CrdProvider;

    before(async function () {
        const binaries = binariesOrSkip(this);
        controlPlane = await startControlPlane({ binaries, kubernetesVersion });
        kubernetes = await Kubernetes.connect(controlPlane.kubeconfig);
    });
    after(async () => {
        await controlPlane?.stop();
    });
    beforeEach(() => {
        const kubeconfig = fs.readFileSync(controlPlane?.kubeconfig ?? "", "utf8");
        provider = new CrdProvider(undefined, {});
        provider.configure({ kubeconfig });
    });
    afterEach(async () => {
        await kubernetes.delete(crdPath(NAME));
        await eventually(async () => (await kubernetes.find(crdPath(NAME))) === undefined);
        kubernetes.close();
        kubernetes = await Kubernetes.connect(controlPlane?.kubeconfig ?? "");
    });

    const live = () => kubernetes.get<LiveObject>(crdPath(NAME));

    it("applies a CRD whose kind is served then, and applies it again without a change", async () => {
        const known = registered(crd(["v1alpha1", "v1"]));
        await provider.judge(known);
        assert.equal(await kubernetes.find(crdPath(NAME)), undefined);
        await provider.apply(known);
        await kubernetes.create(thing("one"));
        const before = await live();
        await provider.apply(known);
        const { metadata } = await live();
        assert.equal(metadata.resourceVersion, before.metadata.resourceVersion);
        assert.equal(metadata.annotations?.[DIGEST_ANNOTATION], known.digest);
        assert.deepEqual(await provider.read(NAME, known), known);
    });

    it("refuses a field that the API server does not know, at preview too", async () => {
        const wrong = crd();
        const spec = { ...(wrong.spec as object), conversoin: {} };
        const misspelt = registered({ ...wrong, spec });
        const refused = /^Error: The API server refuses .*conversoin/;
        await assert.rejects(provider.judge(misspelt), refused);
        await assert.rejects(provider.apply(misspelt), refused);
    });

    it("keeps stored versions until their objects were migrated", async () => {
        await provider.apply(registered(crd(["v1alpha1"])));
        await provider.apply(registered(crd(["v1alpha1", "v1"])));
        const next = registered(crd(["v1"]));
        await assert.rejects(provider.judge(next), /loses v1alpha1/);
        await assert.rejects(provider.apply(next), /loses v1alpha1/);
        await kubernetes.merge(`${crdPath(NAME)}/status`, { status: { storedVersions: ["v1"] } });
        await provider.apply(next);
    });

    it("finds what somebody else changed, and mends it when that program lets go", async () => {
        const known = registered(crd());
        await provider.apply(known);
        await kubernetes.merge(crdPath(NAME), { metadata: { labels: { changed: "label" } } });
        assert.deepEqual(await provider.read(NAME, known), known, "a label that is not ours");
        await kubernetes.merge(crdPath(NAME), {
            metadata: { labels: { "app.kubernetes.io/name": "other" } },
        });
        const found = await provider.read(NAME, known);
        assert.equal(found?.digest, CHANGED);
        await assert.rejects(provider.apply(known), /^Error: Another program holds fields/);
    });

    it("deletes no CRD with objects unless that was asked for", async () => {
        await provider.apply(registered(crd(["v1alpha1"])));
        await kubernetes.create(thing("one"));
        await assert.rejects(provider.delete(NAME), /\(default\/one\)/);
        const asked = new CrdProvider(undefined, { [WITH_OBJECTS_VARIABLE]: "true" });
        asked.configure({ kubeconfig: fs.readFileSync(controlPlane?.kubeconfig ?? "", "utf8") });
        await asked.delete(NAME);
        assert.equal(await kubernetes.find(crdPath(NAME)), undefined);
    });
});
