import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import {
    contentFile,
    keepContent,
    outlineOf,
    type RegisteredCrd,
} from "../../components/base/crd-content";
import type { Manifest } from "../../components/base/object";
import { FIELD_MANAGER } from "../../crds/errors";
import { CHANGED, CrdProvider } from "../../crds/provider";
import { ApiError } from "../../kubernetes-client/connection";
import { withCacheFolder } from "../fixtures/cache-folder";
import { crd, FakeCluster, unreachable } from "./fake-cluster";

const NAME = "things.example.org";
const OBJECTS = "/apis/example.org/v1/things";

function registered(content: Manifest): RegisteredCrd {
    return { ...outlineOf(content), digest: keepContent(content) };
}

function providerOf(cluster: FakeCluster, environment: NodeJS.ProcessEnv = {}): CrdProvider {
    return new CrdProvider(() => Promise.resolve(cluster), environment);
}

/** The one sentence that a refusal is. */
async function sentence(promise: Promise<unknown>): Promise<string> {
    const error = await promise.then(
        () => new Error("there was no error"),
        (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    assert.doesNotMatch(error.message, /\n| at /);
    return error.message;
}

describe("the provider of CRDs", () => {
    withCacheFolder();

    describe("applies", () => {
        it("the content of the digest, with schemas, under its own field manager", async () => {
            const cluster = new FakeCluster();
            const content = crd();
            await providerOf(cluster).apply(registered(content));
            assert.deepEqual(cluster.crds.get(NAME)?.spec, content.spec);
            assert.deepEqual([...cluster.managers], [FIELD_MANAGER]);
        });

        it("what is there already, as after an update that was killed", async () => {
            const cluster = new FakeCluster();
            const provider = providerOf(cluster);
            await provider.apply(registered(crd()));
            await provider.apply(registered(crd()));
            assert.equal(cluster.crds.size, 1);
        });

        it("until the kind is served, and says so when it is not", async () => {
            const cluster = new FakeCluster();
            cluster.conditions = [];
            const waiting = providerOf(cluster).apply(registered(crd()), { milliseconds: 1 });
            assert.equal(
                await sentence(waiting),
                `The CRD ${NAME} was taken, but the API server did not begin to serve it within 0 s.`,
            );
        });

        it("no names that are another CRD's", async () => {
            const cluster = new FakeCluster();
            cluster.conditions = [
                { type: "NamesAccepted", status: "False", message: '"Thing" is already in use' },
            ];
            assert.match(
                await sentence(providerOf(cluster).apply(registered(crd()))),
                /"Thing" is already in use/,
            );
        });

        it("no content that drops a stored version, and says what to migrate", async () => {
            const cluster = new FakeCluster();
            const provider = providerOf(cluster);
            await provider.apply(registered(crd(["v1alpha1", "v1"])));
            const live = cluster.crds.get(NAME);
            assert.ok(live !== undefined);
            const status = { ...live.status, storedVersions: ["v1alpha1", "v1"] };
            cluster.crds.set(NAME, { ...live, status });
            const next = registered(crd(["v1"]));
            const refused = /^The CRD things\.example\.org loses v1alpha1, .* kubectl replace/;
            assert.match(await sentence(provider.apply(next)), refused);
            assert.match(await sentence(provider.judge(next)), refused);
            // Taken out of the status, it may go.
            cluster.crds.set(NAME, { ...live, status: { ...status, storedVersions: ["v1"] } });
            await provider.apply(next);
        });

        it("nothing that another program holds, and names it", async () => {
            const cluster = new FakeCluster();
            cluster.refusal = new ApiError(409, 'conflict with "kubectl-edit": .spec.versions');
            assert.match(
                await sentence(providerOf(cluster).apply(registered(crd()))),
                /^Another program holds fields of the CRD things\.example\.org: .*kubectl-edit/,
            );
        });

        it("nothing without its content, and says who brings it", async () => {
            const lost = registered(crd());
            fs.rmSync(contentFile(lost.digest));
            assert.match(
                await sentence(providerOf(new FakeCluster()).apply(lost)),
                /^The content of the CRD things\.example\.org is not in .*: run the program again/,
            );
        });
    });

    describe("judges at preview", () => {
        it("by a dry run, which changes nothing", async () => {
            const cluster = new FakeCluster();
            await providerOf(cluster).judge(registered(crd()));
            assert.deepEqual(cluster.acts, [["dry", NAME]]);
            assert.equal(cluster.crds.size, 0);
        });

        it("and hands on what the API server refuses", async () => {
            const cluster = new FakeCluster();
            cluster.refusal = new ApiError(422, "spec.versions: Invalid value");
            assert.equal(
                await sentence(providerOf(cluster).judge(registered(crd()))),
                `The API server refuses the CRD ${NAME}: spec.versions: Invalid value`,
            );
        });

        it("nothing while the API server is away, which an update does not overlook", async () => {
            const cluster = new FakeCluster();
            cluster.refusal = unreachable();
            const provider = providerOf(cluster);
            await provider.judge(registered(crd()));
            assert.match(
                await sentence(provider.apply(registered(crd()))),
                /^The Kubernetes API cannot be reached/,
            );
        });
    });

    describe("finds a difference", () => {
        const provider = new CrdProvider();
        const difference = (before: Manifest, after: Manifest) =>
            provider.diff(registered(before), registered(after));

        it("in the content alone", () => {
            assert.deepEqual(difference(crd(), crd()), { changed: [], replace: false });
            const wider = crd(["v1"], { properties: { size: { type: "integer" } } });
            assert.deepEqual(difference(crd(), wider), { changed: ["digest"], replace: false });
        });

        it("in the name, which makes another CRD", () => {
            const other = { ...crd(), metadata: { name: "others.example.org" } };
            assert.equal(difference(crd(), other).replace, true);
        });
    });

    describe("reads", () => {
        it("what was applied as it was registered", async () => {
            const cluster = new FakeCluster();
            const known = registered(crd());
            await providerOf(cluster).apply(known);
            assert.deepEqual(await providerOf(cluster).read(NAME, known), known);
        });

        it("nothing where there is no CRD any more", async () => {
            assert.equal(
                await providerOf(new FakeCluster()).read(NAME, registered(crd())),
                undefined,
            );
        });

        it("a change by somebody else as a difference that the next update mends", async () => {
            const cluster = new FakeCluster();
            const provider = providerOf(cluster);
            const known = registered(crd());
            await provider.apply(known);
            const live = cluster.crds.get(NAME);
            assert.ok(live !== undefined);
            cluster.crds.set(NAME, { ...live, spec: { ...(crd(["v1", "v2"]).spec as object) } });
            const found = await provider.read(NAME, known);
            assert.equal(found?.digest, CHANGED);
            assert.deepEqual(provider.diff(found, known).changed, ["digest"]);
        });

        it("the digest alone where the content is not at hand", async () => {
            const cluster = new FakeCluster();
            const known = registered(crd());
            await providerOf(cluster).apply(known);
            fs.rmSync(contentFile(known.digest));
            assert.deepEqual(await providerOf(cluster).read(NAME, known), known);
        });

        it("an import as if it had registered it", async () => {
            const cluster = new FakeCluster();
            const known = registered(crd());
            await providerOf(cluster).apply(known);
            const { annotations, ...metadata } = known.metadata;
            assert.equal(annotations, undefined);
            const found = await providerOf(cluster).read(NAME, undefined);
            assert.equal(found?.digest, known.digest);
            assert.deepEqual(found.spec, known.spec);
            assert.deepEqual(found.metadata.labels, metadata.labels);
        });
    });

    describe("deletes", () => {
        async function withObjects(
            names: readonly string[],
            environment: NodeJS.ProcessEnv = {},
        ): Promise<[FakeCluster, Promise<void>]> {
            const cluster = new FakeCluster();
            await providerOf(cluster).apply(registered(crd()));
            cluster.objects = { [OBJECTS]: names };
            return [cluster, providerOf(cluster, environment).delete(NAME, { milliseconds: 10 })];
        }

        it("a CRD without objects, and waits until it is gone", async () => {
            const [cluster, deletion] = await withObjects([]);
            cluster.lingers = 1;
            await deletion;
            assert.equal(cluster.crds.size, 0);
        });

        it("none with objects, and names some of them", async () => {
            const [cluster, deletion] = await withObjects(["one", "two"]);
            assert.match(
                await sentence(deletion),
                /^The CRD things\.example\.org stays, .*\(apps\/one, apps\/two\)/,
            );
            assert.equal(cluster.crds.size, 1);
        });

        it("one with objects when that was asked for", async () => {
            const [cluster, deletion] = await withObjects(["one"], {
                PLATFORM_DELETE_CUSTOM_RESOURCES: "true",
            });
            await deletion;
            assert.equal(cluster.crds.size, 0);
        });

        it("nothing twice", async () => {
            const cluster = new FakeCluster();
            await providerOf(cluster).delete(NAME);
            assert.deepEqual(cluster.acts, []);
        });

        it("with a sentence about finalizers when it does not go", async () => {
            const [cluster, deletion] = await withObjects(["stuck"], {
                PLATFORM_DELETE_CUSTOM_RESOURCES: "true",
            });
            cluster.lingers = 100;
            assert.match(await sentence(deletion), /wait for their finalizers \(apps\/stuck\)/);
        });

        it("what is gone with its cluster, only when that was said", async () => {
            const away = new CrdProvider(() => Promise.reject(unreachable()), {});
            assert.match(await sentence(away.delete(NAME)), /cannot be reached/);
            const said = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
            await new CrdProvider(() => Promise.reject(unreachable()), said).delete(NAME);
        });
    });
});
