import * as assert from "node:assert/strict";
import { alertQuality } from "../../../../policy/criteria/observability/alert-quality";
import { letsThrough, namesIn } from "../../../../policy/engines/monitoring/alerts";
import { expiryAlerts } from "../../../../policy/criteria/observability/expiry";
import { namedAlerts } from "../../../../policy/criteria/observability/named-alerts";
import { type Path, Sound } from "../../change";
import { platform, resource, UNKNOWN } from "../../harness";
import { veleroParts, within } from "../../sound-backups";
import { definition } from "../../sound-parts";
import {
    alert,
    allAlerts,
    libraryOf,
    prometheusParts,
    rules,
    runbook,
} from "../../sound-monitoring";

const RULE: Path = ["spec", "groups", 0, "rules", 1];

describe("OBS-06", () => {
    const parts = { ...prometheusParts, rule: rules("web", alert("Down", "up == 0")) };
    const library = libraryOf({ "runbooks/Down.md": runbook });
    const stack = new Sound(alertQuality(library), parts);
    const WEB = "PrometheusRule/monitoring/web";

    it("is met by a complete alert, and leaves recordings alone", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-06"), []);
        assert.equal(result.verdict("OBS-06").subjects, 1);
    });

    it("is not applicable without alerts", async () => {
        assert.equal(await stack.verdict(stack.without("rule")), "not applicable");
        assert.equal(await stack.verdict(stack.judge({ rule: rules("web") })), "not applicable");
    });

    const bad: readonly (readonly [Path, unknown, string])[] = [
        [["labels"], undefined, "label severity of alert Down is absent"],
        [["labels", "severity"], "page", 'label severity of alert Down is "page"'],
        [["annotations", "summary"], "", 'annotation summary of alert Down is ""'],
        [
            ["annotations", "description"],
            undefined,
            "annotation description of alert Down is absent",
        ],
        [["expr"], " ", 'the expression of alert Down is " "'],
        [
            ["annotations", "runbook_url"],
            undefined,
            "annotation runbook_url of alert Down is absent",
        ],
        [
            ["annotations", "runbook_url"],
            "https://example.org/a",
            "annotation runbook_url of alert Down is",
        ],
        [
            ["annotations", "runbook_url"],
            "/docs/runbooks/other.md",
            "the runbook of alert Down is docs/runbooks/other.md, which is not there",
        ],
    ];
    for (const [path, value, message] of bad) {
        it(`is violated by ${path.join(".")} ${String(value)}`, async () => {
            const result = stack.with("rule", [...RULE, ...path], value);
            const [found = "", ...more] = await stack.found(result);
            assert.ok(found.startsWith(`${WEB}: ${message}`), found);
            assert.deepEqual(more, []);
        });
    }

    it("is violated by rules that no Prometheus selects, if there is one", async () => {
        const labels = ["metadata", "labels", "release"];
        assert.deepEqual(await stack.found(stack.with("rule", labels, "other")), [
            `${WEB}: no Prometheus of the stack selects it; give it the labels of ruleSelector.`,
        ]);
        assert.equal(await stack.verdict(stack.without("prometheus")), "met");
    });

    it("is not judged where something is unknown, or the runbooks are not there to look at", async () => {
        for (const path of [
            ["spec", "groups"],
            RULE,
            [...RULE, "labels"],
            [...RULE, "annotations"],
        ]) {
            const result = stack.with("rule", path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
        const selector = stack.with("prometheus", ["spec", "ruleSelector"], UNKNOWN);
        assert.equal(await stack.verdict(selector), "not judged");
        const alone = new Sound(alertQuality(undefined), parts);
        assert.equal(await alone.verdict(alone.judge()), "not judged");
    });
});

const systems = {
    platform: platform(),
    token: resource("platform:base:ConfiguredSecret", "cloudflare", { keys: ["api-token"] }),
    certificates: definition("issuers.cert-manager.io", "cert-manager.io", "Issuer", "Namespaced"),
    ceph: within("rook-ceph", "ceph.rook.io/v1", "CephCluster", "ceph", {}),
    database: within("apps", "postgresql.cnpg.io/v1", "Cluster", "db", {}),
    velero: veleroParts.tier0 ?? assert.fail(),
    argo: definition("applications.argoproj.io", "argoproj.io", "Application", "Namespaced"),
    trivy: definition(
        "vulnerabilityreports.aquasecurity.github.io",
        "aquasecurity.github.io",
        "VulnerabilityReport",
        "Namespaced",
    ),
};

describe("OBS-10", () => {
    const stack = new Sound(expiryAlerts, { ...prometheusParts, ...systems, alerts: allAlerts });

    it("is met by alerts on all that expires", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-10"), []);
        assert.equal(result.verdict("OBS-10").subjects, 4);
    });

    it("is violated by each that is missing, and asks only about what is there", async () => {
        assert.equal((await stack.found(stack.without("alerts"))).length, 4);
        const few = stack.without("alerts", "token", "certificates", "platform");
        assert.deepEqual(await stack.found(few), [
            "Prometheus/monitoring/kps: no alert fires when a client certificate of Kubernetes, such as a kubeconfig's, is about to expire; add one on apiserver_client_certificate_expiration_seconds_bucket or apiserver_client_certificate_expiration_seconds.",
        ]);
    });

    it("is not applicable without Prometheus, and not judged where rules are unknown", async () => {
        assert.equal(await stack.verdict(stack.without("prometheus")), "not applicable");
        const unknown = stack.with("alerts", ["spec", "groups"], UNKNOWN);
        assert.equal(await stack.verdict(unknown), "not judged");
    });
});

