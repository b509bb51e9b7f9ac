import * as assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { Alerts } from "../../components/base/alerts";
import type { Collector } from "../../components/base/foundation";
import { Monitor } from "../../components/base/monitor";
import { Namespace } from "../../components/base/namespace";
import type { Scrape } from "../../components/base/scrape";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network, sampleSite } from "../fixtures/settings";

const scrape: Scrape = {
    name: "shop",
    pods: { app: "shop" },
    port: "metrics",
    number: 9090,
    metrics: [],
};
const alerts = [
    {
        name: "ShopDown",
        expression: 'absent(up{job="shop"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No shop answers",
        description: "Nobody can buy anything.",
    },
] as const;

/** Kubernetes objects besides those of the two namespaces. */
async function observe(changes: Partial<Scrape>, collected = true): Promise<string[]> {
    const recorder = await Recorder.install();
    const parent = new ComponentResource("test:index:Parent", "parent");
    const namespaceOf = (name: string) =>
        new Namespace(name, { tier: "app", flows: [], network }, { parent });
    const namespace = namespaceOf("shop");
    const collector: Collector = {
        namespace: namespaceOf("monitoring"),
        pods: { app: "prometheus" },
        definitions: new Map(),
    };
    const known = { collector: collected ? collector : undefined, namespace };
    new Monitor("shop", { ...known, scrape: { ...scrape, ...changes } }, { parent });
    new Alerts("shop", { ...known, alerts, site: sampleSite() }, { parent });
    await settled();
    return recorder.registrations
        .filter(({ type, name }) => type.startsWith("kubernetes:") && name.startsWith("shop"))
        .map(({ name }) => name)
        .filter((name) => !/^shop:[^/]+\/(shop|shop\/(tier|default-deny|allow-dns))$/.test(name))
        .sort();
}

describe("what observes a system", () => {
    it("is a PodMonitor and a PrometheusRule in its own namespace, and a way in", async () => {
        assert.deepEqual(await observe({}), [
            "shop-metrics:NetworkPolicy/monitoring/allow-shop-metrics-out",
            "shop-metrics:NetworkPolicy/shop/allow-shop-metrics-in",
            "shop:PodMonitor/shop/shop",
            "shop:PrometheusRule/shop/shop",
        ]);
    });

    it("reaches pods on the host network at their nodes, where no policy selects them", async () => {
        assert.deepEqual(await observe({ hostNetwork: true }), [
            "shop:NetworkPolicy/monitoring/allow-shop-metrics",
            "shop:PodMonitor/shop/shop",
            "shop:PrometheusRule/shop/shop",
        ]);
    });

    it("is nothing where nothing collects", async () => {
        assert.deepEqual(await observe({}, false), []);
    });
});
