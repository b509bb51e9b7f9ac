import * as assert from "node:assert/strict";
import { applications } from "../../../../policy/criteria/delivery/applications";
import { rollouts } from "../../../../policy/criteria/delivery/rollouts";
import { type Path, Sound } from "../../change";
import { UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { analysis, application, automatic, deliveryParts, rollout } from "../../sound-systems";

describe("CI-01", () => {
    const stack = new Sound(applications, deliveryParts);
    const WEB = "Application/argocd/web";

    it("is met by an application that heals itself, and a critical one that waits", async () => {
        const certificates = application("cert-manager", undefined, undefined);
        assert.equal(await stack.verdict(stack.judge({ certificates })), "met");
    });

    it("is not applicable without applications", async () => {
        assert.equal(await stack.verdict(stack.without("web", "network")), "not applicable");
    });

    it("is violated by a critical one that syncs by itself, by name or by one of its charts", async () => {
        const message =
            "everything stands on it, and it syncs by itself; drop syncPolicy.automated.";
        const several = within("argocd", "argoproj.io/v1alpha1", "Application", "storage", {
            spec: {
                sources: [{ path: "a" }, { chart: "rook-ceph-cluster" }],
                syncPolicy: automatic,
            },
        });
        for (const critical of [
            application("metallb", undefined, automatic),
            // An empty one is automatic too.
            application("network", "cilium", { automated: {} }),
            several,
        ]) {
            const [found = ""] = await stack.found(stack.judge({ critical }));
            assert.ok(found.endsWith(message), found);
        }
    });

    const policy: Path = ["spec", "syncPolicy"];
    const bad: readonly (readonly [Path, unknown, string])[] = [
        [policy, undefined, "it syncs only by hand; set syncPolicy.automated"],
        [[...policy, "automated", "enabled"], false, "it syncs only by hand"],
        [
            [...policy, "automated", "selfHeal"],
            undefined,
            "spec.syncPolicy.automated.selfHeal is absent",
        ],
        [[...policy, "retry"], undefined, "spec.syncPolicy.retry.limit is absent"],
        [[...policy, "retry", "limit"], 0, "spec.syncPolicy.retry.limit is 0"],
    ];
    for (const [path, value, message] of bad) {
        it(`is violated by ${path.join(".")} ${String(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with("web", path, value));
            assert.ok(found.startsWith(`${WEB}: ${message}`), found);
            assert.deepEqual(more, []);
        });
    }

    it("judges the template of an ApplicationSet", async () => {
        const set = within("argocd", "argoproj.io/v1alpha1", "ApplicationSet", "apps", {
            spec: { template: { spec: { source: {} } } },
        });
        assert.deepEqual(await stack.found(stack.judge({ web: set })), [
            "ApplicationSet/argocd/apps: it syncs only by hand; set syncPolicy.automated.",
        ]);
    });

    it("knows a critical one by its folder, and by what a set lists", async () => {
        const byPath = within("argocd", "argoproj.io/v1alpha1", "Application", "base", {
            spec: { source: { path: "infrastructure/cilium/" }, syncPolicy: automatic },
        });
        const listed = within("argocd", "argoproj.io/v1alpha1", "ApplicationSet", "base", {
            spec: {
                generators: [{ list: { elements: [{ name: "web" }, { name: "longhorn" }] } }],
                template: {
                    metadata: { name: "{{ .name }}" },
                    spec: { source: { path: "apps" }, syncPolicy: automatic },
                },
            },
        });
        for (const critical of [byPath, listed]) {
            const [found = ""] = await stack.found(stack.judge({ critical }));
            assert.match(found, /everything stands on it/);
        }
    });

    it("lets what says what it owns of the platform wait, and nothing else", async () => {
        const waiting = (gate: unknown, syncPolicy: unknown) =>
            stack.judge({
                web: within("argocd", "argoproj.io/v1alpha1", "ApplicationSet", "gated", {
                    spec: {
                        template: {
                            metadata: { labels: { "platform/sync-gate": gate } },
                            spec: { source: { path: "routes" }, syncPolicy },
                        },
                    },
                }),
            });
        assert.equal(await stack.verdict(waiting("storage", {})), "met");
        assert.match((await stack.found(waiting("storage", automatic)))[0] ?? "", /by itself/);
        assert.match((await stack.found(waiting("because", {})))[0] ?? "", /only by hand/);
        assert.equal(await stack.verdict(waiting(UNKNOWN, {})), "not judged");
    });

    it("is violated by a set whose order switches the healing off", async () => {
        const ordered = (strategy: unknown) =>
            stack.judge({
                web: within("argocd", "argoproj.io/v1alpha1", "ApplicationSet", "apps", {
                    spec: {
                        strategy,
                        template: { spec: { source: { path: "a" }, syncPolicy: automatic } },
                    },
                }),
            });
        const [found = ""] = await stack.found(ordered({ type: "RollingSync" }));
        assert.match(found, /spec\.strategy\.type is "RollingSync"; take it out/);
        assert.equal(await stack.verdict(ordered({ type: "AllAtOnce" })), "met");
        assert.equal(await stack.verdict(ordered(undefined)), "met");
        assert.equal(await stack.verdict(ordered({ type: UNKNOWN })), "not judged");
    });

    it("is not judged where source or policy are unknown", async () => {
        for (const path of [["spec"], ["spec", "source"], policy, [...policy, "automated"]]) {
            const result = stack.with("web", path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
    });
});

describe("CI-02", () => {
    const stack = new Sound(rollouts, deliveryParts);

    it("is met by an analysis as a step, in the background or around the promotion", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
        for (const strategy of [
            { canary: { analysis } },
            { blueGreen: { prePromotionAnalysis: analysis } },
            { blueGreen: { postPromotionAnalysis: analysis } },
        ]) {
            const result = stack.judge({ rollout: rollout(strategy) });
            assert.equal(await stack.verdict(result), "met", JSON.stringify(strategy));
        }
    });

    it("is met by a template of the cluster", async () => {
        const clusterWide = { templates: [{ templateName: "errors", clusterScope: true }] };
        const template = within(
            undefined,
            "argoproj.io/v1alpha1",
            "ClusterAnalysisTemplate",
            "errors",
            {
                spec: { metrics: [{ failureCondition: "result[0] > 0.01" }] },
            },
        );
        const other = rollout({ canary: { analysis: clusterWide } });
        assert.equal(await stack.verdict(stack.judge({ rollout: other, template })), "met");
        assert.equal((await stack.found(stack.judge({ rollout: other }))).length, 1);
    });

    it("is violated by no analysis, a missing template and one without a condition", async () => {
        const steps = stack.judge({ rollout: rollout({ canary: { steps: [{ setWeight: 20 }] } }) });
        assert.match((await stack.found(steps))[0] ?? "", /no analysis decides/);
        assert.deepEqual(await stack.found(stack.without("template")), [
            "Rollout/apps/web: its analysis names AnalysisTemplate errors, which nothing defines.",
        ]);
        const condition = ["spec", "metrics", 0, "successCondition"];
        const found = await stack.found(stack.with("template", condition, undefined));
        assert.match(found[0] ?? "", /no analysis decides/);
    });

    it("is met by a template made of others, a job, and an experiment", async () => {
        const template = (name: string, spec: object) =>
            within("apps", "argoproj.io/v1alpha1", "AnalysisTemplate", name, { spec });
        const made = template("errors", { templates: [{ templateName: "part" }] });
        const conditioned = { metrics: [{ name: "e", failureCondition: "result[0] > 1" }] };
        const whole = stack.judge({ template: made, part: template("part", conditioned) });
        assert.equal(await stack.verdict(whole), "met");
        // Each of the other, without end.
        const circle = template("part", { templates: [{ templateName: "errors" }] });
        const round = await stack.found(stack.judge({ template: made, part: circle }));
        assert.match(round[0] ?? "", /no analysis decides/);
        const job = template("errors", {
            metrics: [{ name: "e", provider: { job: { spec: {} } } }],
        });
        assert.equal(await stack.verdict(stack.judge({ template: job })), "met");
        const web = template("errors", {
            metrics: [{ name: "e", provider: { web: { url: "x" } } }],
        });
        assert.equal((await stack.found(stack.judge({ template: web }))).length, 1);
        const experiment = { analyses: [{ name: "a", templateName: "errors" }] };
        const tried = stack.judge({ rollout: rollout({ canary: { steps: [{ experiment }] } }) });
        assert.equal(await stack.verdict(tried), "met");
    });

    it("is violated by an analysis that forgives everything, or is only tried", async () => {
        const limit = stack.with("template", ["spec", "metrics", 0, "failureLimit"], -1);
        assert.match((await stack.found(limit))[0] ?? "", /no analysis decides/);
        for (const metricName of ["errors", ".*", "err.*"]) {
            const dry = stack.with("template", ["spec", "dryRun"], [{ metricName }]);
            assert.match((await stack.found(dry))[0] ?? "", /no analysis decides/);
            const own = { ...analysis, dryRun: [{ metricName }] };
            const result = stack.judge({ rollout: rollout({ canary: { analysis: own } }) });
            assert.match((await stack.found(result))[0] ?? "", /no analysis decides/);
        }
        for (const harmless of [
            ["spec", "metrics", 0, "failureLimit"],
            ["spec", "other"],
        ]) {
            assert.equal(await stack.verdict(stack.with("template", harmless, 3)), "met");
        }
        const other = stack.with("template", ["spec", "dryRun"], [{ metricName: "latency" }]);
        assert.equal(await stack.verdict(other), "met");
    });

    it("is not applicable without Rollouts, and not judged where the analysis is unknown", async () => {
        assert.equal(await stack.verdict(stack.without("rollout")), "not applicable");
        for (const path of [["spec"], ["spec", "strategy", "canary", "steps"]]) {
            assert.equal(await stack.verdict(stack.with("rollout", path, UNKNOWN)), "not judged");
        }
        const metrics = stack.with("template", ["spec", "metrics"], UNKNOWN);
        assert.equal(await stack.verdict(metrics), "not judged");
    });
});
