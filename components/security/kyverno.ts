import type * as pulumi from "@pulumi/pulumi";
import { minimumAvailable, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { httpProbes, patchContainer } from "../base/containers";
import type { KubernetesObject, Manifest } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";
import { exemptNamespaces } from "./exempt-namespaces";

/** Arguments of {@link Kyverno}. */
export interface KyvernoArgs extends SystemArgs {
    /** What its pods need to start: the pod network. */
    readonly needs: readonly pulumi.Resource[];
}

const RELEASE = "kyverno";

function workload(component: string, replicas: number): ChartValues {
    const labels = {
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/instance": RELEASE,
        "app.kubernetes.io/part-of": "kyverno",
    };
    return {
        replicas,
        podDisruptionBudget: {
            enabled: replicas > 1,
            minAvailable: minimumAvailable(replicas),
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
        topologySpreadConstraints: spread(labels),
    };
}

function resources(cpu: string, memory: string, limit: string) {
    return { requests: { cpu, memory }, limits: { memory: limit } };
}

/** Deployments whose program has no health endpoint; their metrics server lives and dies with it. */
const WITHOUT_HEALTH = ["kyverno-background-controller", "kyverno-reports-controller"];

function patch(manifest: Manifest): Manifest {
    return WITHOUT_HEALTH.includes(manifest.metadata.name ?? "")
        ? patchContainer(manifest, "controller", httpProbes("/metrics", "metrics"))
        : manifest;
}

/**
 * Admission control in the cluster. It fails closed: while no admission controller answers, no pod
 * outside of the exempt namespaces is created, hence three of them.
 */
export class Kyverno extends System {
    /** The CRDs by `<group>/<Kind>`; policies depend on theirs. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;
    /** Policies are enforced as soon as they exist. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs }: KyvernoArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "Kyverno", name, { context }, opts);
        const { settings, apiServerPort } = context;
        const serving = settings.replicas("serving");
        const namespace = this.namespace("kyverno", {
            tier: "platform",
            flows: [
                // Admission and cleanup controller both serve webhooks.
                { name: "webhooks", from: "api-server", ports: [9443] },
                { name: "to-api-server", to: "api-server", ports: [apiServerPort] },
            ],
        });
        // Kyverno writes its webhook configurations itself and names the ClusterRole `*:webhook`
        // as their owner (buildOwner in pkg/controllers/webhook/controller.go), but the chart has
        // none. With it they go when the platform goes, after the workloads that would write them
        // anew; left behind, a failing webhook without a backend blocks the API.
        const anchor = this.object(
            {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRole",
                metadata: { name: `${RELEASE}:webhook` },
            },
            {},
            { name: RELEASE, component: "kyverno" },
        );
        const chart = this.chart(name, {
            pin: charts.kyverno,
            release: RELEASE,
            namespace,
            needs: [...needs, anchor],
            patch,
            values: {
                global: { priorityClassName: "system-cluster-critical" },
                config: {
                    // Not even asked: what the cluster needs to get up again must start while
                    // Kyverno is down. Its own namespace is exempt by the chart's default.
                    webhooks: {
                        namespaceSelector: {
                            matchExpressions: [
                                {
                                    key: "kubernetes.io/metadata.name",
                                    operator: "NotIn",
                                    values: exemptNamespaces,
                                },
                            ],
                        },
                    },
                },
                admissionController: {
                    ...workload("admission-controller", settings.replicas("critical")),
                    container: { resources: resources("100m", "256Mi", "768Mi") },
                },
                backgroundController: {
                    ...workload("background-controller", serving),
                    resources: resources("50m", "64Mi", "256Mi"),
                },
                cleanupController: {
                    ...workload("cleanup-controller", serving),
                    resources: resources("50m", "64Mi", "256Mi"),
                },
                reportsController: {
                    ...workload("reports-controller", serving),
                    resources: resources("50m", "128Mi", "512Mi"),
                },
                // The chart's three hooks are Jobs around Helm's upgrade and delete, and nothing
                // runs those here. The migration rewrites stored policies in the newest API version:
                // the program writes them anew itself. The two before a delete remove the webhook
                // configurations: see the anchor above.
                crds: { migration: { enabled: false } },
                webhooksCleanup: { enabled: false },
            },
        });
        this.definitions = chart.definitions;
        this.ready = chart.ready;
        this.registerOutputs({});
    }
}
