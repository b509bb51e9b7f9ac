/** What recommends requests: it never changes a pod, and its recommendations become series. */
import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { customStates } from "../../../components/base/state-metrics";
import {
    recommendationState,
    recommended,
} from "../../../components/observability/recommendations";
import { verticalPodAutoscalerDashboards } from "../../../components/observability/vertical-pod-autoscaler-dashboards";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { workloads } from "../workloads";

describe("recommendations of requests", () => {
    let whole: RecordedStack;
    let prod: RecordedStack;
    let page: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        prod = whole.component("vertical-pod-autoscaler");
        page = whole.component("goldilocks");
    });

    it("come from the recommender alone: nothing evicts pods or writes their requests", function () {
        needsCharts(this, prod);
        assert.deepEqual(
            workloads(prod).map(({ key }) => key),
            ["Deployment/vpa/vpa-vertical-pod-autoscaler-recommender"],
        );
        assert.deepEqual(prod.ofKind("MutatingWebhookConfiguration"), []);
        const roles = JSON.stringify(prod.ofKind("ClusterRole"));
        assert.doesNotMatch(roles, /pods\/eviction|"\*/);
    });

    it("are asked for in every namespace, by a controller that changes no workload", function () {
        needsCharts(this, page);
        const text = JSON.stringify(page.object("Deployment/goldilocks/goldilocks-controller"));
        assert.match(text, /"--on-by-default=true"/);
        const rules = JSON.stringify(page.ofKind("ClusterRole").map(({ rules }) => rules));
        assert.doesNotMatch(rules, /"patch"|"\*"/);
        assert.match(
            rules,
            /"verticalpodautoscalers"\],"verbs":\["get","list","create","delete","update"\]/,
        );
    });

    it("become series of kube-state-metrics, by the names that dashboards use", function () {
        needsCharts(this, whole);
        const map = whole.object(
            "ConfigMap/monitoring/kube-prometheus-stack-kube-state-metrics-customresourcestate-config",
        ) as unknown as { readonly data: Readonly<Record<string, string>> };
        const { config } = customStates([recommendationState]).customResourceState as {
            readonly config: object;
        };
        assert.deepEqual(yaml.load(Object.values(map.data)[0] ?? ""), config);
        const text = JSON.stringify(config);
        for (const name of Object.values(recommended)) {
            assert.ok(name.startsWith("kube_verticalpodautoscaler_"));
            assert.ok(text.includes(`"${name.slice("kube_verticalpodautoscaler_".length)}"`));
            assert.ok(JSON.stringify(verticalPodAutoscalerDashboards).includes(name));
        }
    });
});
