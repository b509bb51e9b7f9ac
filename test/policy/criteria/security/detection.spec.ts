import * as assert from "node:assert/strict";
import { keyRenewal } from "../../../../policy/criteria/security/key-renewal";
import { runtimeDetection } from "../../../../policy/criteria/security/runtime";
import { scans } from "../../../../policy/criteria/security/scans";
import { partOf, type Path, Sound, withValue } from "../../change";
import { resource, UNKNOWN } from "../../harness";
import { alert, prometheusParts, rules } from "../../sound-monitoring";
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

describe("SEC-14, ages", () => {
    const secret = (name: string, sources: unknown = [name]) =>
        resource("platform:base:GeneratedSecret", name, { source: "generated", sources });
    const due = "platform_secret_due_timestamp_seconds";
    const recorded = (...names: readonly unknown[]) =>
        rules(
            "secret-ages",
            ...names.map((name) => ({
                record: due,
                expr: "vector(1)",
                labels: { secret_name: name },
            })),
        );
    const told = rules("expiries", alert("SecretRenewalOverdue", `time() - ${due} > 0`));
    const stack = new Sound(keyRenewal, {
        ...prometheusParts,
        database: secret("db-owner"),
        ages: recorded("db-owner"),
        told,
    });
    const EVALUATOR = "Prometheus/monitoring/kps";

    it("are met by an alert and a record of each secret, whichever way it is done", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        const others = [
            "time() - kube_secret_created > 365 * 86400",
            "platform:secret_age:days > 365",
            "secret_rotation_overdue == 1",
        ];
        for (const expression of others) {
            const own = new Sound(keyRenewal, {
                ...prometheusParts,
                database: secret("db-owner"),
                told: rules("own", alert("Old", expression)),
            });
            assert.equal(await own.verdict(own.judge()), "met", expression);
        }
    });

    it("are violated by no alert, by one on something else, and by a secret that no rule records", async () => {
        const wanted = `${EVALUATOR}: no alert fires when a secret is older than its period; add one on the ages of secrets, such as ${due}.`;
        assert.deepEqual(await stack.found(stack.without("told")), [wanted]);
        for (const expression of [
            "up == 0",
            "kube_secret_type > 1",
            "externalsecret_sync_calls_error > 0",
            "secret_store_usage > 1",
        ]) {
            const judged = stack.judge({ told: rules("own", alert("Other", expression)) });
            assert.deepEqual(await stack.found(judged), [wanted], expression);
        }
        assert.deepEqual(await stack.found(stack.judge({ more: secret("forgotten") })), [
            "GeneratedSecret/forgotten: no rule records the age of forgotten; record it beside the others.",
        ]);
    });

    it("are asked of secrets that are renewed by their own name alone", async () => {
        assert.equal(
            await stack.verdict(stack.judge({ more: secret("client", ["clients-grafana"]) })),
            "met",
        );
        assert.equal(
            await stack.verdict(stack.without("database", "told", "ages")),
            "not applicable",
        );
    });

    it("are not judged where a rule, its label or the secret's own sources are unknown", async () => {
        assert.equal(
            await stack.verdict(stack.judge({ told: rules("own", alert("Old", UNKNOWN)) })),
            "not judged",
        );
        assert.equal(
            await stack.verdict(stack.judge({ more: secret("open", UNKNOWN) })),
            "not judged",
        );
        assert.equal(
            await stack.verdict(
                stack.judge({ more: secret("other"), ages: recorded("db-owner", UNKNOWN) }),
            ),
            "met",
        );
    });
});
