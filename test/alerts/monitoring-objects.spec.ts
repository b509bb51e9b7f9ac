import * as assert from "node:assert/strict";
import type { Alert } from "../../components/base/alert";
import { podMonitor, prometheusRule, runbookUrl } from "../../components/base/monitoring-objects";
import { jobOf, type Scrape } from "../../components/base/scrape";

const repository = "https://github.com/example/platform/blob/main";

const alert: Alert = {
    name: "RedisDown",
    expression: "redis_up == 0",
    for: "10m",
    severity: "warning",
    summary: "Redis is down",
    description: "Nothing is queued.",
};

const scrape: Scrape = {
    name: "redis",
    pods: { app: "redis" },
    port: "metrics",
    number: 9121,
    metrics: [],
};

/** The node of the pod. */
const ON_NODE = { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" };

describe("objects of the Prometheus operator", () => {
    it("say of an alert how bad it is, whose it is and what to do", () => {
        const rule = prometheusRule({ system: "redis", namespace: "queues", repository }, [alert]);
        assert.deepEqual(rule, {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "PrometheusRule",
            metadata: { name: "redis", namespace: "queues" },
            spec: {
                groups: [
                    {
                        name: "redis",
                        rules: [
                            {
                                alert: "RedisDown",
                                expr: "redis_up == 0",
                                for: "10m",
                                labels: { severity: "warning", system: "redis" },
                                annotations: {
                                    summary: "Redis is down",
                                    description: "Nothing is queued.",
                                    runbook_url: `${repository}/docs/runbooks/RedisDown.md`,
                                },
                            },
                        ],
                    },
                ],
            },
        });
    });

    it("link the runbook wherever the repository is read", () => {
        assert.equal(
            runbookUrl("https://git.home.arpa/platform/src/branch/main", "RedisDown"),
            "https://git.home.arpa/platform/src/branch/main/docs/runbooks/RedisDown.md",
        );
    });

    it("scrape pods over HTTP at /metrics, under the job that the scrape says", () => {
        assert.deepEqual(podMonitor("queues", scrape), {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "PodMonitor",
            metadata: { name: "redis", namespace: "queues" },
            spec: {
                selector: { matchLabels: { app: "redis" } },
                podMetricsEndpoints: [
                    {
                        port: "metrics",
                        path: "/metrics",
                        scheme: "http",
                        relabelings: [{ targetLabel: "job", replacement: "redis" }, ON_NODE],
                    },
                ],
            },
        });
    });

    it("give scrapes of the same kind one job, and the labels that tell them apart", () => {
        const one: Scrape = { ...scrape, name: "n8n-redis", job: "redis", podLabels: ["app"] };
        assert.equal(jobOf(one), "redis");
        const { metadata, spec } = podMonitor("n8n", one);
        assert.equal(metadata.name, "n8n-redis");
        assert.deepEqual(spec, {
            selector: { matchLabels: { app: "redis" } },
            podTargetLabels: ["app"],
            podMetricsEndpoints: [
                {
                    port: "metrics",
                    path: "/metrics",
                    scheme: "http",
                    relabelings: [{ targetLabel: "job", replacement: "redis" }, ON_NODE],
                },
            ],
        });
    });

    it("scrape in the namespace, at the path and as often as the scrape says", () => {
        const { metadata, spec } = podMonitor("queues", {
            ...scrape,
            namespace: "elsewhere",
            path: "/stats",
            interval: 120,
        });
        assert.equal(metadata.namespace, "elsewhere");
        assert.match(JSON.stringify(spec), /"path":"\/stats".*"interval":"120s"/);
    });

    it("verify a certificate by its authority, or not at all when that is said", () => {
        const authority = { secret: "redis-tls", key: "ca.crt" };
        const https = { serverName: "redis.queues.svc", authority };
        const endpoint = (tls: Scrape["https"]) =>
            JSON.stringify(podMonitor("queues", { ...scrape, https: tls }).spec);
        assert.match(endpoint(https), /"scheme":"https"/);
        assert.match(
            endpoint(https),
            /"tlsConfig":\{"serverName":"redis.queues.svc","ca":\{"secret":\{"name":"redis-tls","key":"ca.crt"\}\}\}/,
        );
        assert.match(
            endpoint({ unverified: "signs itself anew at each start" }),
            /"tlsConfig":\{"insecureSkipVerify":true\}/,
        );
    });
});
