import * as assert from "node:assert/strict";
import * as yaml from "js-yaml";
import {
    gatewayConfiguration,
    samplerConfiguration,
} from "../../../../components/observability/trace-collector-config";
import { traces } from "../../../../policy/criteria/observability/traces";
import { type Path, Sound, withValue } from "../../change";
import { judge, resource, type Resource, UNKNOWN } from "../../harness";
import { running, within } from "../../sound-backups";
import { collector, dataSource, gatewayHost, proxies, tracedParts } from "../../sound-traces";

const stack = new Sound(traces, tracedParts);
const STORE = "tempo.tempo.svc:4317";
const CONFIG: Path = ["spec", "config"];
const at = (...path: (string | number)[]): Path => [...CONFIG, ...path];
const BALANCING = at("exporters", "loadbalancing");
const HOST = "sampler-collector-headless.opentelemetry.svc.cluster.local";

/** An application that sends, with what else its container has. */
function program(...env: readonly object[]): Resource {
    return running("apps", "Deployment", "web", { image: "ghcr.io/example/web:1.2.3", env });
}

const endpoint = (value: unknown) => ({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value });

async function finds(result: ReturnType<typeof stack.judge>, pattern: RegExp): Promise<void> {
    const found = await stack.found(result);
    assert.ok(
        found.some((message) => pattern.test(message)),
        found.join("\n") || "nothing found",
    );
}

