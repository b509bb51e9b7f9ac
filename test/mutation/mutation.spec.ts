import * as assert from "node:assert/strict";
import { change } from "../../mutation/define";
import { mutations } from "../../mutation/mutations";
import { escapedAttempts, tryMutations } from "../../mutation/run";
import { criteria } from "../../policy/criteria";
import { missingCharts, type StackResource } from "../../preview/recorded-stack";
import { runScript } from "../fixtures/previewed-stack";
import { EVERYTHING, recordedStackFile } from "../fixtures/stack-files";

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
        const proof = tryMutations([map], 4, { chosen: [off, harmless, stranger] });
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
        tryMutations([map], 4, { chosen: [off] });
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
        const below = {
            ...off,
            mutants: (stack: readonly StackResource[]) => off.mutants(stack.slice(1)),
        };
        const idle = tryMutations([component, map], 4, { chosen: [below] });
        assert.deepEqual(idle.attempts, []);
        assert.equal(idle.idle.length, 1);
    });

    it("are caught by the one about them whether or not the others are asked", () => {
        const off = change(
            ["off", "SEC-08", "turns encryption off"],
            () => true,
            (inputs) => {
                inputs.data = {};
            },
        );
        const chosen = [off, { ...off, id: "stranger", expected: "HA-10" }];
        const caughtBy = tryMutations([map], 4, { chosen, asked: "expected" }).attempts.map(
            (attempt) => attempt.caughtBy,
        );
        assert.deepEqual(caughtBy, [["SEC-08"], []]);
    });

    it("are each caught on one resource of the stack with every system", async function () {
        const stack = await recordedStackFile(EVERYTHING);
        const { attempts, idle } = tryMutations(stack, 1, { asked: "expected" });
        const missing = missingCharts(stack);
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
        assert.deepEqual(idle, []);
        assert.equal(attempts.length, mutations.length);
    });
});

describe("npm run mutate", () => {
    it("says in one sentence what is wrong with its options", async () => {
        const { code, out, error } = await runScript("mutation/main.ts", "--each", "0");
        assert.equal(code, 2);
        assert.equal(out, "");
        assert.match(error, /^--each is 0; give a whole number from 1 on\.\n/);
    });
});
