import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { patchContainer, resources, restrictedContainer } from "../base/containers";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { chart, image } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { awaitingAuthority } from "../base/webhooks";
import { traceGateway } from "../base/traces";
import { certManager } from "../security/cert-manager";
import { issuers } from "../security/issuers";
import {
    openTelemetryAlerts,
    openTelemetryOperatorPods,
    openTelemetryScrapes,
} from "./opentelemetry-alerts";
import { openTelemetryDashboards } from "./opentelemetry-dashboards";

/** Collectors of traces. */
export const openTelemetry = define({
    name: "openTelemetry",
    layer: "observability",
    purpose: "takes traces from programs, keeps the failed and slow ones and a share of the rest",
    origin: "000, 001, 002.3.2, 004.4.1: traces, sampled, linked with logs and metrics",
    charts: {
        operator: chart(
            "opentelemetry-operator",
            "0.122.0",
            "https://open-telemetry.github.io/opentelemetry-helm-charts",
        ),
    },
    images: {
        // The smaller distributions have no exporter that Prometheus can scrape.
        collector: image(
            "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
            "0.158.0",
        ),
    },
    needs: [certManager],
    offIn: { dev: "one request at a time is found in the logs" },
    capabilities: {
        metrics: openTelemetryScrapes,
        alerts: openTelemetryAlerts,
        dashboards: openTelemetryDashboards,
        routes: none("programs inside of the cluster send to it"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing but what is under way"),
        sizing: { by: "replicas follow the profile; each sampler holds 20 000 traces under way" },
        flows: "declared",
        retention: none("it holds a trace for half a minute"),
    },
});

/** Arguments of {@link OpenTelemetry}. */
export interface OpenTelemetryArgs extends SystemContext<typeof openTelemetry> {
    /** The authority of the webhook's certificate, and what writes it into the webhooks. */
    readonly certificates: readonly pulumi.Resource[];
}

const RELEASE = "opentelemetry-operator";

function withoutSidecars(webhook: unknown): boolean {
    return !isRecord(webhook) || webhook.name !== "mpod.kb.io";
}

/**
 * Rights that the operator has only to hand them on to collectors that look at the cluster, which
 * these here do not (v0.158.0: internal/components/processors and receivers, RBAC).
 */
const UNUSED = ["nodes/spec", "nodes/pods", "nodes/stats"];
/** It makes volumes by claims and reads what came of them (opentelemetrycollector_controller.go). */
const VOLUMES = "persistentvolumes";

/** The role without what is not used, and volumes to be read only. */
function narrowed(role: Manifest): Manifest {
    const rules: unknown[] = Array.isArray(role.rules) ? role.rules : [];
    return {
        ...role,
        rules: [
            ...rules.flatMap((rule) => {
                if (!isRecord(rule) || !Array.isArray(rule.resources)) {
                    return [rule];
                }
                const resources = rule.resources.filter(
                    (resource) => resource !== VOLUMES && !UNUSED.some((name) => name === resource),
                );
                return resources.length === 0 ? [] : [{ ...rule, resources }];
            }),
            { apiGroups: [""], resources: [VOLUMES], verbs: ["get", "list", "watch"] },
        ],
    };
}

/**
 * Pods that are ready do not mean a webhook that answers: the CA must be in it. And nobody asks the
 * operator before a pod is made: no pod here wants a sidecar of it.
 */
function patch(manifest: Manifest): Manifest {
    if (objectKey(manifest) === `ClusterRole/${RELEASE}-manager`) {
        return narrowed(manifest);
    }
    if (!manifest.kind.endsWith("WebhookConfiguration")) {
        return patchContainer(manifest, "manager", {
            livenessProbe: { failureThreshold: 6, timeoutSeconds: 5 },
        });
    }
    const webhooks = Array.isArray(manifest.webhooks) ? manifest.webhooks : [];
    return { ...awaitingAuthority(manifest), webhooks: webhooks.filter(withoutSidecars) };
}

/** The operator; the collectors come after what keeps their traces. */
export class OpenTelemetry extends System<typeof openTelemetry> {
    readonly home: Namespace;

    constructor(
        { certificates, ...context }: OpenTelemetryArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const replicas = context.site.replicas("serving");
        const pods = openTelemetryOperatorPods;
        this.home = this.namespace(traceGateway.namespace, {
            tier: "monitoring",
            backup: none("it keeps nothing"),
            flows: [
                toApiServer(pods),
                { name: "webhook", pods, from: "api-server", ports: [9443] },
            ],
        });
        this.chart(openTelemetry.charts.operator, {
            release: RELEASE,
            namespace: this.home,
            apiGroups: ["opentelemetry.io"],
            needs: certificates,
            patch,
            values: {
                replicaCount: replicas,
                priorityClassName: priorities.platform.name,
                topologySpreadConstraints: spread(pods),
                securityContext: {
                    runAsGroup: 65_532,
                    runAsNonRoot: true,
                    runAsUser: 65_532,
                    fsGroup: 65_532,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                manager: {
                    resources: resources("25m", "128Mi", "512Mi"),
                    securityContext: restrictedContainer,
                    // Prometheus has no account here; the network policies say who may read them.
                    metrics: { secure: false },
                    ports: { metricsPort: 8080 },
                    leaderElection: { enabled: true },
                },
                admissionWebhooks: {
                    certManager: {
                        enabled: true,
                        issuerRef: {
                            group: "cert-manager.io",
                            kind: "ClusterIssuer",
                            name: issuers.internal,
                        },
                    },
                },
            },
        });
        this.budget(RELEASE, { namespace: this.home, pods }, replicas);
        this.observe(this.home);
    }
}
