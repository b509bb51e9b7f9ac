import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { patchContainer, patchPod, resources, restrictedContainer } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { isRecord, type Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { metricsServer } from "./metrics-server";
import { recommenderPods } from "./recommendations";
import {
    verticalPodAutoscalerAlerts,
    verticalPodAutoscalerScrapes,
} from "./vertical-pod-autoscaler-alerts";
import { verticalPodAutoscalerDashboards } from "./vertical-pod-autoscaler-dashboards";

/** What recommends requests. */
export const verticalPodAutoscaler = define({
    name: "verticalPodAutoscaler",
    layer: "observability",
    purpose: "recommends requests from what containers used",
    origin: "002.3.3, 003.10: right size",
    charts: {
        verticalPodAutoscaler: chart(
            "vertical-pod-autoscaler",
            "0.11.0",
            "https://kubernetes.github.io/autoscaler",
        ),
    },
    needs: [metricsServer],
    offIn: { dev: "what is used there says nothing of what is used elsewhere" },
    capabilities: {
        metrics: verticalPodAutoscalerScrapes,
        alerts: verticalPodAutoscalerAlerts,
        dashboards: verticalPodAutoscalerDashboards,
        routes: none("its recommendations are objects of the API; Goldilocks shows them"),
        signOn: none("nobody signs on to it"),
        backup: none("what it has learned are objects of the API, learned anew in eight days"),
        sizing: { by: "one recommender works and the other waits; memory follows the containers" },
        flows: "declared",
        retention: [{ what: "how containers used processors and memory", for: "192h" }],
    },
});

/** Namespace, and name of the release: both are in the names that the chart makes. */
const NAME = "vpa";

/**
 * How a workload finds its pods is read from the workload itself for the kinds of Kubernetes, and
 * from its scale for all others (autoscaler v1.7.1: pkg/target/fetcher.go): no wildcard over those.
 */
function namingScales(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind === "ClusterRole" && Array.isArray(rules)
        ? {
              ...manifest,
              rules: rules.map((rule: unknown) =>
                  isRecord(rule) &&
                  Array.isArray(rule.resources) &&
                  rule.resources.includes("*/scale")
                      ? {
                            ...rule,
                            apiGroups: ["apps"],
                            resources: ["deployments", "replicasets", "statefulsets"].map(
                                (kind) => `${kind}/scale`,
                            ),
                        }
                      : rule,
              ),
          }
        : manifest;
}

/** What the chart has no values for; both probes ask the same, so the pod is killed later. */
function patch(manifest: Manifest): Manifest {
    const placed = patchPod(namingScales(manifest), {
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(recommenderPods),
    });
    return patchContainer(placed, "recommender", { livenessProbe: { failureThreshold: 6 } });
}

/**
 * The recommender alone. The updater, which evicts pods to give them other requests, and the
 * admission controller, which writes them, are not installed: requests are what the program says,
 * judged at preview, and a person takes a recommendation over.
 */
export class VerticalPodAutoscaler extends System<typeof verticalPodAutoscaler> {
    constructor(
        context: SystemContext<typeof verticalPodAutoscaler>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: none("what it has learned are objects of the API, learned anew in eight days"),
            flows: [toApiServer()],
        });
        const off = { enabled: false };
        this.chart(verticalPodAutoscaler.charts.verticalPodAutoscaler, {
            release: NAME,
            namespace,
            apiGroups: ["autoscaling.k8s.io"],
            patch,
            values: {
                admissionController: off,
                updater: off,
                podSecurityContext: {
                    runAsNonRoot: true,
                    runAsUser: 65_534,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containerSecurityContext: restrictedContainer,
                recommender: {
                    replicas,
                    podDisruptionBudget: off,
                    // It prefers what the constraints demand.
                    affinity: { podAntiAffinity: null },
                    resources: resources("25m", "160Mi", "512Mi"),
                },
            },
        });
        this.budget("vpa-recommender", { namespace, pods: recommenderPods }, replicas);
        this.observe(namespace);
    }
}
