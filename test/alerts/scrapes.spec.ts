/** Scrapes against the pods that the charts make. */
import * as assert from "node:assert/strict";
import { z } from "zod";
import { missingCharts } from "../../preview/recorded-stack";
import { EVERYTHING, recordedStackFile } from "../fixtures/stack-files";
import { type DeclaredScrape, scrapes } from "./declared";

/** Made by an operator, or by the cluster itself; their labels and ports are in no manifest. */
const NOT_IN_CHARTS = [
    "alertmanager",
    "apiserver",
    "coredns",
    "kube-controller-manager",
    "kube-etcd",
    "kube-scheduler",
    "kubelet",
    "prometheus",
    "envoy-proxy",
    "grafana",
    "kafka",
    "kafka-connect",
    "kafka-exporter",
    "kafka-topic-operator",
    "kafka-user-operator",
    "keycloak",
    "schema-registry",
    "thanos-sidecar",
    "trace-gateway",
    "trace-metrics",
    "trace-sampler",
    "jaeger",
    "tekton-pipelines",
    "tekton-events-controller",
    "tekton-pipelines-webhook",
    "tekton-pipelines-remote-resolvers",
    "tekton-triggers-controller",
    "tekton-triggers-webhook",
    "istiod",
    "istio-cni",
    "ztunnel",
    "rook-ceph-mgr",
    "rook-ceph-exporter",
    "sample",
    "sample-sentinel",
];

/** How charts call a port with metrics; as in `policy/observability/scraping.ts`. */
const METRICS = /(?:^|-)(?:metrics|monitoring|prometheus|prom)(?:-|$)/;

const workload = z.object({
    kind: z.enum(["Deployment", "StatefulSet", "DaemonSet", "Rollout"]),
    metadata: z.object({ name: z.string() }),
    spec: z.object({
        template: z.object({
            metadata: z.object({ labels: z.record(z.string(), z.string()) }),
            spec: z.object({
                hostNetwork: z.boolean().default(false),
                containers: z.array(
                    z.object({
                        ports: z
                            .array(z.object({ name: z.string(), containerPort: z.number() }))
                            .default([]),
                    }),
                ),
            }),
        }),
    }),
});

type Workload = z.infer<typeof workload>;

function selects({ pods }: DeclaredScrape, { spec }: Workload): boolean {
    const { labels } = spec.template.metadata;
    return Object.entries(pods).every(([name, value]) => labels[name] === value);
}

function portsOf({ spec }: Workload) {
    return spec.template.spec.containers.flatMap(({ ports }) => ports);
}

describe("scrapes of what charts make", () => {
    const ofCharts = scrapes.filter(({ name }) => !NOT_IN_CHARTS.includes(name));
    let workloads: Workload[];

    before(async function () {
        const resources = await recordedStackFile(EVERYTHING);
        const missing = missingCharts(resources);
        if (missing.length > 0) {
            console.log(`    (${missing.length} charts not at hand, 4 laws skipped)`);
            this.skip();
        }
        workloads = resources
            .map(({ inputs }) => workload.safeParse(inputs))
            .flatMap(({ data }) => data ?? []);
    });

    it("select the pods of exactly one workload", () => {
        const counts = ofCharts.map((scrape) => ({
            name: scrape.name,
            count: workloads.filter((pods) => selects(scrape, pods)).length,
        }));
        assert.deepEqual(
            counts.filter(({ count }) => count !== 1),
            [],
        );
    });

    it("name a port of these pods, with its number", () => {
        const wrong = ofCharts.filter(
            (scrape) =>
                !workloads
                    .filter((pods) => selects(scrape, pods))
                    .flatMap(portsOf)
                    .some(
                        ({ name, containerPort }) =>
                            name === scrape.port && containerPort === scrape.number,
                    ),
        );
        assert.deepEqual(
            wrong.map(({ name }) => name),
            [],
        );
    });

    it("know which pods are on the network of their nodes", () => {
        const wrong = ofCharts.filter((scrape) =>
            workloads.some(
                (pods) =>
                    selects(scrape, pods) &&
                    pods.spec.template.spec.hostNetwork !== (scrape.hostNetwork ?? false),
            ),
        );
        assert.deepEqual(
            wrong.map(({ name }) => name),
            [],
        );
    });

    it("leave no port out whose name says metrics", () => {
        const left = workloads.flatMap((pods) =>
            portsOf(pods)
                .filter(({ name }) => METRICS.test(name))
                .filter(
                    ({ name }) =>
                        !scrapes.some((scrape) => scrape.port === name && selects(scrape, pods)),
                )
                .map(({ name }) => `${pods.metadata.name}: ${name}`),
        );
        assert.deepEqual(left, []);
    });
});
