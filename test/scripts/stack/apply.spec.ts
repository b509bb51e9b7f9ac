import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { apply } from "../../../scripts/stack/apply";
import type { Plan } from "../../../scripts/stack/parts";
import { planOf, stack } from "./plans";

const { node, password, provider, secret } = stack;
const FILE = "file:///state";
/** What the engine is told, besides its arguments. */
const TOLD = [
    "PULUMI_SKIP_CHECKPOINTS",
    "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
    "PULUMI_K8S_ENABLE_PATCH_FORCE",
];

/** How the CLI behaves that stands in for pulumi. */
interface Fake {
    /** URL of the backend. */
    readonly url?: string;
    /** Value of the tag; none yet where absent. */
    readonly tag?: string;
    /** Exit codes of one `up` after the other; 0 where absent. */
    readonly codes?: readonly number[];
    /** Whether the backend keeps no tags. */
    readonly isWithoutTags?: boolean;
}

interface Done {
    readonly code: number;
    /** Each `up`: what it was told, and its arguments. */
    readonly ups: readonly (readonly [told: string, args: string])[];
    readonly tag: string;
    readonly lines: readonly string[];
}

describe("applying an update", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
    const pulumi = path.join(folder, "pulumi");
    const file = (name: string) => path.join(folder, name);

    before(() => {
        const told = TOLD.map((name) => `$${name}`).join(",");
        const script = [
            "#!/bin/sh",
            `cd ${folder}`,
            'case "$1 $2 $3" in',
            `"whoami --json ") printf '{"url":"%s"}' "$(cat url)";;`,
            '"stack tag ls") cat tags;;',
            `"stack tag set") [ -e no-tags ] && exit 1; printf '{"%s":"%s"}' "$6" "$7" > tags;;`,
            `up*) echo "${told}|$*" >> ups; [ -s codes ] || exit 0`,
            "  code=$(head -n 1 codes); tail -n +2 codes > rest; mv rest codes; exit $code;;",
            "*) exit 9;;",
            "esac",
        ];
        fs.writeFileSync(pulumi, `${script.join("\n")}\n`, { mode: 0o755 });
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    async function applied(plan: Plan, fake: Fake, flags: readonly string[] = []): Promise<Done> {
        const { url = FILE, tag, codes = [], isWithoutTags = false } = fake;
        fs.rmSync(file("no-tags"), { force: true });
        fs.writeFileSync(file("url"), url);
        fs.writeFileSync(file("ups"), "");
        fs.writeFileSync(file("codes"), codes.map((code) => `${code}\n`).join(""));
        fs.writeFileSync(
            file("tags"),
            JSON.stringify(tag === undefined ? {} : { "platform:objects": tag }),
        );
        if (isWithoutTags) {
            fs.writeFileSync(file("no-tags"), "");
        }
        const lines: string[] = [];
        const code = await apply({
            ...{ pulumi, stack: "test", plan, levels: "levels.json", flags },
            tell: (line) => lines.push(line),
        });
        const ups = fs
            .readFileSync(file("ups"), "utf8")
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => {
                const at = line.indexOf("|");
                return [line.slice(0, at), line.slice(at + 1)] as const;
            });
        const tags = JSON.parse(fs.readFileSync(file("tags"), "utf8")) as Record<string, string>;
        return { code, ups, tag: tags["platform:objects"] ?? "", lines };
    }

    const whole =
        "up --stack test --yes --skip-preview --policy-pack policy --policy-pack-config levels.json";
    const firstPart = planOf([node, password, provider]);
    const some = planOf([node, password, provider, secret]);

    it("to an empty state makes what is outside first, then the objects with one write", async () => {
        const { code, ups, tag, lines } = await applied(planOf(), {}, ["--diff"]);
        assert.equal(code, 0);
        assert.deepEqual(
            ups.map(([told]) => told),
            ["false,,", "true,,"],
        );
        const [first = "", second = ""] = ups.map(([, args]) => args);
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
        const { code, ups, tag } = await applied(planOf(), { codes: [7] });
        assert.deepEqual([code, ups.length, tag], [7, 1, ""]);
    });

    it("remembers that the second part did not succeed", async () => {
        const { code, ups, tag } = await applied(planOf(), { codes: [0, 255] });
        assert.deepEqual([code, ups.length, tag], [255, 2, "unrecorded"]);
    });

    it("takes objects over after a kill, with every write and by force, in one line", async () => {
        const { ups, tag, lines } = await applied(firstPart, { tag: "unrecorded" });
        assert.deepEqual(ups, [["false,true,true", whole]]);
        assert.equal(tag, "recorded");
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? "", /^An update was killed .* taken over/);
    });

    it("takes them over until that has succeeded, with all of them", async () => {
        const failed = await applied(firstPart, { tag: "unrecorded", codes: [1] });
        assert.equal(failed.tag, "adopting");
        const again = await applied(some, { tag: "adopting" });
        assert.deepEqual(again.ups, [["false,true,true", whole]]);
        assert.equal(again.tag, "recorded");
        const flags = ["--target", secret.urn];
        const chosen = await applied(some, { tag: "adopting" }, flags);
        assert.equal(chosen.tag, "adopting");
    });

    it("takes nothing over where the second part has written its state", async () => {
        const { ups, tag, lines } = await applied(some, { tag: "unrecorded" });
        assert.deepEqual(ups, [[",,", whole]]);
        assert.deepEqual([tag, lines], ["recorded", []]);
    });

    it("never forces anything in a stack with objects, nor leaves writes out", async () => {
        for (const tag of [undefined, "recorded", "something else"]) {
            const { ups, tag: after } = await applied(some, tag === undefined ? {} : { tag });
            assert.deepEqual(ups, [[",,", whole]]);
            assert.equal(after, tag ?? "");
        }
    });

    it("is one update on Pulumi's service, and where the backend keeps no tags", async () => {
        const service = await applied(planOf(), { url: "https://api.pulumi.com" });
        assert.deepEqual(service.ups, [[",,", whole]]);
        const { ups } = await applied(planOf(), { isWithoutTags: true });
        assert.deepEqual(
            ups.map(([told]) => told),
            ["false,,", "false,,"],
        );
    });

    it("is one update where the user chooses resources", async () => {
        const { ups } = await applied(planOf(), {}, ["--target", "urn:x"]);
        assert.deepEqual(ups, [[",,", `${whole} --target urn:x`]]);
    });
});
