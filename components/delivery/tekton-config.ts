/** What the operator of Tekton installs, and how: the TektonConfig. Pure. */
import { calledFromOutside } from "../../operators/ambient";
import { type TektonPart, tektonParts } from "../../operators/tekton-parts";
import { spread } from "../base/availability";
import { resources } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** Namespaces: of the operator, of what it installs, and of the runs. */
export const tektonNamespaces = {
    operator: "tekton-operator",
    pipelines: "tekton-pipelines",
    builds: "builds",
} as const;

/** Requests and limits of each Deployment that the operator makes. */
const needs: Readonly<Record<TektonPart, ReturnType<typeof resources>>> = {
    controller: resources("25m", "96Mi", "512Mi"),
    events: resources("10m", "64Mi", "128Mi"),
    webhook: resources("25m", "64Mi", "256Mi"),
    resolvers: resources("10m", "64Mi", "256Mi"),
    proxyWebhook: resources("10m", "48Mi", "128Mi"),
    triggersController: resources("15m", "64Mi", "256Mi"),
    triggersWebhook: resources("15m", "64Mi", "256Mi"),
    interceptors: resources("15m", "64Mi", "256Mi"),
};

/** Deployments that the API server calls. */
export const tektonWebhooks: readonly TektonPart[] = ["webhook", "proxyWebhook", "triggersWebhook"];

/** What differs from the release of one Deployment. */
function deployment(part: TektonPart, replicas: number): Record<string, unknown> {
    const { labels, container } = tektonParts[part];
    return {
        spec: {
            replicas,
            template: {
                metadata: tektonWebhooks.includes(part) ? { annotations: calledFromOutside } : {},
                spec: {
                    topologySpreadConstraints: spread(labels),
                    containers: [{ name: container, resources: needs[part] }],
                },
            },
        },
    };
}

function options(of: "pipeline" | "trigger", replicas: number): Record<string, unknown> {
    const mine = (Object.keys(tektonParts) as TektonPart[]).filter(
        (part) => tektonParts[part].of === of,
    );
    const scaled = mine.filter((part) => tektonParts[part].scaled === true);
    return {
        deployments: Object.fromEntries(
            mine.map((part) => [tektonParts[part].name, deployment(part, replicas)]),
        ),
        ...(scaled.length === 0
            ? {}
            : {
                  horizontalPodAutoscalers: Object.fromEntries(
                      scaled.map((part) => [
                          tektonParts[part].name,
                          { spec: { minReplicas: replicas, maxReplicas: replicas + 1 } },
                      ]),
                  ),
              }),
    };
}

/** Days after which a finished run is deleted, with its logs. */
export const KEPT_DAYS = 7;

/**
 * The only TektonConfig: pipelines and triggers. Chains and Results would keep what the registry and
 * the logs keep anyway; the dashboard is the program's, because the operator's has a root that can be
 * written to and rights over the whole cluster.
 */
export function tektonConfig(replicas: number): Manifest {
    return {
        apiVersion: "operator.tekton.dev/v1alpha1",
        kind: "TektonConfig",
        metadata: { name: "config", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: {
            profile: "basic",
            targetNamespace: tektonNamespaces.pipelines,
            config: { priorityClassName: priorities.platform.name },
            chain: { disabled: true },
            // The CRD wants the further fields of what is off as well (tektoncd/operator v0.81.1).
            result: { disabled: true, is_external_db: false },
            // Both run pods that admission refuses; a CronJob of the program does what they would.
            pruner: { disabled: true },
            tektonpruner: { disabled: true, "global-config": {} },
            scheduler: {
                disabled: true,
                "config.yaml": {},
                "multi-cluster-disabled": true,
                "multi-cluster-role": "",
            },
            platforms: { kubernetes: { pipelinesAsCode: { enable: false } } },
            // Flows are declared with their namespaces.
            networkPolicy: { disabled: true },
            pipeline: {
                "set-security-context": true,
                // Each step of a pipeline waits for the one before, which has left the volume.
                coschedule: "disabled",
                "enable-api-fields": "stable",
                "default-service-account": "builds",
                "default-timeout-minutes": 60,
                // Tasks are objects of the program: none is loaded from elsewhere.
                "enable-bundles-resolver": false,
                "enable-hub-resolver": false,
                "enable-git-resolver": false,
                "enable-cluster-resolver": false,
                "metrics.pipelinerun.level": "pipeline",
                "metrics.pipelinerun.duration-type": "histogram",
                "metrics.taskrun.level": "task",
                "metrics.taskrun.duration-type": "histogram",
                options: {
                    ...options("pipeline", replicas),
                    configMaps: {
                        "feature-flags": {
                            data: { "set-security-context-read-only-root-filesystem": "true" },
                        },
                    },
                },
            },
            trigger: {
                disabled: false,
                "enable-api-fields": "stable",
                options: options("trigger", replicas),
            },
        },
    };
}
