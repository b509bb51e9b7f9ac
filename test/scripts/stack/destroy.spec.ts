import * as assert from "node:assert/strict";
import { destroyResources } from "../../../scripts/stack/destroy";
import {
    type ObjectRecord,
    readObjectRecord,
    requireNoDeletion,
} from "../../../scripts/stack/object-record";
import { readStackFile } from "../../../preview/stack-file";
import { UsageError } from "../../../preview/usage-error";
import { isDestroyedInParts, type StateResource } from "../../../scripts/stack/way";
import { repository } from "../../fixtures/stack-files";
import { type Behaviour, FakePulumi } from "./fake-pulumi";
import { stack } from "./plans";

const { node, password, provider, platform, secret, crd } = stack;
const state: readonly StateResource[] = [platform, provider, node, password, secret, crd];
const withProtected = state.map((one) => (one === node ? { ...one, protect: true } : one));

describe("a destroy in parts", () => {
    it("is of use where there are objects, on a backend that writes whole states", () => {
        const objects = [secret, crd];
        for (const record of ["recorded", "deleting"] as const) {
            assert.equal(isDestroyedInParts(state, [], record), true);
            assert.equal(isDestroyedInParts(objects, ["--yes"], record), true);
        }
        assert.equal(isDestroyedInParts(state, [], undefined), false);
        assert.equal(isDestroyedInParts([platform, node], [], "recorded"), false);
    });

    it("never begins where something protected would stop it", () => {
        assert.equal(isDestroyedInParts(withProtected, [], "recorded"), false);
        assert.equal(isDestroyedInParts(withProtected, ["--exclude-protected"], "recorded"), true);
    });

    for (const flag of ["--target=urn:x", "--exclude", "--remove", "--preview-only"]) {
        it(`leaves a destroy alone that is about something else: ${flag}`, () => {
            assert.equal(isDestroyedInParts(state, [flag], "recorded"), false);
        });
    }

    for (const record of ["unrecorded", "adopting"] as const satisfies readonly ObjectRecord[]) {
        it(`keeps in mind that objects are unknown (${record})`, () => {
            assert.equal(isDestroyedInParts(state, [], record), false);
        });
    }
});

describe("destroying resources", () => {
    const pulumi = new FakePulumi();
    after(() => {
        pulumi.remove();
    });
    const configuration = readStackFile(repository, "dev");
    const all = "destroy --stack test --yes";
    const outside = `${all} --exclude ${node.urn} --exclude ${password.urn}`;

    function destroyed(
        resources: readonly StateResource[],
        behaviour: Behaviour,
        flags: readonly string[] = [],
    ) {
        const command = {
            stack: { ...configuration, stack: "test" },
            ...{ yes: true, withCustomResources: false, flags },
        };
        return pulumi.watch(behaviour, (tell) =>
            destroyResources(pulumi.file, command, resources, tell),
        );
    }

    it("takes the objects first, with one write, and what is outside with every write", async () => {
        const { code, calls, tag, lines } = await destroyed(state, {});
        assert.deepEqual(calls, [
            ["true,,", outside],
            ["false,,", all],
        ]);
        assert.deepEqual([code, tag, lines.length], [0, "recorded", 2]);
    });

    it("stops at an object that cannot be deleted, and knows that until it has succeeded", async () => {
        const { code, calls, tag } = await destroyed(state, { codes: [3] });
        assert.deepEqual([code, calls.length, tag], [3, 1, "deleting"]);
        const again = await destroyed(state, { tag });
        assert.deepEqual([again.code, again.calls.length, again.tag], [0, 2, "recorded"]);
    });

    it("is one destroy otherwise", async () => {
        for (const [resources, behaviour] of [
            [withProtected, {}],
            [state, { url: "https://api.pulumi.com" }],
            [state, { isWithoutTags: true }],
        ] as const) {
            assert.deepEqual((await destroyed(resources, behaviour)).calls, [[",,", all]]);
        }
    });

    it("says so where objects will stay that the state does not know", async () => {
        for (const [resources, tag] of [
            [[platform, node], "unrecorded"],
            [state, "adopting"],
        ] as const) {
            const { calls, lines, tag: after } = await destroyed(resources, { tag });
            assert.deepEqual(calls, [[",,", all]]);
            assert.match(lines.join(), /stay in the cluster, unless `npm run up`/);
            assert.equal(after, tag);
        }
        const { lines } = await destroyed(state, { tag: "unrecorded" });
        assert.deepEqual(lines, []);
    });

    it("that did not end keeps an update from going on", async () => {
        await pulumi.watch({ tag: "deleting" }, async () => {
            const record = await readObjectRecord(pulumi.file, "test");
            assert.throws(
                () => {
                    requireNoDeletion(record, "test");
                },
                (error) => error instanceof UsageError && error.message.includes("npm run refresh"),
            );
            return 0;
        });
        for (const record of [undefined, "recorded", "unrecorded", "adopting"] as const) {
            requireNoDeletion(record, "test");
        }
    });
});
