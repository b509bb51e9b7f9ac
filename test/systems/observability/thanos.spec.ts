/** Metrics of more than a year: the archive, who uploads, and who answers. */
import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { objectStore } from "../../../components/observability/thanos-values";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { workloads } from "../workloads";

interface Sidecar {
    readonly image: string;
    readonly objectStorageConfig: { readonly name: string; readonly key: string };
}

describe("Thanos", () => {
    let prod: RecordedStack;
    let whole: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        prod = whole.component("thanos");
        dev = await stack("dev");
    });

    it("answers by two of each, and compacts by one", function () {
        needsCharts(this, prod);
        const counts = workloads(prod).map(({ key }) => [
            key,
            (prod.object(key).spec as { replicas: number }).replicas,
        ]);
        assert.deepEqual(Object.fromEntries(counts), {
            "Deployment/monitoring/thanos-query": 2,
            "Deployment/monitoring/thanos-query-frontend": 2,
            "StatefulSet/monitoring/thanos-compactor": 1,
            "StatefulSet/monitoring/thanos-storegateway": 2,
        });
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 3);
    });

    it("keeps samples 30 days and means for more than a year", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("StatefulSet/monitoring/thanos-compactor"));
        for (const flag of ["raw=30d", "5m=180d", "1h=400d"]) {
            assert.ok(text.includes(`--retention.resolution-${flag}`), flag);
        }
    });

    it("has both servers of Prometheus upload, with the keys of the claim", function () {
        needsCharts(this, prod);
        const { spec } = whole.object("Prometheus/monitoring/kube-prometheus-stack") as unknown as {
            readonly spec: { readonly thanos: Sidecar; readonly containers: readonly object[] };
        };
        assert.deepEqual(spec.thanos.objectStorageConfig, {
            name: "thanos-objstore",
            key: "objstore.yml",
        });
        assert.match(JSON.stringify(spec.containers), /"AWS_ACCESS_KEY_ID".*"thanos-sidecar"/);
    });

    it("finds its bucket in the path, and no key in its file", () => {
        const host = "store.rook-ceph.svc";
        const text = objectStore({ bucket: "thanos", host, region: "us-east-1" });
        assert.deepEqual(yaml.load(text), {
            type: "S3",
            config: {
                bucket: "thanos",
                endpoint: host,
                region: "us-east-1",
                insecure: true,
                bucket_lookup_type: "path",
            },
        });
    });

    it("is what dashboards ask where it is on, with the server beside it", () => {
        const urls = (of: RecordedStack): Record<string, string | undefined> =>
            Object.fromEntries(
                of
                    .ofKind("GrafanaDatasource")
                    .map(({ metadata, spec }): [string, string] => [
                        metadata.name ?? "",
                        (spec as { readonly datasource: { readonly url: string } }).datasource.url,
                    ]),
            );
        const all = urls(whole);
        assert.equal(all.prometheus, "http://thanos-query-frontend.monitoring.svc:9090");
        assert.match(all["prometheus-server"] ?? "", /kube-prometheus-stack-prometheus/);
        assert.match(urls(dev).prometheus ?? "", /kube-prometheus-stack-prometheus/);
        assert.equal(urls(dev)["prometheus-server"], undefined);
    });
});
