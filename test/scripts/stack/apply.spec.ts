import * as assert from "node:assert/strict";
import { apply } from "../../../scripts/stack/apply";
import { readObjectRecord } from "../../../scripts/stack/object-record";
import type { Plan } from "../../../scripts/stack/parts";
import { type Behaviour, FakePulumi } from "./fake-pulumi";
import { planOf, stack } from "./plans";

const { node, password, provider, secret } = stack;

describe("applying an update", () => {
    const pulumi = new FakePulumi();
    after(() => {
        pulumi.remove();
    });

    function applied(plan: Plan, behaviour: Behaviour, flags: readonly string[] = []) {
        return pulumi.watch(behaviour, async (tell) => {
            const record = await readObjectRecord(pulumi.file, "test");
            const update = { stack: "test", plan, record, levels: "levels.json", flags, tell };
            return apply({ pulumi: pulumi.file, ...update });
        });
    }

    const whole =
        "up --stack test --yes --skip-preview --policy-pack policy --policy-pack-config levels.json";
    const firstPart = planOf([node, password, provider]);
    const some = planOf([node, password, provider, secret]);

    it("to an empty state makes what is outside first, then the objects with one write", async () => {
        const { code, calls, tag, lines } = await applied(planOf(), {}, ["--diff"]);
        assert.equal(code, 0);
        assert.deepEqual(
            calls.map(([told]) => told),
            ["false,,", "true,,"],
        );
        const [first = "", second = ""] = calls.map(([, args]) => args);
        assert.match(first, /^up --stack test --yes --skip-preview --target urn:/);
        assert.ok(first.includes(`--target ${password.urn}`) && !first.includes(secret.urn));
        assert.ok(!first.includes("--policy-pack"), "the pack would judge what is left out");
        assert.equal(
            second,
            `${whole} --exclude ${node.urn} --exclude ${password.urn} --diff`,
            "nothing outside of the cluster is touched with one write",
        );
        assert.equal(tag, "recorded");
        assert.equal(lines.length, 2);
    });

    it("ends with the first part that failed, which loses nothing", async () => {
        const { code, calls, tag } = await applied(planOf(), { codes: [7] });
        assert.deepEqual([code, calls.length, tag], [7, 1, ""]);
    });

    it("remembers that the second part did not succeed", async () => {
        const { code, calls, tag } = await applied(planOf(), { codes: [0, 255] });
        assert.deepEqual([code, calls.length, tag], [255, 2, "unrecorded"]);
    });

    it("takes objects over after a kill, with every write and by force, in one line", async () => {
        const { calls, tag, lines } = await applied(firstPart, { tag: "unrecorded" });
        assert.deepEqual(calls[0], ["false,true,true", whole]);
        assert.equal(tag, "recorded");
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? "", /^An update was killed .* taken over/);
    });

    it("takes them over until that has succeeded, with all of them", async () => {
        const failed = await applied(firstPart, { tag: "unrecorded", codes: [1] });
        assert.equal(failed.tag, "adopting");
        const again = await applied(some, { tag: "adopting" });
        assert.deepEqual(again.calls[0], ["false,true,true", whole]);
        assert.equal(again.tag, "recorded");
        const flags = ["--target", secret.urn];
        const chosen = await applied(some, { tag: "adopting" }, flags);
        assert.deepEqual([chosen.tag, chosen.calls.length], ["adopting", 1]);
    });

    it("leaves no provider in the state that takes objects over by force", async () => {
        const { calls } = await applied(firstPart, { tag: "unrecorded" });
        const alone = `up --stack test --yes --skip-preview --target ${provider.urn}`;
        assert.deepEqual(calls.slice(1), [["false,,", alone]]);
        const failed = await applied(firstPart, { tag: "unrecorded", codes: [1] });
        assert.equal(failed.calls.length, 1, "the next one takes over as well");
        const late = await applied(firstPart, { tag: "unrecorded", codes: [0, 1] });
        assert.deepEqual([late.code, late.tag], [1, "recorded"], "the objects are known");
    });

    it("takes nothing over where the second part has written its state", async () => {
        const { calls, tag, lines } = await applied(some, { tag: "unrecorded" });
        assert.deepEqual(calls, [[",,", whole]]);
        assert.deepEqual([tag, lines], ["recorded", []]);
    });

    it("never forces anything in a stack with objects, nor leaves writes out", async () => {
        for (const tag of [undefined, "recorded", "something else"]) {
            const { calls, tag: after } = await applied(some, tag === undefined ? {} : { tag });
            assert.deepEqual(calls, [[",,", whole]]);
            assert.equal(after, tag ?? "");
        }
    });

    it("is one update on Pulumi's service, and where the backend keeps no tags", async () => {
        const service = await applied(planOf(), { url: "https://api.pulumi.com" });
        assert.deepEqual(service.calls, [[",,", whole]]);
        const { calls } = await applied(planOf(), { isWithoutTags: true });
        assert.deepEqual(
            calls.map(([told]) => told),
            ["false,,", "false,,"],
        );
    });

    it("is one update where the user chooses resources", async () => {
        const { calls } = await applied(planOf(), {}, ["--target", "urn:x"]);
        assert.deepEqual(calls, [[",,", `${whole} --target urn:x`]]);
    });
});
