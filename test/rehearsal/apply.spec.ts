import * as assert from "node:assert/strict";
import type { Manifest } from "../../components/base/object";
import { apply, isJudgedOnly } from "../../rehearsal/apply";
import { ApiError } from "../../kubernetes-client/connection";
import type { StackObject } from "../../rehearsal/stack";
import { condition, live } from "./objects";

function stackObject(kind: string, name: string, dependencies: string[] = []): StackObject {
    const apiVersion =
        kind === "CustomResourceDefinition" ? "apiextensions.k8s.io/v1" : "example.org/v1";
    const manifest = { apiVersion, kind, metadata: { name } };
    return { id: name, component: "apps/test", dependencies, manifest };
}

/** An API server; a CRD is served at the second look. */
class Server {
    readonly sent: [name: string, dryRun: boolean][] = [];
    private looks = 0;

    pathOf({ metadata }: Manifest): Promise<string> {
        return Promise.resolve(metadata.name ?? "");
    }

    get<T>(): Promise<T> {
        this.looks += 1;
        const conditions = this.looks > 1 ? [condition("Established", "True")] : [];
        return Promise.resolve({ status: { conditions } } as T);
    }

    apply(manifest: Manifest, _manager: string, dryRun = false) {
        const { name = "" } = manifest.metadata;
        this.sent.push([name, dryRun]);
        if (name === "wrong") {
            return Promise.reject(new ApiError(422, 'unknown field "spec.typo"'));
        }
        if (name === "gone") {
            return Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
        }
        const warnings = name === "old" ? ["deprecated"] : [];
        return Promise.resolve({ body: live(manifest.kind, name), warnings });
    }
}

describe("sending a stack", () => {
    it("follows dependencies, also through resources that are no objects", async () => {
        const server = new Server();
        const objects = [
            stackObject("Thing", "second", ["machine"]),
            stackObject("Thing", "first"),
        ];
        const others = [{ id: "machine", dependencies: ["first"] }];
        const { sent, accepted } = await apply(server, { objects, others });
        assert.deepEqual(server.sent, [
            ["first", false],
            ["second", false],
        ]);
        assert.deepEqual([sent, accepted], [2, 2]);
    });

    it("waits until a CRD is served before its custom resources follow", async () => {
        const server = new Server();
        const objects = [
            stackObject("Thing", "resource", ["crd"]),
            stackObject("CustomResourceDefinition", "crd"),
        ];
        const { refused } = await apply(server, { objects, others: [] });
        assert.deepEqual(refused, []);
        assert.deepEqual(
            server.sent.map(([name]) => name),
            ["crd", "resource"],
        );
    });

    it("goes on after a refusal, and gives the API server's words and the component", async () => {
        const objects = [stackObject("Thing", "wrong"), stackObject("Thing", "after", ["wrong"])];
        const { accepted, refused } = await apply(new Server(), { objects, others: [] });
        assert.equal(accepted, 1);
        assert.deepEqual(refused, [
            {
                urn: "wrong",
                object: "Thing/wrong",
                component: "apps/test",
                reason: 'unknown field "spec.typo"',
            },
        ]);
    });

    it("ends when the API server cannot be reached", async () => {
        const objects = [stackObject("Thing", "gone")];
        await assert.rejects(apply(new Server(), { objects, others: [] }), /refused/);
    });

    it("only judges webhook configurations", async () => {
        const server = new Server();
        const objects = [stackObject("ValidatingWebhookConfiguration", "hook")];
        const { judgedOnly } = await apply(server, { objects, others: [] });
        assert.deepEqual(server.sent, [["hook", true]]);
        assert.equal(judgedOnly, 1);
        assert.equal(isJudgedOnly({ apiVersion: "v1", kind: "Service", metadata: {} }), false);
    });

    it("keeps each warning with the objects that it came with", async () => {
        const { warnings } = await apply(new Server(), {
            objects: [stackObject("Thing", "old"), stackObject("Thing", "new")],
            others: [],
        });
        assert.deepEqual([...warnings], [["deprecated", ["Thing/old"]]]);
    });
});
