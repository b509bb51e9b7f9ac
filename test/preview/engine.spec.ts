import * as assert from "node:assert/strict";
import * as path from "node:path";
import { mistakeOf, reasonsOf } from "../../preview/engine/cli-mistakes";
import { disagreements, type Side } from "../../preview/engine/parity";
import { EngineEvents } from "../../preview/engine/events";
import { findPulumi } from "../../preview/engine/toolchain";
import { type Judged, standingOf } from "../../preview/scorecard/judged";
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

    it("tell each warning once, but not where every plugin was found", () => {
        const events = new EngineEvents();
        const warn = (message: string) => {
            events.take(JSON.stringify({ diagnosticEvent: { severity: "warning", message } }));
        };
        warn(
            "using pulumi-resource-kubernetes from $PATH at /usr/bin/pulumi-resource-kubernetes\n",
        );
        warn("the cluster is unreachable\n");
        warn("the cluster is unreachable\n");
        assert.deepEqual([...events.warnings], ["the cluster is unreachable"]);
    });

    it("give inputs and outputs for the document, with secrets and unknowns marked", () => {
        const events = new EngineEvents(true);
        const urn = "urn:pulumi:dev::platform::kubernetes:core/v1:Secret::a";
        const secret = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            ciphertext: "[secret]",
        };
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const inputs = {
            uid: unknown,
            data: secret,
            count: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        };
        events.take(planned(urn, "kubernetes:core/v1:Secret", { inputs }));
        assert.deepEqual(events.inputs.get(urn)?.inputs, {
            count: { $unknown: true },
            data: { $secret: true },
            uid: { $unknown: true },
        });
        const stack = "pulumi:pulumi:Stack";
        const metadata = { urn: `urn:pulumi:dev::platform::${stack}::a`, type: stack };
        events.take(
            JSON.stringify({
                resOutputsEvent: {
                    metadata: { ...metadata, new: { outputs: { kubeconfig: secret } } },
                },
            }),
        );
        assert.deepEqual(events.outputs, { kubeconfig: { $secret: true } });
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
    const side = (changes: Partial<Judged> = {}): Side => ({
        judged: judged(changes),
        details: { resources: new Map(), outputs: {} },
    });

    it("say the same of the same stack", () => {
        const engine = side({
            previewedBy: "pulumi preview",
            seconds: 20,
            warnings: ["a plugin is old"],
        });
        assert.deepEqual(disagreements(side(), engine), []);
    });

    it("differ by a violation, a level, a resource, a verdict or an order, with its place", () => {
        const embedded = judged();
        const { scorecard } = embedded;
        const milder = side({ violations: [{ ...mandatory, level: "advisory" }] });
        assert.match(
            disagreements(side(), milder)[0] ?? "",
            /^violations\[.*\]\[level\]: embedded "mandatory", engine "advisory"$/,
        );
        assert.match(
            disagreements(side(), side({ violations: [] })).join(),
            /^violations\[.*only embedded$/,
        );
        const smaller = side({ resources: embedded.resources.slice(0, 3) });
        assert.match(disagreements(side(), smaller)[0] ?? "", /^resources\[urn:.*only embedded$/);
        const fewer = side({ scorecard: { ...scorecard, criteria: scorecard.criteria.slice(1) } });
        assert.deepEqual(disagreements(fewer, side()), [
            "scorecard[criteria][IAC-01]: only engine",
        ]);
        const turned = side({ resources: [...embedded.resources].reverse() });
        assert.deepEqual(disagreements(side(), turned), [
            "the bytes of the JSON",
            "the bytes of the HTML",
        ]);
    });
});

describe("the CLI's own words", () => {
    for (const [said, wanted] of [
        [
            "error: no stack named 'dev' found",
            /^The stack dev was never initialised: run `pulumi stack init dev`/,
        ],
        ["error: unknown flag: --bogus", /has the option --bogus\.$/],
        ["error: unknown shorthand flag: 'q' in -q", /has the option 'q' in -q\.$/],
        ["error: PULUMI_ACCESS_TOKEN must be set for login", /run `pulumi login`/],
        ["error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", /are locked/],
    ] as const) {
        it(`become a sentence: ${said}`, () => {
            assert.match(mistakeOf(["", said, "Usage:"], "dev") ?? "", wanted);
        });
    }

    it("stay as they are when nobody knows them, without the help around them", () => {
        assert.equal(mistakeOf(["error: the sky fell"], "dev"), undefined);
        assert.deepEqual(reasonsOf(["Usage:", "error: the sky fell", "  --help"]), [
            "the sky fell",
        ]);
        assert.deepEqual(reasonsOf(["killed", ""]), ["killed"]);
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
