import * as assert from "node:assert/strict";
import { keyRenewal } from "../../../../policy/criteria/security/key-renewal";
import { runtimeDetection } from "../../../../policy/criteria/security/runtime";
import { scans } from "../../../../policy/criteria/security/scans";
import { partOf, type Path, Sound, withValue } from "../../change";
import { resource, UNKNOWN } from "../../harness";
import { falcoParts, scannerParts, sealingController } from "../../sound-systems";

const CONTAINER: Path = ["spec", "template", "spec", "containers", 0];

describe("SEC-11", () => {
    const stack = new Sound(scans, scannerParts);
    const OPERATOR = "Deployment/trivy/trivy-operator";

    it("is met by scans of every namespace and alerts on both severities", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without the operator", async () => {
        assert.equal(await stack.verdict(stack.without("operator")), "not applicable");
    });

    it("is violated by namespaces that are left out and by a scanner that is off", async () => {
        const env = [...CONTAINER, "env"];
        assert.deepEqual(
            await stack.found(stack.with("operator", [...env, 1, "value"], "kube-system")),
            [
                `${OPERATOR}: the variable OPERATOR_EXCLUDE_NAMESPACES is "kube-system"; leave it empty, or declare an exception.`,
            ],
        );
        assert.deepEqual(await stack.found(stack.with("operator", [...env, 0, "value"], "apps")), [
            `${OPERATOR}: the variable OPERATOR_TARGET_NAMESPACES is "apps"; leave it empty, which stands for all.`,
        ]);
        const scanner = ["data", "OPERATOR_VULNERABILITY_SCANNER_ENABLED"];
        assert.equal((await stack.found(stack.with("settings", scanner, "false"))).length, 1);
    });

    it("is violated without alerts, but only where something evaluates them", async () => {
        assert.equal((await stack.found(stack.without("alerts"))).length, 2);
        assert.equal(await stack.verdict(stack.without("alerts", "prometheus")), "met");
    });

    it("is not judged where a variable is unknown or comes from elsewhere", async () => {
        const unknown = stack.with("operator", [...CONTAINER, "env"], UNKNOWN);
        assert.equal(await stack.verdict(unknown), "not judged");
        assert.equal(await stack.verdict(stack.without("settings")), "not judged");
    });
});

describe("SEC-12", () => {
    const stack = new Sound(runtimeDetection, falcoParts);

    it("is met by the modern probe on every node, with events to Alertmanager", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without Falco", async () => {
        assert.equal(await stack.verdict(stack.without("sensor", "forwarder")), "not applicable");
    });

    const bad: readonly (readonly [string, Path, unknown, string])[] = [
        [
            "sensor",
            ["spec", "template", "spec", "tolerations"],
            undefined,
            "it does not watch every node",
        ],
        [
            "settings",
            ["data", "falco.yaml"],
            "engine: {kind: kmod}\nhttp_output: {enabled: true}",
            "engine.kind",
        ],
        ["settings", ["data", "falco.yaml"], "engine: {kind: modern_ebpf}", "http_output.enabled"],
        ["settings", ["data", "falco.yaml"], "a: [", "falco.yaml is no YAML"],
        ["settings", ["data"], {}, "no ConfigMap in its namespace holds falco.yaml"],
        ["secret", ["stringData"], {}, "the variable ALERTMANAGER_HOSTPORT is absent"],
        [
            "secret",
            ["stringData", "ALERTMANAGER_HOSTPORT"],
            "",
            "the variable ALERTMANAGER_HOSTPORT is",
        ],
    ];
    for (const [name, path, value, message] of bad) {
        it(`is violated by ${name} with ${path.join(".")} ${JSON.stringify(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with(name, path, value));
            assert.ok(found.includes(`: ${message}`), found);
            assert.deepEqual(more, []);
        });
    }

    it("is violated by events that nobody forwards", async () => {
        assert.deepEqual(await stack.found(stack.without("forwarder")), [
            "DaemonSet/falco/falco: no falcosidekick forwards its events; add it.",
        ]);
    });

    it("is violated by events of warnings that nobody is told of", async () => {
        const silent = (settings: string) =>
            stack.found(stack.with("settings", ["data", "falco.yaml"], settings));
        const sound = "engine: {kind: modern_ebpf}\nhttp_output: {enabled: true}\n";
        for (const priority of ["debug", "Warning", "notice", '""']) {
            assert.deepEqual(await silent(`${sound}priority: ${priority}\n`), [], priority);
        }
        for (const priority of ["error", "CRITICAL", "alert", "emergency"]) {
            assert.match(
                (await silent(`${sound}priority: ${priority}\n`)).join(),
                /priority in falco.yaml is .*; set it to warning or less/,
            );
        }
        assert.match(
            (await silent(`${sound}rules_files: []\n`)).join(),
            /rules_files in falco.yaml is \[\]; name the files of rules/,
        );
        assert.deepEqual(await silent(`${sound}rules_files: [/etc/falco/rules.yaml]\n`), []);
    });

    it("is not judged where settings or nodes are unknown, and met by an address that is hidden", async () => {
        const file = stack.with("settings", ["data", "falco.yaml"], UNKNOWN);
        assert.equal(await stack.verdict(file), "not judged");
        const tolerations = ["spec", "template", "spec", "tolerations"];
        assert.equal(await stack.verdict(stack.with("sensor", tolerations, UNKNOWN)), "not judged");
        const secret = withValue(partOf(falcoParts, "secret"), ["stringData"], UNKNOWN);
        assert.equal(await stack.verdict(stack.judge({ secret })), "not judged");
        const component = resource("platform:base:ConfiguredSecret", "falcosidekick", {
            keys: ["ALERTMANAGER_HOSTPORT"],
        });
        const configured = { ...secret, parent: component.urn };
        const result = stack.judge({ component, secret: configured });
        assert.equal(await stack.verdict(result), "met");
    });
});

describe("SEC-14", () => {
    const stack = new Sound(keyRenewal, {});
    const judged = (...args: string[]) => stack.judge({ controller: sealingController(...args) });

    it("is met by a period, and by the controller's own", async () => {
        for (const args of [["--key-renew-period", "720h"], ["--rotate-period=30d"], []]) {
            assert.equal(await stack.verdict(judged(...args)), "met", args.join(" "));
        }
    });

    it("is violated by no renewal, and not applicable without the controller", async () => {
        for (const period of ["0", "0s", "never"]) {
            assert.deepEqual(await stack.found(judged(`--key-renew-period=${period}`)), [
                `Deployment/sealed-secrets/sealed-secrets-controller: the flag --key-renew-period is "${period}"; set a period such as 720h.`,
            ]);
        }
        assert.equal(await stack.verdict(stack.judge()), "not applicable");
    });

    it("is not judged where the period is unknown", async () => {
        const unknown = judged("--key-renew-period", UNKNOWN);
        assert.equal(await stack.verdict(unknown), "not judged");
    });
});
