import * as assert from "node:assert/strict";
import { BackupPlan } from "../../components/base/backup-tier";
import type { Collector } from "../../components/base/foundation";
import { Namespace } from "../../components/base/namespace";
import { alertOn, monitor } from "../../components/base/observe";
import type { Scrape } from "../../components/base/scrape";
import { Platform } from "../../components/platform";
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
    const parent = new Platform("platform", { site: sampleSite() });
    const namespaceOf = (name: string) =>
        new Namespace(
            name,
            { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan() },
            { parent },
        );
    const namespace = namespaceOf("shop");
    const collector: Collector = {
        namespace: namespaceOf("monitoring"),
        pods: { app: "prometheus" },
        definitions: new Map(),
        evaluated: [],
        evaluate: () => undefined,
        scraped: [],
        scrape: () => undefined,
    };
    const observed = { collector: collected ? collector : undefined, namespace };
    monitor({ ...scrape, ...changes }, observed, parent);
    alertOn(alerts, { ...observed, system: "shop", repository: undefined }, parent);
    await settled();
    return recorder.registrations
        .filter(({ type, name }) => type.startsWith("kubernetes:") && /shop|prometheus/.test(name))
        .map(({ name }) => name)
        .filter(
            (name) =>
                !/^shop:[^/]+\/(shop|shop\/(tier|default-deny|allow-every-pod-out))$/.test(name),
        )
        .sort();
}

describe("what observes a system", () => {
    it("is a PodMonitor and a PrometheusRule in its own namespace, and a way in", async () => {
        assert.deepEqual(await observe({}), [
            "monitoring:NetworkPolicy/monitoring/allow-prometheus-out",
            "shop:NetworkPolicy/shop/allow-shop-in",
            "shop:PodMonitor/shop/shop",
            "shop:PrometheusRule/shop/shop",
        ]);
    });

    it("reaches pods on the host network at their nodes, where no policy selects them", async () => {
        assert.deepEqual(await observe({ hostNetwork: true }), [
            "monitoring:NetworkPolicy/monitoring/allow-prometheus-out",
            "shop:PodMonitor/shop/shop",
            "shop:PrometheusRule/shop/shop",
        ]);
    });

    it("is nothing where nothing collects", async () => {
        assert.deepEqual(await observe({}, false), []);
    });
});
