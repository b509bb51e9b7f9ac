/** Kubecost: an option that asks for its licence, counts with the site's prices, and calls nobody. */
import assert from "node:assert/strict";
import { customPrices } from "../../../components/observability/kubecost-prices";
import { patchKubecost } from "../../../components/observability/kubecost-patch";
import { costModel, hourlyPrices } from "../../../components/observability/opencost-prices";
import type { Manifest } from "../../../components/base/object";
import { sampleConfiguration, sampleSite } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";
import { declaredFlows } from "../flows";

const ON = { enabled: true, acceptLicence: true };

function sentences(changes: Readonly<Record<string, unknown>>): string[] {
    return faultsOf(changed(changes)).map(
        ({ key, found, allowed }) => `${key}: ${found}; allowed: ${allowed}`,
    );
}

const cost = { ...sampleConfiguration.cost };

describe("the settings of Kubecost", () => {
    it("ask once for the licence, and for nothing while it is off", () => {
        for (const kubecost of [{ enabled: true }, { enabled: true, acceptLicence: false }]) {
            const [fault, ...others] = sentences({ "systems.kubecost": kubecost });
            assert.equal(
                fault,
                "systems.kubecost.acceptLicence: false; allowed: true, once somebody has read and accepted the licence of IBM: Kubecost is proprietary, with a free tier (or turn systems.kubecost off: OpenCost reckons the same)",
            );
            assert.deepEqual(others, []);
        }
        assert.deepEqual(sentences({ "systems.kubecost": { enabled: false } }), []);
        assert.deepEqual(sentences({ "systems.kubecost": ON }), []);
    });

    it("take no word for the licence", () => {
        for (const acceptLicence of ["yes", "accepted", 1]) {
            const found = sentences({ "systems.kubecost": { enabled: true, acceptLicence } });
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", /^systems\.kubecost\.acceptLicence: /);
        }
    });

    it("ask for prices, in a currency that its page knows", () => {
        const off = { "systems.openCost": { enabled: false } };
        assert.match(
            sentences({ ...off, "systems.kubecost": ON, cost: undefined }).join("\n"),
            /cost: nothing; allowed: prices and a budget, because systems\.kubecost counts with them/,
        );
        const foreign = sentences({ "systems.kubecost": ON, cost: { ...cost, currency: "HUF" } });
        assert.equal(foreign.length, 1, foreign.join("\n"));
        assert.match(foreign[0] ?? "", /^cost\.currency: HUF; allowed: a currency that .*EUR/);
        assert.deepEqual(sentences({ cost: { ...cost, currency: "HUF" } }), []);
    });
});

describe("the prices of Kubecost", () => {
    it("are those of OpenCost, and name no currency and no text", () => {
        const site = sampleSite();
        assert.ok(site.cost !== undefined);
        const prices = hourlyPrices({ ...site, cost: site.cost });
        const { description, currencyCode, ...same } = costModel(prices, site.cost);
        assert.ok(description !== undefined && currencyCode !== undefined);
        assert.deepEqual(customPrices(prices, site.cost), { ...same, spotGPU: "0" });
    });
});

describe("what the chart of Kubecost has no values for", () => {
    const secret = (name: string): Manifest => ({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name },
        data: { "a.json": Buffer.from('{"a":1}').toString("base64") },
    });

    it("makes a ConfigMap of a file that is no secret, and of no other Secret", () => {
        const open = patchKubecost(secret("kubecost-metrics-config"));
        assert.equal(open.kind, "ConfigMap");
        assert.deepEqual(open.data, { "a.json": '{"a":1}' });
        assert.equal(patchKubecost(secret("kubecost-oidc-secret")).kind, "Secret");
    });
});

describe("Kubecost", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await stackWith({ systems: { kubecost: ON } })).component("kubecost");
    });

    it("is off everywhere unless asked for", async () => {
        const names = (await stack("prod")).components.map(({ name }) => name);
        assert.ok(!names.includes("kubecost"));
    });

    it("lets its agent ask kubelets and the API, and nobody call out of the cluster", () => {
        const flows = declaredFlows(recorded).filter(({ namespace }) => namespace === "kubecost");
        const text = JSON.stringify(flows);
        assert.match(text, /10250/);
        assert.doesNotMatch(text, /"internet"|0\.0\.0\.0/);
    });

    it("brings its agent the prices of the site, and its page the currency", function () {
        needsCharts(this, recorded);
        const { data } = recorded.object("ConfigMap/kubecost/pricing-configs") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        assert.equal(data.customPricesEnabled, "true");
        // 4 W at 0.3 EUR for 730 hours are 0.876 EUR.
        assert.ok(Number(data.CPU) > 0.876 && Number(data.CPU) < 5, data.CPU);
        const page = JSON.stringify(recorded.object("ConfigMap/kubecost/nginx-conf-kubecost"));
        assert.match(page, /EUR/);
        assert.doesNotMatch(page, /mixpanel|userway|Access-Control-Allow-Origin' '\*'/);
    });

    it("claims 31 GiB in all, each volume told from the others", function () {
        needsCharts(this, recorded);
        const text = JSON.stringify(recorded.objects);
        assert.deepEqual(
            [...text.matchAll(/"storage":"(\d+)Gi"/g)].map(([, size]) => Number(size)).sort(),
            [1, 10, 20],
        );
        assert.match(text, /"name":"aggregator-db-storage"/);
        assert.match(text, /"app\.kubernetes\.io\/component":"database"/);
    });

    it("has no key of its makers, no part that changes workloads, and reads no kubelet by proxy", function () {
        needsCharts(this, recorded);
        assert.doesNotMatch(
            JSON.stringify(recorded.objects),
            /AIza|CSP_PRICING_API_KEY|nodes\/proxy|"kind":"Secret"/,
        );
        const workloads = recorded.objects
            .filter(({ kind }) => ["Deployment", "DaemonSet", "StatefulSet"].includes(kind))
            .map(({ metadata }) => metadata.name)
            .sort();
        assert.deepEqual(workloads, [
            "kubecost-aggregator",
            "kubecost-finopsagent",
            "kubecost-frontend",
            "kubecost-local-store",
        ]);
        const aggregator = JSON.stringify(
            recorded.object("StatefulSet/kubecost/kubecost-aggregator"),
        );
        assert.match(aggregator, /"configMap":\{"name":"kubecost-federated-storage-config"\}/);
        assert.doesNotMatch(aggregator, /secretName/);
        assert.match(aggregator, /"name":"TELEMETRY_ENABLED","value":"false"/);
        assert.doesNotMatch(aggregator, /CLOUD_PROVIDER_API_KEY/);
    });
});
