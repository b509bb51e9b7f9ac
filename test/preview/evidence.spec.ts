import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { documentAddress, readMends } from "../../preview/scorecard/mends";
import { deployment, judge } from "../policy/harness";

const root = path.join(__dirname, "..", "..");

describe("the evidence", () => {
    it("names what a criterion on single resources judged, and what one on the stack did", async () => {
        const web = deployment();
        const result = await judge([web]);
        assert.deepEqual(result.verdict("HA-07").judged, [web.urn]);
        assert.ok(result.verdict("HA-04").judged.includes(web.urn));
        assert.deepEqual(result.verdict("IAC-01").judged, []);
    });
});

describe("the help with a criterion", () => {
    const policy = {
        name: "ha-05-pod-disruption-budget",
        criterion: "HA-05",
        level: "mandatory",
        severity: "high",
        remediation: "Use it.",
        followsProfile: false,
    } as const;
    const chosen = { stack: "prod", profile: "prod" } as const;

    it("comes from the policy and its section of the documentation", () => {
        const help = readMends({
            ...chosen,
            policies: [policy, { ...policy, name: "scorecard", criterion: "" }],
        });
        assert.deepEqual([...help.keys()], ["HA-05"]);
        const { steps, severity, anchor, protects } = help.get("HA-05") ?? {};
        assert.deepEqual([steps, severity, anchor], ["Use it.", "high", "ha-05"]);
        assert.ok((protects ?? "").length > 10);
    });

    it("goes without the documentation", () => {
        const help = readMends({ ...chosen, policies: [policy] }, __dirname).get("HA-05");
        assert.deepEqual([help?.title, help?.protects], ["Pod disruption budget", undefined]);
    });

    it("tells who chose a smaller profile about the profile, and nobody else", () => {
        const policies = [{ ...policy, level: "advisory", followsProfile: true }] as const;
        const stepsFor = (stack: string, profile: string) =>
            readMends({ stack, profile, policies }).get("HA-05")?.steps ?? "";
        assert.match(
            stepsFor("home", "dev"),
            /profile `dev` decides this: set `platform:profile` to `prod` in `Pulumi\.home\.yaml`, or leave it/,
        );
        assert.equal(stepsFor("prod", "prod"), "Use it.");
    });

    it("links to the documentation from wherever the page is", () => {
        const page = path.join(root, "out", "deep", "page.html");
        assert.equal(documentAddress(page, {}), "../../docs/criteria.md");
        assert.equal(
            documentAddress(page, {
                GITHUB_SERVER_URL: "https://github.com",
                GITHUB_REPOSITORY: "me/platform",
                GITHUB_SHA: "abc",
            }),
            "https://github.com/me/platform/blob/abc/docs/criteria.md",
        );
    });
});

describe("the workflows", () => {
    const folder = path.join(root, ".github", "workflows");
    for (const name of fs.readdirSync(folder)) {
        const text = fs.readFileSync(path.join(folder, name), "utf8");

        it(`${name} pins its actions by commit and starts without rights`, () => {
            const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
            for (const action of uses) {
                assert.match(action, /@[0-9a-f]{40}$/);
            }
            assert.match(text, /^permissions:( \{\}|\n {2}contents: read)\n/m);
            assert.doesNotMatch(text, /pull_request_target/);
        });
    }

    it("run code of a pull request only where nothing may be written", () => {
        const writing = fs
            .readdirSync(folder)
            .map((name) => fs.readFileSync(path.join(folder, name), "utf8"))
            .filter((text) => text.includes(": write"));
        assert.equal(writing.length, 1);
        assert.doesNotMatch(writing[0] ?? "", /checkout|npm |make /);
    });
});