describe("OBS-11", () => {
    const stack = new Sound(namedAlerts, { ...prometheusParts, ...systems, alerts: allAlerts });

    it("is met by the named alerts, and violated by each that is missing", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        assert.equal((await stack.found(stack.without("alerts"))).length, 11);
    });

    it("asks only about systems that are there", async () => {
        const result = stack.without("alerts", ...Object.keys(systems));
        assert.deepEqual(await stack.found(result), [
            "Prometheus/monitoring/kps: no alert fires when no node is ready; add AllNodesNotReady.",
            "Prometheus/monitoring/kps: no alert fires when a target of Prometheus is down; add PrometheusTargetDown.",
        ]);
        // Rollouts are of the same group as applications.
        const argo = definition("rollouts.argoproj.io", "argoproj.io", "Rollout", "Namespaced");
        const others = Object.fromEntries(Object.keys(systems).map((name) => [name, undefined]));
        const rollouts = stack.judge({ ...others, alerts: undefined, argo });
        assert.equal((await stack.found(rollouts)).length, 2);
    });

    it("is not applicable without Prometheus, and not judged where rules are unknown", async () => {
        assert.equal(await stack.verdict(stack.without("prometheus")), "not applicable");
        const unknown = stack.with("alerts", RULE, UNKNOWN);
        assert.equal(await stack.verdict(unknown), "not judged");
    });
});

describe("policy/engines/monitoring/alerts", () => {
    it("finds the names of an expression, none in strings or comments", () => {
        const names = namesIn('sum by (job) (rate(a_total{b="c_total"}[5m])) > 1 # d_total');
        assert.ok(names.has("a_total"));
        for (const name of ["c_total", "d_total"]) {
            assert.ok(!names.has(name), name);
        }
        assert.ok(namesIn("{__name__=~'a_total|b_total'}").has("b_total"));
    });

    it("knows which values of a label selectors let through", () => {
        const cases: readonly (readonly [string, boolean])[] = [
            ["a", true],
            ['a{severity="High"}', true],
            ['a{severity="Low"}', false],
            ["a{severity=~'Critical|High'}", true],
            ['a{severity=~"Hi"}', false],
            ['a{severity="Low"} or b{severity="High"}', true],
            ['a{severity=~"("}', false],
        ];
        for (const [expression, expected] of cases) {
            assert.equal(letsThrough(expression, "severity", "High"), expected, expression);
        }
    });
});
