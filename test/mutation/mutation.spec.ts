import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { change } from "../../mutation/define";
import { mutations } from "../../mutation/mutations";
import { type Attempt, escapedAttempts, tryMutations } from "../../mutation/run";
import type { StackResource } from "../../preview/recorded-stack";
import { criteria } from "../../policy/criteria";

const root = path.join(__dirname, "..", "..");

interface Document {
    readonly mutations: readonly Attempt[];
    readonly idle: readonly string[];
    readonly missing: readonly string[];
}

/** A process of its own, as the program registers resources in global state. */
function run(...options: string[]): { document: Document; status: number | null } {
    const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--require", "tsx/cjs", path.join(root, "mutation", "main.ts"), "--json", ...options],
        { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    assert.notEqual(stdout, "", stderr);
    return { document: JSON.parse(stdout) as Document, status };
}

const map: StackResource = {
    urn: "urn:pulumi:test::platform::kubernetes:core/v1:ConfigMap::cilium",
    type: "kubernetes:core/v1:ConfigMap",
    name: "cilium",
    parent: "urn:pulumi:test::platform::platform:test:System::system",
    inputs: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cilium-config", namespace: "kube-system" },
        data: { "enable-wireguard": "true" },
    },
    protect: false,
    dependencies: [],
};

describe("the mutations", () => {
    it("are at least 60 and have unique names", () => {
        const ids = mutations.map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)]);
        assert.ok(ids.length >= 60, `${ids.length} mutations`);
    });

    it("are about every criterion but those on documents, which no resource can weaken", () => {
        const expected = new Set(mutations.map(({ expected: id }) => id));
        const documents = ["DOC-02", "DOC-03", "DOC-04"];
        for (const { id } of criteria.filter((criterion) => !documents.includes(criterion.id))) {
            assert.ok(expected.has(id), `no mutation is about ${id}`);
        }
    });

    it("are caught only by the criterion about them", () => {
        const off = change(
            ["off", "SEC-08", "turns encryption off"],
            () => true,
            (inputs) => {
                inputs.data = { "enable-wireguard": "false" };
            },
        );
        const harmless = change(
            ["harmless", "SEC-08", "adds a key"],
            () => true,
            (inputs) => {
                inputs.data = { ...(inputs.data as object), other: "1" };
            },
        );
        const stranger = { ...off, id: "stranger", expected: "HA-10" };
        const proof = tryMutations([map], 4, [off, harmless, stranger]);
        assert.deepEqual(
            proof.attempts.map(({ id, caughtBy }) => [id, caughtBy]),
            [
                ["off", ["SEC-08"]],
                ["harmless", []],
                ["stranger", ["SEC-08"]],
            ],
        );
        assert.deepEqual(
            escapedAttempts(proof).map(({ id }) => id),
            ["harmless", "stranger"],
        );
    });

    it("never change the stack itself, and skip what an exception covers", () => {
        const before = JSON.stringify(map);
        const off = change(
            ["off", "SEC-08", "turns encryption off"],
            () => true,
            (inputs) => {
                inputs.data = {};
            },
        );
        tryMutations([map], 4, [off]);
        assert.equal(JSON.stringify(map), before);
        const component: StackResource = {
            ...map,
            urn: "urn:pulumi:test::platform::platform:test:System::system",
            type: "platform:test:System",
            inputs: {
                exceptions: [
                    { criterion: "SEC-08", resource: "ConfigMap/kube-system/cilium-config" },
                ],
            },
        };
        const idle = tryMutations([component, map], 4, [
            { ...off, mutants: (stack) => off.mutants(stack.slice(1)) },
        ]);
        assert.deepEqual(idle.attempts, []);
        assert.equal(idle.idle.length, 1);
    });

    it("are each caught on one resource of the prod stack", function () {
        // More than a minute where others work beside it.
        this.timeout(300_000);
        const { document, status } = run("--each", "1");
        const { missing, idle, mutations: attempts } = document;
        const open = escapedAttempts({ attempts });
        if (missing.length > 0) {
            const count = `${idle.length + open.length} of ${mutations.length}`;
            console.log(`      ${count} mutations not tried: not rendered: ${missing.join(", ")}`);
            this.skip();
        }
        assert.deepEqual(
            open.map(({ id, resource, caughtBy }) => `${id} ${resource} ${caughtBy.join()}`),
            [],
        );
        assert.equal(status, 0);
        assert.deepEqual(idle, []);
        assert.equal(attempts.length, mutations.length);
    });
});