describe("OBS-05", () => {
    it("is met by two tiers, a store, a program that sends, and links", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("OBS-05"), []);
        assert.equal(result.verdict("OBS-05").subjects, 3);
    });

    it("is violated where pods run and nobody collects traces", async () => {
        const web = running("apps", "Deployment", "web", { image: "ghcr.io/example/web:1.2.3" });
        const [message = ""] = (await judge([web])).of("OBS-05");
        assert.match(message, /nobody sees where they spend their time; add systems\.tempo/);
    });

    it("is not applicable where nothing runs", async () => {
        assert.equal((await judge([])).verdict("OBS-05").verdict, "not applicable");
    });

    describe("sampling with several replicas", () => {
        it("is wrong without a tier that balances", async () => {
            const config = samplerConfiguration(STORE);
            const alone = stack.judge({
                sampler: undefined,
                gateway: collector("gateway", config),
            });
            await finds(
                alone,
                /tail_sampling decides on whole traces, and nothing brings all spans/,
            );
            const one = stack.judge({
                sampler: undefined,
                gateway: collector("gateway", config, { replicas: 1 }),
            });
            assert.equal(await stack.verdict(one), "met");
        });

        it("is not judged where only the update knows how many there are", async () => {
            const gateway = collector("gateway", samplerConfiguration(STORE), {
                replicas: UNKNOWN,
            });
            const result = stack.judge({ sampler: undefined, gateway });
            assert.equal(await stack.verdict(result), "not judged");
        });

        for (const spec of [
            { replicas: 3 },
            { replicas: 1, autoscaler: { maxReplicas: 4 } },
            { replicas: undefined, mode: "daemonset" },
        ]) {
            it(`counts ${JSON.stringify(spec)}`, async () => {
                const gateway = collector("gateway", samplerConfiguration(STORE), spec);
                await finds(
                    stack.judge({ sampler: undefined, gateway }),
                    /decides on whole traces/,
                );
            });
        }

        const bad: readonly (readonly [Path, unknown, RegExp])[] = [
            [[...BALANCING, "routing_key"], "service", /balances by service; balance by traceID/],
            [[...BALANCING, "routing_key"], "resource", /balances by resource/],
            [
                [...BALANCING, "resolver", "dns", "hostname"],
                "sampler-collector.opentelemetry.svc.cluster.local",
                /a Service with one address, behind which replicas take turns/,
            ],
            [
                [...BALANCING, "resolver", "dns", "hostname"],
                "sampler-collector.opentelemetry",
                /a Service with one address/,
            ],
        ];
        for (const [path, value, pattern] of bad) {
            it(`is wrong with ${path.slice(2).join(".")} ${String(value)}`, async () => {
                await finds(stack.with("gateway", path, value), pattern);
            });
        }

        const good: readonly (readonly [Path, unknown])[] = [
            [[...BALANCING, "routing_key"], undefined],
            [[...BALANCING, "resolver", "dns", "hostname"], HOST.replace(".svc.cluster.local", "")],
            [[...BALANCING, "resolver", "dns", "hostname"], "sampler-collector-headless"],
            [[...BALANCING, "resolver"], { k8s: { service: "sampler-collector.opentelemetry" } }],
            [
                [...BALANCING, "resolver"],
                {
                    static: {
                        hostnames: ["a", "b"].map((pod) => `${pod}.${HOST}:4317`),
                    },
                },
            ],
        ];
        for (const [path, value] of good) {
            it(`is right with ${path.slice(2).join(".")} ${JSON.stringify(value)}`, async () => {
                const result = stack.with("gateway", path, value);
                assert.deepEqual(await stack.found(result), []);
            });
        }

        it("is wrong where somebody sends past the tier that balances", async () => {
            for (const direct of ["sampler-collector.opentelemetry:4317", `http://${HOST}:4317`]) {
                const parts = { web: program(endpoint(direct)) };
                await finds(stack.judge(parts), /Deployment\/apps\/web sends to it past/);
            }
            const other = gatewayConfiguration() as Record<string, object>;
            other.exporters = { otlp: { endpoint: HOST } };
            other.service = { pipelines: { traces: { receivers: ["otlp"], exporters: ["otlp"] } } };
            await finds(
                stack.judge({ other: collector("other", other) }),
                /sends to it with otlp, which gives each replica a part of a trace/,
            );
        });

        it("minds nothing about processors that no pipeline of traces has", async () => {
            const config = samplerConfiguration(STORE) as { service: { pipelines: object } };
            config.service.pipelines = {
                traces: { receivers: ["otlp"], processors: ["batch"], exporters: ["otlp"] },
                metrics: {
                    receivers: ["otlp"],
                    processors: ["tail_sampling"],
                    exporters: ["otlp"],
                },
            };
            await finds(stack.judge({ sampler: collector("sampler", config) }), /nothing samples/);
        });

        it("reads a configuration that is text, and collectors without the operator", async () => {
            const text = collector("gateway", yaml.dump(samplerConfiguration(STORE)));
            await finds(
                stack.judge({ sampler: undefined, gateway: text }),
                /decides on whole traces/,
            );
            const plain = {
                sampler: undefined,
                gateway: undefined,
                collector: running(
                    "opentelemetry",
                    "Deployment",
                    "otel",
                    { image: "ghcr.io/example/opentelemetry-collector-contrib:0.158.0" },
                    { volumes: [{ name: "c", configMap: { name: "otel" } }] },
                ),
                file: within("opentelemetry", "v1", "ConfigMap", "otel", {
                    data: { "relay.yaml": yaml.dump(gatewayConfiguration()) },
                }),
            };
            await finds(
                stack.judge(plain),
                /Deployment\/opentelemetry\/otel: its traces reach no store/,
            );
        });
    });

    describe("storage", () => {
        for (const address of [
            "tempo.nowhere.svc:4317",
            "http://jaeger.apps:4317",
            "loki.apps.svc.cluster.local:4317",
        ]) {
            it(`is missing at ${address}`, async () => {
                const sampler = collector("sampler", samplerConfiguration(address));
                await finds(stack.judge({ sampler }), /sampler: its traces reach no store/);
            });
        }

        it("is missing at one of two addresses, though the other one keeps a copy", async () => {
            const two = (endpoint: unknown) => {
                const config = structuredClone(samplerConfiguration(STORE)) as {
                    exporters: Record<string, unknown>;
                    service: { pipelines: { traces: { exporters: string[] } } };
                };
                config.exporters["otlp/second"] = { endpoint };
                config.service.pipelines.traces.exporters.push("otlp/second");
                return { sampler: collector("sampler", config) };
            };
            await finds(
                stack.judge(two("jaeger.nowhere.svc:4317")),
                /sampler: it sends traces by otlp\/second to jaeger\.nowhere\.svc:4317, where nothing takes them/,
            );
            assert.equal(await stack.verdict(stack.judge(two(STORE))), "met");
            assert.equal(await stack.verdict(stack.judge(two("traces.example.org:443"))), "met");
            assert.equal(await stack.verdict(stack.judge(two(UNKNOWN))), "met");
            const chart = resource("platform:base:Chart", "jaeger", { rendered: false });
            const result = stack.judge({ ...two("jaeger.nowhere.svc:4317"), chart });
            assert.equal(await stack.verdict(result), "not judged");
        });

        it("may be outside of the stack", async () => {
            const sampler = collector("sampler", samplerConfiguration("traces.example.org:443"));
            assert.equal(await stack.verdict(stack.judge({ sampler })), "met");
        });

        it("is not the output of the collector", async () => {
            const config = samplerConfiguration(STORE) as Record<string, Record<string, unknown>>;
            config.exporters = { otlp: {}, debug: {} };
            config.service = {
                pipelines: {
                    traces: {
                        receivers: ["otlp"],
                        processors: ["tail_sampling"],
                        exporters: ["debug"],
                    },
                },
            };
            await finds(stack.judge({ sampler: collector("sampler", config) }), /reach no store/);
        });

        it("is gone with the store", async () => {
            await finds(stack.without("store"), /its traces reach no store/);
        });

        it("may be in a chart that was not rendered", async () => {
            const chart = resource("platform:base:Chart", "tempo", { rendered: false });
            const result = await stack.judge({ store: undefined, chart });
            assert.equal(result.verdict("OBS-05").verdict, "not judged");
        });
    });

    describe("programs", () => {
        const nobody = /no program sends it traces/;

        it("are missing where nothing sends, or nothing but in name", async () => {
            await finds(stack.without("proxies"), nobody);
            for (const off of [
                { samplingRate: 0, provider: { host: gatewayHost } },
                { samplingFraction: { numerator: 0 }, provider: { host: gatewayHost } },
            ]) {
                await finds(stack.judge({ proxies: proxies(off) }), nobody);
            }
            for (const name of [
                { name: "OTEL_SDK_DISABLED", value: "true" },
                { name: "OTEL_TRACES_EXPORTER", value: "none" },
            ]) {
                const web = program(endpoint(`http://${gatewayHost}:4317`), name);
                await finds(stack.judge({ proxies: undefined, web }), nobody);
            }
        });

        for (const value of [
            `http://${gatewayHost}:4318`,
            "http://gateway-collector.opentelemetry:4318/v1/traces",
            "gateway-collector.opentelemetry.svc:4317",
        ]) {
            it(`send by ${value}`, async () => {
                const web = program(endpoint(value));
                const result = stack.judge({ proxies: undefined, web });
                assert.deepEqual(await stack.found(result), []);
            });
        }

        it("send through references and by what is put into pods", async () => {
            const backendRefs = [{ name: "gateway-collector", namespace: "opentelemetry" }];
            const named = stack.judge({ proxies: proxies({ provider: { backendRefs } }) });
            assert.deepEqual(await stack.found(named), []);
            const instrumentation = within(
                "apps",
                "opentelemetry.io/v1alpha1",
                "Instrumentation",
                "node",
                { spec: { exporter: { endpoint: `http://${gatewayHost}:4317` } } },
            );
            const annotated = withValue(
                program(),
                [
                    "spec",
                    "template",
                    "metadata",
                    "annotations",
                    "instrumentation.opentelemetry.io/inject-nodejs",
                ],
                "true",
            );
            const put = { proxies: undefined, instrumentation };
            assert.deepEqual(await stack.found(stack.judge({ ...put, web: annotated })), []);
            await finds(stack.judge({ ...put, web: program() }), nobody);
        });

        it("are told where they send to nobody", async () => {
            const web = program(endpoint("http://collector.apps:4317"));
            await finds(
                stack.judge({ web }),
                /Deployment\/apps\/web: it sends traces to http:\/\/collector\.apps:4317, where nothing takes/,
            );
        });

        it("do not send straight to a store", async () => {
            const result = stack.judge({ gateway: undefined, sampler: undefined });
            await finds(result, /the stack has no collector, which would sample them/);
        });
    });

    describe("links", () => {
        it("lead to data sources that are there", async () => {
            await finds(stack.without("logs"), /a trace leads to no logs/);
            await finds(stack.without("metrics"), /a trace leads to no metrics/);
            await finds(stack.without("traces"), /none of its data sources shows traces/);
            await finds(stack.judge({ traces: dataSource("tempo") }), /a trace leads to no logs/);
        });

        it("are not those of another kind", async () => {
            const crossed = {
                tracesToLogsV2: { datasourceUid: "prometheus" },
                tracesToMetrics: { datasourceUid: "loki" },
            };
            const result = stack.judge({ traces: dataSource("tempo", crossed) });
            assert.equal((await stack.found(result)).length, 2);
        });

        it("may be of the older kind, and of the map of services", async () => {
            const older = {
                tracesToLogs: { datasourceUid: "loki" },
                serviceMap: { datasourceUid: "prometheus" },
            };
            const result = stack.judge({ traces: dataSource("tempo", older) });
            assert.equal(await stack.verdict(result), "met");
        });
    });

    const unknown: readonly (readonly [string, Path])[] = [
        ["gateway", CONFIG],
        ["sampler", at("exporters", "otlp", "endpoint")],
        ["proxies", ["spec", "telemetry", "tracing", "provider", "host"]],
        ["traces", ["spec", "datasource", "jsonData"]],
        ["traces", ["spec", "datasource", "jsonData", "tracesToLogsV2", "datasourceUid"]],
    ];
    for (const [name, path] of unknown) {
        it(`is not judged where only the update knows ${path.slice(1).join(".")} of ${name}`, async () => {
            assert.equal(await stack.verdict(stack.with(name, path, UNKNOWN)), "not judged");
        });
    }
});
