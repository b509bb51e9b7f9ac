import assert from "node:assert/strict";
import { isRecord } from "../../../components/base/object";
import { analysisTemplates } from "../../../components/delivery/analysis";
import { argoRollouts } from "../../../components/delivery/argo-rollouts";
import { rollout } from "../../../components/delivery/canary-demo-objects";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

interface Template {
    readonly metrics: readonly {
        readonly successCondition: string;
        readonly failureCondition: string;
        readonly provider: {
            readonly prometheus: { readonly address: string; readonly query: string };
        };
    }[];
}

describe("Argo Rollouts", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("asks the Prometheus that is there", function () {
        needsCharts(this, prod);
        const { address } = (prod.object("ClusterAnalysisTemplate/error-rate").spec as Template)
            .metrics[0]?.provider.prometheus ?? { address: "" };
        const [, service = "", namespace = ""] =
            /^http:\/\/([^.]+)\.([^.]+)\.svc[^:]*:9090$/.exec(address) ?? [];
        assert.ok(prod.resource(`Service/${namespace}/${service}`));
    });

    it("brings its plugin along instead of fetching it, from a pinned image", function () {
        needsCharts(this, prod);
        const configuration = prod.object("ConfigMap/argo-rollouts/argo-rollouts-config");
        assert.match(JSON.stringify(configuration), /file:\/\/\/plugins\/rollouts-plugin/);
        const [controller] = workloads(prod.component("argo-rollouts"));
        assert.match(
            controller?.template.spec.initContainers?.[0]?.image ?? "",
            /:v\d+\.\d+\.\d+$/,
        );
    });

    it("reads Secrets only in its own namespace", function () {
        needsCharts(this, prod);
        for (const role of prod.component("argo-rollouts").ofKind("ClusterRole")) {
            assert.doesNotMatch(JSON.stringify(role.rules), /"secrets"/);
        }
        assert.match(
            JSON.stringify(prod.object("Role/argo-rollouts/argo-rollouts-notifications")),
            /"secrets"/,
        );
    });

    it("says nothing about a version that nobody asks, instead of letting it pass", () => {
        for (const { spec } of analysisTemplates("http://prometheus:9090")) {
            for (const metric of (spec as Template).metrics) {
                assert.match(metric.successCondition, /^len\(result\) > 0 && !isNaN/);
                assert.match(metric.failureCondition, /^len\(result\) > 0 && !isNaN/);
            }
        }
    });

    it("previews alone, without the page", async () => {
        const recorded = await alone(argoRollouts);
        assert.throws(() => recorded.object("Rollout/canary-demo/canary-demo"));
    });
});

describe("the canary", () => {
    it("goes through the route of the page, whose weights the program leaves alone", async () => {
        const prod = await stack("prod");
        const route = prod.object("HTTPRoute/canary-demo/canary-demo").spec as {
            rules: { backendRefs: { name: string; weight: number }[] }[];
        };
        assert.deepEqual(
            route.rules[0]?.backendRefs.map(({ name, weight }) => [name, weight]),
            [
                ["canary-demo", 100],
                ["canary-demo-new", 0],
            ],
        );
        const { spec } = prod.object("Rollout/canary-demo/canary-demo");
        assert.ok(isRecord(spec));
        assert.match(JSON.stringify(spec), /"httpRoute":"canary-demo"/);
        for (const name of ["canary-demo", "canary-demo-new"]) {
            assert.ok(prod.resource(`Service/canary-demo/${name}`));
        }
    });

    it("is measured from its first requests on, and stopped before it gets more of them", () => {
        const { strategy } = rollout("image:1", 2).spec as {
            strategy: { canary: { analysis: { startingStep: number }; steps: object[] } };
        };
        const { analysis, steps } = strategy.canary;
        assert.equal(analysis.startingStep, 1);
        assert.deepEqual(steps[0], { setWeight: 20 });
        assert.deepEqual(steps[1], { pause: { duration: "6m" } });
        for (const { spec } of analysisTemplates("http://prometheus:9090")) {
            const [metric] = (spec as { metrics: Record<string, number | string>[] }).metrics;
            assert.deepEqual([metric?.initialDelay, metric?.interval], ["2m", "30s"]);
            // Rollouts stops with the first measurement beyond a limit (analysis: assessMetricStatus).
            for (const limit of [metric?.failureLimit, metric?.inconclusiveLimit]) {
                assert.ok(120 + Number(limit) * 30 < 360);
            }
        }
    });
});
