import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { budgetValues, spread } from "../base/availability";
import { admissionExemptions } from "../../trust/admission-exemptions";
import { none } from "../base/capabilities";
import type { ChartValues } from "../base/chart-renderer";
import { httpProbes, patchContainer, resources } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { kyvernoAlerts, kyvernoObjectives, kyvernoScrapes } from "./kyverno-alerts";
import { kyvernoDashboards } from "./kyverno-dashboards";
import { exceptionNamespace } from "./kyverno-exceptions";
import { kyvernoPolicyAlerts } from "./kyverno-policies-alerts";

/** Admission control, and the policies that it enforces. */
export const kyverno = define({
    name: "kyverno",
    layer: "security",
    purpose: "admission control that refuses what the policies of the platform forbid",
    origin: "000.5, 004.1.3: policies that are enforced, not reported",
    charts: { kyverno: chart("kyverno", "3.9.0", "https://kyverno.github.io/kyverno/") },
    settings: {
        imageSignatures: z
            .enum(["audit", "enforce"])
            .default("audit")
            .describe(
                "what happens to images without the signature that upstream gives them: `audit` tells of them by an alert, `enforce` refuses them; that needs registries and Sigstore whenever somebody deploys, so look at a month of `audit` first",
            ),
    },
    capabilities: {
        metrics: kyvernoScrapes,
        alerts: [...kyvernoAlerts, ...kyvernoPolicyAlerts],
        objectives: kyvernoObjectives,
        dashboards: kyvernoDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("the program writes its policies anew"),
        sizing: { by: "the profile: admission is asked once for each object" },
        flows: "declared",
        retention: none("reports are replaced at each scan"),
    },
});

const RELEASE = "kyverno";

/** Labels of a controller's pods. */
const podsOf = (component: string) => ({
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/instance": RELEASE,
    "app.kubernetes.io/part-of": "kyverno",
});

const admissionPods = podsOf("admission-controller");

function workload(component: string, replicas: number): ChartValues {
    const labels = podsOf(component);
    return {
        replicas,
        podDisruptionBudget: budgetValues(replicas),
        topologySpreadConstraints: spread(labels),
    };
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
export class Kyverno extends System<typeof kyverno> {
    constructor(context: SystemContext<typeof kyverno>, opts: pulumi.ComponentResourceOptions) {
        super(context, { critical: ["Deployment/kyverno/kyverno-admission-controller"] }, opts);
        const { site } = context;
        const serving = site.replicas("serving");
        const namespace = this.namespace("kyverno", {
            tier: "platform",
            backup: none(
                "its policies are written by the program, its reports anew from what runs",
            ),
            flows: [
                // Admission and cleanup controller both serve webhooks.
                { name: "webhooks", from: "api-server", ports: [9443] },
                toApiServer(),
                // Registries and Sigstore, for the signatures of images.
                { name: "signatures", pods: admissionPods, to: "internet", ports: [443] },
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
        this.chart(kyverno.charts.kyverno, {
            release: RELEASE,
            namespace,
            apiGroups: [
                "kyverno.io",
                "policies.kyverno.io",
                "reports.kyverno.io",
                "wgpolicyk8s.io",
            ],
            needs: [anchor],
            patch,
            values: {
                // The program writes them, and preview judges them (SEC-05); nobody else may in the
                // namespace of Kyverno.
                features: { policyExceptions: { enabled: true, namespace: exceptionNamespace } },
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
                                    values: Object.keys(admissionExemptions),
                                },
                            ],
                        },
                    },
                },
                admissionController: {
                    ...workload("admission-controller", site.replicas("critical")),
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
        this.observe(namespace);
    }
}
