import assert from "node:assert/strict";
import {
    atMoment,
    expiryRules,
    recordsOnly,
} from "../../../components/observability/kube-prometheus-stack-manifests";
import { prometheusSize } from "../../../components/observability/kube-prometheus-stack-values";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

describe("KubePrometheusStack", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("kube-prometheus-stack");
        dev = (await stack("dev")).component("kube-prometheus-stack");
    });

    const specOf = (of: RecordedStack, key: string) =>
        of.object(key).spec as Readonly<Record<string, unknown>>;

    it("runs two servers and three Alertmanagers in prod, one of each in dev", function () {
        needsCharts(this, prod);
        const counts = (of: RecordedStack) =>
            ["Prometheus", "Alertmanager"].map(
                (kind) => specOf(of, `${kind}/monitoring/kube-prometheus-stack`).replicas,
            );
        assert.deepEqual(counts(prod), [2, 3]);
        assert.deepEqual(counts(dev), [1, 1]);
    });

    it("collects from every namespace, whatever the labels", function () {
        needsCharts(this, prod);
        const spec = specOf(prod, "Prometheus/monitoring/kube-prometheus-stack");
        for (const kind of ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"]) {
            assert.deepEqual(spec[`${kind}Selector`], {}, kind);
            assert.deepEqual(spec[`${kind}NamespaceSelector`], {}, kind);
        }
    });

    it("keeps less than its volume holds", function () {
        needsCharts(this, prod);
        for (const of of [prod, dev]) {
            const text = JSON.stringify(specOf(of, "Prometheus/monitoring/kube-prometheus-stack"));
            const [, kept] = /"retentionSize":"(\d+)GB"/.exec(text) ?? [];
            const [, volume] = /"storage":"(\d+)Gi"/.exec(text) ?? [];
            assert.ok(Number(kept) * 1e9 < Number(volume) * 2 ** 30 * 0.9, `${kept} of ${volume}`);
        }
    });

    it("shards kube-state-metrics, and gives it no Secret to read", function () {
        needsCharts(this, prod);
        const key = "StatefulSet/monitoring/kube-prometheus-stack-kube-state-metrics";
        assert.match(JSON.stringify(prod.object(key)), /--pod-namespace/);
        const role = prod.object("ClusterRole/kube-prometheus-stack-kube-state-metrics");
        assert.ok(!JSON.stringify(role).includes('"secrets"'));
    });

    it("brings the recording rules of upstream and none of its alerts", function () {
        needsCharts(this, prod);
        const rules = prod.ofKind("PrometheusRule");
        const texts = rules.map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec)]);
        const alerting = texts.filter(([, text]) => text?.includes('"alert":'));
        assert.deepEqual(
            alerting.map(([name]) => name),
            ["kube-prometheus-stack-objectives", "kube-prometheus-stack"],
        );
        assert.ok(texts.length > 15);
    });

    it("leaves a rule that is no recording rule out, and a file without any", () => {
        const file = (...rules: object[]) => ({
            apiVersion: "monitoring.coreos.com/v1",
            kind: "PrometheusRule",
            metadata: { name: "a" },
            spec: { groups: [{ name: "g", rules }] },
        });
        const [alert, record] = [
            { alert: "A", expr: "1" },
            { record: "a:b", expr: "1" },
        ];
        assert.deepEqual(recordsOnly(file(alert, record)), file(record));
        assert.equal(recordsOnly(file(alert)), undefined);
        const other = { ...file(alert), kind: "ServiceMonitor" };
        assert.deepEqual(recordsOnly(other), other);
    });

    it("writes down what ends when, and nothing where nothing ends", () => {
        assert.equal(atMoment("2027-01-01"), "vector(1798761600)");
        assert.equal(atMoment("2027-01-01T00:00:00.000Z"), "vector(1798761600)");
        assert.equal(atMoment(undefined), "absent(vector(1))");
        assert.equal(expiryRules("monitoring", [], undefined), undefined);
        const text = JSON.stringify(
            expiryRules("monitoring", [{ what: "a token", day: "2027-01-01" }], "vector(1)"),
        );
        assert.match(text, /"what":"talosconfig".*"what":"a token"/);
    });

    it("is sized by series and days", () => {
        assert.deepEqual(prometheusSize(300, 30), { memory: 2912, kept: 37, volume: 46 });
        const larger = prometheusSize(600, 30);
        assert.ok(larger.memory > 2912 && larger.volume > 80);
        assert.ok(prometheusSize(20, 1).volume >= 4);
    });
});
