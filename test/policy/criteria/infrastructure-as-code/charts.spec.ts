import * as assert from "node:assert/strict";
import { deployment, judge, platform, resource, system, UNKNOWN } from "../../harness";
import { chart } from "../../objects";

describe("IAC-01", () => {
    it("is met by an exact version, a digest and a listed repository", async () => {
        const result = await judge([chart()]);
        assert.deepEqual(result.of("IAC-01"), []);
        assert.equal(result.verdict("IAC-01").verdict, "met");
    });

    it("does not mind a slash at the end of the repository", async () => {
        const result = await judge([chart({ repository: "https://helm.cilium.io" })]);
        assert.deepEqual(result.of("IAC-01"), []);
    });

    for (const version of ["1.20", "^1.20.0", "latest", "*", ""]) {
        it(`is violated by the version ${JSON.stringify(version)}`, async () => {
            const result = await judge([chart({ version })]);
            assert.deepEqual(result.of("IAC-01"), [
                `Chart/cilium: version is ${JSON.stringify(version)}; pin an exact version such as 1.2.3.`,
            ]);
        });
    }

    it("is violated by a digest that is no sha256", async () => {
        const result = await judge([chart({ digest: "abc" })]);
        assert.deepEqual(result.of("IAC-01"), [
            'Chart/cilium: digest is "abc"; run `make charts` to lock the sha256.',
        ]);
    });

    it("is violated by a repository that is not listed", async () => {
        const result = await judge([chart({ repository: "https://helm.cilium.io.evil.org/" })]);
        assert.match(result.of("IAC-01").join(), /repository is "https:\/\/helm\.cilium\.io\.evil/);
    });

    it("is violated by every absent value", async () => {
        const absent = { version: undefined, repository: undefined, digest: undefined };
        const result = await judge([chart(absent)]);
        assert.equal(result.of("IAC-01").length, 3);
    });

    it("is not judged where values are unknown", async () => {
        const result = await judge([chart({ version: UNKNOWN, digest: UNKNOWN })]);
        assert.deepEqual(result.of("IAC-01"), []);
        assert.equal(result.verdict("IAC-01").verdict, "not judged");
        assert.equal(result.notJudged("IAC-01").length, 2);
    });

    it("is not judged when the chart was not rendered, and says why", async () => {
        const reason = "helm is not installed: run `make helm`";
        const result = await judge([chart({ rendered: false, digest: undefined, reason })]);
        assert.deepEqual(result.notJudged("IAC-01"), [
            `Chart/cilium: the chart was not rendered: ${reason}`,
        ]);
    });

    for (const type of [
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:yaml/v2:ConfigFile",
        "kubernetes:kustomize/v2:Directory",
    ]) {
        it(`is violated by ${type}, which hides its objects`, async () => {
            const result = await judge([resource(type, "hidden", {}, { parent: system.urn })]);
            assert.match(result.of("IAC-01").join(), /hides its objects from every policy/);
        });
    }

    it("is not applicable without a chart", async () => {
        assert.equal((await judge([])).verdict("IAC-01").verdict, "not applicable");
    });
});

describe("a chart that was not rendered", () => {
    it("leaves every criterion about objects not judged, whatever the other objects are", async () => {
        const result = await judge([chart({ rendered: false }), platform(), deployment()]);
        const verdicts = new Map(result.scorecard.criteria.map((item) => [item.id, item.verdict]));
        assert.equal(verdicts.get("HA-08"), "not judged");
        assert.equal(verdicts.get("CMP-04"), "not judged");
        assert.equal(verdicts.get("HA-01"), "met");
        assert.ok(result.notJudged("HA-08")[0]?.startsWith("Chart/cilium: the chart was not"));
    });
});
