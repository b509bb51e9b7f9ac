/** What takes, samples, keeps and shows traces, and its configurations in the collector's own hands. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import {
    gatewayConfiguration,
    samplerConfiguration,
} from "../../../components/observability/trace-collector-config";
import { elasticUsers } from "../../../components/observability/elasticsearch-users";
import {
    jaegerConfiguration,
    jaegerRequests,
} from "../../../components/observability/jaeger-config";
import { openTelemetry } from "../../../components/observability/opentelemetry";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";

interface Proxy {
    readonly telemetry?: {
        readonly tracing: { readonly provider: { readonly host: string; readonly port: number } };
        readonly accessLog: unknown;
    };
}

const proxyOf = (of: RecordedStack) =>
    of.object("EnvoyProxy/envoy-gateway-system/public").spec as Proxy;

describe("traces", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("come from the proxies, which write the id of the trace into their lines too", () => {
        const { telemetry } = proxyOf(prod);
        assert.deepEqual(telemetry?.tracing.provider, {
            type: "OpenTelemetry",
            host: "gateway-collector.opentelemetry.svc.cluster.local",
            port: 4317,
            serviceName: "public",
        });
        assert.match(JSON.stringify(telemetry.accessLog), /"trace_id":"%TRACE_ID%"/);
    });

    it("come from nobody where nothing keeps them", async () => {
        assert.equal(proxyOf(await stack("dev")).telemetry, undefined);
    });

    it("go through two gateways and two samplers on the same account without a token", () => {
        const collectors = prod.ofKind("OpenTelemetryCollector").map(({ metadata, spec }) => {
            const { replicas, serviceAccount } = spec as {
                replicas: number;
                serviceAccount: string;
            };
            return [metadata.name, replicas, serviceAccount];
        });
        assert.deepEqual(collectors.sort(), [
            ["gateway", 2, "trace-collectors"],
            ["jaeger", 2, "trace-collectors"],
            ["sampler", 2, "trace-collectors"],
        ]);
        const account = prod.object("ServiceAccount/opentelemetry/trace-collectors");
        assert.equal(
            (account as unknown as { automountServiceAccountToken: boolean })
                .automountServiceAccountToken,
            false,
        );
    });

    it("are kept seven days in a bucket whose keys only the claim's Secret has", function () {
        const tempo = prod.component("tempo");
        needsCharts(this, tempo);
        const { data } = tempo.object("ConfigMap/tempo/tempo") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        const settings = yaml.load(data["tempo.yaml"] ?? "") as {
            readonly compactor: { readonly compaction: { readonly block_retention: string } };
        };
        assert.equal(settings.compactor.compaction.block_retention, "168h");
        assert.doesNotMatch(data["tempo.yaml"] ?? "", /access_key|secret_key/);
    });

    it("go to Tempo and to Jaeger, each with a queue of its own", () => {
        const { config } = prod.object("OpenTelemetryCollector/opentelemetry/sampler").spec as {
            readonly config: {
                readonly exporters: Readonly<Record<string, { readonly endpoint: string }>>;
                readonly service: {
                    readonly pipelines: { readonly traces: { readonly exporters: string[] } };
                };
            };
        };
        const { exporters } = config.service.pipelines.traces;
        assert.deepEqual(
            exporters.map((name) => config.exporters[name]?.endpoint),
            ["tempo.tempo.svc:4317", "jaeger-collector.jaeger.svc:4317"],
        );
    });

    it("are deleted in Elasticsearch after seven days, from indices that Jaeger may not make", () => {
        const requests = jaegerRequests();
        const [policy, ...indices] = requests;
        assert.match(JSON.stringify(policy), /"delete":\{"min_age":"7d"/);
        for (const { after, unless, path: index } of indices) {
            assert.match(after ?? "", /^_index_template\/jaeger-(span|service)$/);
            assert.match(unless ?? "", /^_alias\/jaeger-(span|service)-write$/);
            assert.match(index, /-000001$/);
        }
        const { privileges } = elasticUsers.jaeger.indices[0];
        assert.deepEqual([...privileges].sort(), ["read", "view_index_metadata", "write"]);
    });

    it("lead to logs and metrics", () => {
        for (const store of ["tempo", "jaeger"]) {
            const { spec } = prod.object(`GrafanaDatasource/grafana/${store}`);
            const text = JSON.stringify(spec);
            assert.match(text, /"tracesToLogsV2":\{[^}]*"datasourceUid":"loki"/);
            assert.match(text, /"tracesToMetrics":\{"datasourceUid":"prometheus"/);
        }
    });

    it("are found from a line of a log, in each store", () => {
        const { spec } = prod.object("GrafanaDatasource/grafana/loki");
        const { jsonData } = (
            spec as {
                readonly datasource: {
                    readonly jsonData: {
                        readonly derivedFields: readonly Readonly<Record<string, string>>[];
                    };
                };
            }
        ).datasource;
        assert.deepEqual(
            jsonData.derivedFields.map(({ name, datasourceUid }) => [name, datasourceUid]),
            [
                ["trace in Tempo", "tempo"],
                ["trace in Jaeger", "jaeger"],
            ],
        );
    });

    it("asks no webhook before a pod is made", function () {
        const operator = prod.component("open-telemetry");
        needsCharts(this, operator);
        const hooks = operator.ofKind("MutatingWebhookConfiguration");
        assert.equal(hooks.length, 1);
        assert.doesNotMatch(JSON.stringify(hooks), /"pods"/);
    });

    it("has an operator without collectors where nothing keeps traces", async () => {
        const only = await alone(openTelemetry);
        assert.deepEqual(only.ofKind("OpenTelemetryCollector"), []);
    });
});

describe("the configurations of the collectors", () => {
    const programs = (process.env.PATH ?? "").split(path.delimiter);

    for (const [name, program, configuration] of [
        ["gateway", "otelcol", gatewayConfiguration()],
        ["sampler", "otelcol", samplerConfiguration("tempo.tempo.svc:4317")],
        [
            "sampler of two stores",
            "otelcol",
            samplerConfiguration("tempo.tempo.svc:4317", "jaeger:4317"),
        ],
        ["Jaeger", "jaeger", jaegerConfiguration(1)],
        ["Jaeger of one Elasticsearch", "jaeger", jaegerConfiguration(0)],
    ] as const) {
        it(`are valid: ${name}`, function () {
            const file = findExecutable(program, programs);
            if (file === undefined) {
                console.log(`    (${program} is not on the PATH: 1 configuration not validated)`);
                this.skip();
            }
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${program}-`));
            const written = path.join(folder, "config.yaml");
            fs.writeFileSync(written, yaml.dump(configuration));
            const { status, stderr } = spawnSync(file, ["validate", `--config=file:${written}`], {
                encoding: "utf8",
            });
            fs.rmSync(folder, { recursive: true });
            assert.equal(status, 0, stderr);
        });
    }
});
