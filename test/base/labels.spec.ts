import * as assert from "node:assert/strict";
import { withLabels } from "../../components/base/labels";

const owner = { name: "shop" };
const chart = { "helm.sh/chart": "shop-1.2.3", app: "web" };

describe("labels", () => {
    it("are five on every object, besides those that its chart wrote", () => {
        const { metadata } = withLabels(
            {
                apiVersion: "v1",
                kind: "Service",
                metadata: {
                    name: "web",
                    labels: { app: "web", "app.kubernetes.io/managed-by": "Helm" },
                },
            },
            owner,
        );
        assert.deepEqual(metadata.labels, {
            app: "web",
            "app.kubernetes.io/name": "shop",
            "app.kubernetes.io/instance": "shop",
            "app.kubernetes.io/component": "shop",
            "app.kubernetes.io/part-of": "platform",
            "app.kubernetes.io/managed-by": "pulumi",
        });
    });

    it("leave the version of the chart out, with which an upgrade would change every object", () => {
        const deployment = withLabels(
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: "web", labels: chart },
                spec: { template: { metadata: { labels: chart } } },
            },
            owner,
        );
        const { template } = deployment.spec as { template: { metadata: { labels: object } } };
        assert.ok(!("helm.sh/chart" in deployment.metadata.labels));
        // Pods keep what their selectors may ask for.
        assert.ok("helm.sh/chart" in template.metadata.labels);
    });
});
