import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import {
    contentFile,
    digestOf,
    findContent,
    keepContent,
    outlineOf,
    readContent,
} from "../../components/base/crd-content";
import { crd } from "../crds/fake-cluster";
import { withCacheFolder } from "../fixtures/cache-folder";

describe("the content of a CRD", () => {
    withCacheFolder();

    it("is found by its digest, whole", () => {
        const digest = keepContent(crd());
        assert.equal(digest, digestOf(crd()));
        assert.deepEqual(readContent(digest, "things.example.org"), crd());
    });

    it("has another digest when a schema differs", () => {
        const wider = crd(["v1"], { properties: { size: { type: "integer" } } });
        assert.notEqual(digestOf(crd()), digestOf(wider));
        assert.deepEqual(outlineOf(crd()), outlineOf(wider));
    });

    it("that was damaged is missing, until the program writes it again", () => {
        const digest = keepContent(crd());
        fs.appendFileSync(contentFile(digest), " ");
        assert.equal(findContent(digest), undefined);
        assert.throws(() => readContent(digest, "things.example.org"), {
            message: /^The content of the CRD things\.example\.org is not in /,
        });
        keepContent(crd());
        assert.deepEqual(findContent(digest), crd());
    });
});

describe("the outline of a CRD", () => {
    it("has no schema, and everything that criteria ask for", () => {
        const webhook = { clientConfig: { service: { name: "demo", namespace: "demo" } } };
        const content = crd(["v1alpha1", "v1"]);
        const spec = { ...(content.spec as object), conversion: { strategy: "Webhook", webhook } };
        assert.deepEqual(JSON.parse(JSON.stringify(outlineOf({ ...content, spec }))), {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: {
                name: "things.example.org",
                labels: { "app.kubernetes.io/name": "demo" },
            },
            spec: {
                group: "example.org",
                scope: "Namespaced",
                names: { kind: "Thing", plural: "things" },
                versions: [
                    { name: "v1alpha1", served: true, storage: false },
                    { name: "v1", served: true, storage: true },
                ],
                conversion: { strategy: "Webhook", webhook },
            },
        });
    });
});
