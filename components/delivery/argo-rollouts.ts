import type * as pulumi from "@pulumi/pulumi";
import { budgetValues, spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { Collector, SystemContext } from "../base/foundation";
import { metricsTarget, metricsUrl } from "../base/metrics-target";
import { isRecord, type Manifest } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { gatewayApi } from "../foundation/gateway-api";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { analysisTemplates } from "./analysis";
import {
    ARGO_ROLLOUTS,
    argoRolloutsAlerts,
    argoRolloutsPods,
    argoRolloutsScrapes,
} from "./argo-rollouts-alerts";
import { argoRolloutsDashboards } from "./argo-rollouts-dashboards";

/** New versions for a few first. */
export const argoRollouts = define({
    name: "argoRollouts",
    layer: "delivery",
    purpose: "gives new versions a part of the requests first, and takes back those that fail",
    origin: "000.6, 004.5.3: canaries that are taken back on errors",
    charts: {
        argoRollouts: chart("argo-rollouts", "2.41.0", "https://argoproj.github.io/argo-helm"),
    },
    images: {
        gatewayPlugin: image(
            "ghcr.io/argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi",
            "v0.15.0",
        ),
    },
    needs: [gatewayApi, prometheusOperatorCrds],
    offIn: { dev: "one replica of everything has nothing to divide requests between" },
    capabilities: {
        metrics: argoRolloutsScrapes,
        alerts: argoRolloutsAlerts,
        dashboards: argoRolloutsDashboards,
        routes: none(
            "its page knows no login and stays off; rollouts are seen in Argo CD and Grafana",
        ),
        signOn: none("nobody signs on to it"),
        backup: none("what it decides follows from Rollouts and their metrics"),
        sizing: none("one of two leads; hundreds of Rollouts cost it no more"),
        flows: "declared",
        retention: none(
            "analyses are kept by their Rollouts: five that succeeded, five that failed",
        ),
    },
});

/** Where the plugin lies in the controller. */
const PLUGIN = { folder: "/plugins", file: "rollouts-plugin-trafficrouter-gatewayapi" } as const;

/** Arguments of {@link ArgoRollouts}. */
export interface ArgoRolloutsArgs extends SystemContext<typeof argoRollouts> {
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] };
    /** Whom analyses ask. */
    readonly collector: Collector;
}

/** It reads the one Secret of its notifications, in its own namespace, and no other. */
function withoutSecrets(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind !== "ClusterRole" || !Array.isArray(rules)
        ? manifest
        : {
              ...manifest,
              rules: rules.filter(
                  (rule: unknown) =>
                      !(
                          isRecord(rule) &&
                          Array.isArray(rule.resources) &&
                          rule.resources.includes("secrets")
                      ),
              ),
          };
}

/**
 * Argo Rollouts with the plugin for the Gateway API: the weights of routes are moved step by step,
 * while analyses ask Prometheus about the pods of the new version.
 */
export class ArgoRollouts extends System<typeof argoRollouts> {
    constructor(
        { gatewayApi: crds, collector, ...context }: ArgoRolloutsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super({ ...context, collector }, {}, opts);
        const { site } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(ARGO_ROLLOUTS, {
            tier: "platform",
            backup: none("it keeps nothing: Rollouts are with their applications"),
            flows: [toApiServer(argoRolloutsPods)],
        });
        const ways = connect("analyses", {
            from: { namespace, pods: argoRolloutsPods },
            to: { ...collector, ports: [metricsTarget.port] },
        });
        const secrets = this.ownSecrets(namespace.name).map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        const plugin = { name: "gateway-plugin", mountPath: PLUGIN.folder };
        this.chart(argoRollouts.charts.argoRollouts, {
            release: ARGO_ROLLOUTS,
            namespace,
            apiGroups: ["argoproj.io"],
            needs: [...crds.ready, ...secrets, ...ways],
            patch: withoutSecrets,
            values: {
                keepCRDs: false,
                createClusterAggregateRoles: true,
                podSecurityContext: restrictedPod(999),
                controller: {
                    replicas,
                    logging: { format: "json" },
                    priorityClassName: priorities.platform.name,
                    topologySpreadConstraints: spread(argoRolloutsPods),
                    pdb: budgetValues(replicas),
                    metrics: { enabled: true },
                    resources: resources("25m", "96Mi", "256Mi"),
                    initContainers: [
                        {
                            name: plugin.name,
                            image: argoRollouts.images.gatewayPlugin.reference,
                            imagePullPolicy: "IfNotPresent",
                            command: ["cp", `/bin/${PLUGIN.file}`, `${PLUGIN.folder}/`],
                            resources: resources("10m", "32Mi", "64Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [plugin],
                        },
                    ],
                    trafficRouterPlugins: [
                        {
                            name: "argoproj-labs/gatewayAPI",
                            location: `file://${PLUGIN.folder}/${PLUGIN.file}`,
                        },
                    ],
                    volumes: [{ name: plugin.name, emptyDir: { sizeLimit: "256Mi" } }],
                    volumeMounts: [plugin],
                },
                // Of what divides requests, the Gateway API alone.
                providerRBAC: {
                    providers: {
                        istio: false,
                        smi: false,
                        ambassador: false,
                        awsLoadBalancerController: false,
                        awsAppMesh: false,
                        traefik: false,
                        apisix: false,
                        contour: false,
                        glooPlatform: false,
                        gatewayAPI: true,
                    },
                },
                dashboard: { enabled: false },
                notifications: { configmap: { create: true }, secret: { create: false } },
            },
        });
        for (const template of analysisTemplates(metricsUrl(collector.namespace.name))) {
            const definition = this.definition("argoproj.io/ClusterAnalysisTemplate");
            this.waitFor(this.object(template, { dependsOn: [...definition] }));
        }
        this.observe(namespace);
    }

    /** What it may read of Secrets, which its cache waits for. */
    private ownSecrets(namespace: string): Manifest[] {
        const apiGroup = "rbac.authorization.k8s.io";
        const metadata = { name: "argo-rollouts-notifications", namespace };
        return [
            {
                apiVersion: `${apiGroup}/v1`,
                kind: "Role",
                metadata,
                rules: [
                    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] },
                ],
            },
            {
                apiVersion: `${apiGroup}/v1`,
                kind: "RoleBinding",
                metadata,
                roleRef: { apiGroup, kind: "Role", name: metadata.name },
                subjects: [{ kind: "ServiceAccount", name: ARGO_ROLLOUTS, namespace }],
            },
        ];
    }
}
