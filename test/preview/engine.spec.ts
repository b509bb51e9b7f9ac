import * as assert from "node:assert/strict";
import * as path from "node:path";
import { disagreements } from "../../preview/engine/parity";
import { EngineEvents } from "../../preview/engine/events";
import { findPulumi } from "../../preview/engine/toolchain";
import { standingOf } from "../../preview/scorecard/judged";
import { UsageError } from "../../preview/stack-file";
import { messageOf } from "../../preview/violation-message";
import { warning } from "../../scripts/stack/destroy";
import { parseCommand } from "../../scripts/stack/options";
import { broken, judged, mandatory } from "./fixture";

const root = path.join(__dirname, "..", "..");

describe("the engine's events", () => {
    const planned = (urn: string, type: string, state: object | null) =>
        JSON.stringify({ resourcePreEvent: { metadata: { op: "create", urn, type, new: state } } });

    it("give resources, charts, violations, errors and the end", () => {
        const events = new EngineEvents();
        const chart = "urn:pulumi:dev::platform::platform:base:Chart::cilium";
        events.take("using pulumi-resource-kubernetes from $PATH");
        events.take(
            planned(chart, "platform:base:Chart", {
                parent: "urn:pulumi:dev::platform::pulumi:pulumi:Stack::platform-dev",
                inputs: { chart: "cilium", version: "1.20.0", rendered: true, objects: 42 },
            }),
        );
        events.take(planned("urn:pulumi:dev::platform::a:b:C::gone", "a:b:C", null));
        events.take(
            JSON.stringify({
                policyEvent: {
                    policyName: "ha-04-replicas",
                    enforcementLevel: "mandatory",
                    resourceUrn: chart,
                    message: "Checks that.\nHA-04 Chart/cilium: replicas is 1.\n",
                },
            }),
        );
        events.take(JSON.stringify({ diagnosticEvent: { severity: "error", message: "no\n" } }));
        events.take(JSON.stringify({ summaryEvent: { durationSeconds: 16 } }));
        events.take("{ not JSON");
        assert.deepEqual(
            events.resources.map(({ urn, name, custom }) => ({ urn, name, custom })),
            [{ urn: chart, name: "cilium", custom: false }],
        );
        assert.equal(events.charts[0]?.objects, 42);
        assert.deepEqual(events.violations, [
            {
                policy: "ha-04-replicas",
                level: "mandatory",
                urn: chart,
                message: "HA-04 Chart/cilium: replicas is 1.",
            },
        ]);
        assert.deepEqual(events.errors, ["no"]);
        assert.ok(events.finished);
    });

    it("keep no input of any other resource", () => {
        const events = new EngineEvents();
        const urn = "urn:pulumi:dev::platform::kubernetes:core/v1:Secret::a";
        events.take(planned(urn, "kubernetes:core/v1:Secret", { inputs: { data: "hunter2" } }));
        assert.ok(!JSON.stringify([...events.resources]).includes("hunter2"));
    });
});

describe("a policy's message", () => {
    it("loses the description that the SDK puts before it", () => {
        assert.equal(messageOf("Checks that.\nHA-05 a: b."), "HA-05 a: b.");
    });

    it("stays whole when the policy did not run, and stops the stack like a violation", () => {
        const text = "can't run policy 'x' from policy pack 'y' during preview: a\nb\n";
        assert.equal(messageOf(text), text.trim().replace("\n", " "));
        const {
            ready,
            mandatory: violations,
            broken: failed,
        } = standingOf(judged({ violations: [broken] }));
        assert.deepEqual([ready, violations.length, failed.length], [false, 0, 1]);
    });
});

describe("the embedded preview and the engine", () => {
    it("say the same of the same stack", () => {
        assert.deepEqual(
            disagreements(judged(), judged({ previewedBy: "pulumi preview", seconds: 20 })),
            [],
        );
    });

    it("differ by a violation, a level, a resource or a verdict", () => {
        const embedded = judged();
        const without = disagreements(embedded, judged({ violations: [] }));
        assert.equal(without.length, 1);
        assert.match(without[0] ?? "", /^only embedded: violation ha-05-policy \(mandatory\)/);
        const milder = judged({ violations: [{ ...mandatory, level: "advisory" }] });
        assert.equal(disagreements(embedded, milder).length, 2);
        const smaller = judged({ resources: embedded.resources.slice(0, 3) });
        assert.match(disagreements(embedded, smaller)[0] ?? "", /^only embedded: resource/);
        const criteria = embedded.scorecard.criteria.slice(1);
        const fewer = judged({ scorecard: { ...embedded.scorecard, criteria } });
        assert.match(disagreements(fewer, embedded)[0] ?? "", /^only engine: verdict IAC-01 met/);
    });
});

describe("the options of npm run up", () => {
    const parse = (...args: string[]) => parseCommand(root, args);

    it("take their own out and hand the rest on in order", () => {
        const command = parse(
            "--target",
            "urn:a",
            "--stack=dev",
            "--yes",
            "--html",
            "x.html",
            "--diff",
        );
        assert.equal(command.stack.stack, "dev");
        assert.equal(command.profile, "dev");
        assert.deepEqual(command.flags, ["--target", "urn:a", "--diff"]);
        assert.deepEqual([command.yes, command.json, command.html], [true, false, "x.html"]);
    });

    it("accept the CLI's full name of a stack", () => {
        assert.equal(
            parse("-s", "organisation/platform/dev").stack.stack,
            "organisation/platform/dev",
        );
    });

    for (const [title, args, wanted] of [
        ["no stack", [], /Say which stack/],
        ["an unknown stack", ["--stack", "prdo"], /did you mean prod/],
        ["a stack without a name", ["--stack"], /--stack needs a value/],
        ["another pack", ["--stack", "dev", "--policy-pack=x"], /--policy-pack is not allowed/],
        ["other levels", ["--stack", "dev", "--policy-pack-config", "x"], /not allowed here/],
        ["another folder", ["-C", "x", "--stack", "dev"], /-C is not allowed/],
    ] as const) {
        it(`refuse ${title}`, () => {
            assert.throws(
                () => parse(...args),
                (error) => error instanceof UsageError && wanted.test(error.message),
            );
        });
    }
});

describe("the warning of npm run destroy", () => {
    it("names what is protected and how to give it up", () => {
        const urns = Array.from({ length: 7 }, (_, index) => `urn:${index}`);
        const text = warning("prod", urns);
        assert.match(text, /Protected in prod: 7 resources/);
        assert.match(text, /urn:4\n {2}and 2 more/);
        assert.match(text, /pulumi state unprotect --stack prod/);
    });

    it("says so when nothing is", () => {
        assert.match(warning("dev", []), /Nothing of dev is protected: everything .* deleted/);
    });
});

describe("the toolchain", () => {
    it("finds no pulumi where there is none", () => {
        assert.equal(findPulumi({ PATH: __dirname }), undefined);
    });
});
