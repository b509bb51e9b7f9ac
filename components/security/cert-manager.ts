import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { budgetValues, spread } from "../base/availability";
import { z } from "zod";
import { none } from "../base/capabilities";
import type { ChartValues } from "../base/chart-renderer";
import { httpProbes, patchContainer, resources } from "../base/containers";
import { define, type SettingsOf } from "../base/definition";
import { type Flow, toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { awaitingAuthority } from "../base/webhooks";
import { email, httpsUrl } from "../base/values";
import { cloudflareApiToken } from "../network/cloudflare";
import {
    certManagerAlerts,
    certManagerObjectives,
    certManagerScrapes,
} from "./cert-manager-alerts";
import { certManagerDashboards } from "./cert-manager-dashboards";
import { issuerAlerts } from "./issuers-alerts";

/** Certificates, and who signs them. */
export const certManager = define({
    name: "certManager",
    layer: "security",
    purpose: "certificates as objects: requested, renewed and kept in Secrets",
    origin: "000.5, 001: certificates by themselves",
    charts: {
        certManager: chart("cert-manager", "v1.21.1", "https://charts.jetstack.io"),
    },
    settings: {
        acme: z
            .strictObject({
                email: email.describe("address of the ACME account"),
                server: httpsUrl
                    .default("https://acme-v02.api.letsencrypt.org/directory")
                    .describe("directory of the ACME server"),
                dns01: z
                    .enum(["cloudflare"])
                    .default("cloudflare")
                    .describe("who answers the DNS01 challenge"),
            })
            .optional()
            .describe("an ACME server that browsers trust; default: only the internal CA issues"),
    },
    secrets: {
        cloudflareApiToken: cloudflareApiToken(({ acme }: { readonly acme?: unknown }) =>
            acme === undefined ? undefined : "systems.certManager.acme is set",
        ),
    },
    serves: ["cert-manager.io/v1"],
    capabilities: {
        metrics: certManagerScrapes,
        alerts: [...certManagerAlerts, ...issuerAlerts],
        objectives: certManagerObjectives,
        dashboards: certManagerDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: kept(1, "the key of the internal CA, a Secret"),
        sizing: none("certificates are few and renewed over weeks"),
        flows: "declared",
        retention: none("it keeps nothing but the certificates that others use"),
    },
});

/** Arguments of {@link CertManager}. */
export interface CertManagerArgs extends SystemContext<typeof certManager> {
    /** The CRDs of the Gateway API when it is on: the controller looks for them once, at its start. */
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] } | undefined;
}

const RELEASE = "cert-manager";

/**
 * Resolvers that see the public DNS as ACME servers do; a home network often answers its own domain
 * itself, and the challenge would never be found. Cloudflare's, because the zone lies there too.
 */
const PUBLIC_RESOLVERS = ["1.1.1.1", "1.0.0.1"];

/** Labels by which the chart selects the pods of a component. */
function podLabels(name: string, component: string) {
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": RELEASE,
        "app.kubernetes.io/component": component,
    };
}
const controllerPods = podLabels("cert-manager", "controller");
const webhookPods = podLabels("webhook", "webhook");
const cainjectorPods = podLabels("cainjector", "cainjector");

/** How the DNS01 solver looks names up; nothing without ACME. */
function dns01({ acme }: SettingsOf<typeof certManager>): ChartValues {
    return acme === undefined
        ? {}
        : {
              dns01RecursiveNameservers: PUBLIC_RESOLVERS.map((ip) => `${ip}:53`).join(","),
              dns01RecursiveNameserversOnly: true,
          };
}

function flows({ acme }: SettingsOf<typeof certManager>): Flow[] {
    const resolvers = acme === undefined ? [] : PUBLIC_RESOLVERS;
    return [
        { name: "webhook", pods: webhookPods, from: "api-server", ports: [10250] },
        toApiServer(),
        ...resolvers.map((address, index): Flow => ({
            name: `public-dns-${index}`,
            pods: controllerPods,
            to: { cidr: `${address}/32` },
            ports: [53, { port: 53, protocol: "UDP" }],
        })),
        // The ACME server and the DNS provider's API.
        ...(resolvers.length > 0
            ? [{ name: "acme", pods: controllerPods, to: "internet", ports: [443] } as const]
            : []),
    ];
}

function workload(labels: Readonly<Record<string, string>>, replicas: number): ChartValues {
    return {
        podDisruptionBudget: budgetValues(replicas),
        topologySpreadConstraints: spread(labels),
    };
}

/** Probes that the chart leaves out, and what makes a webhook configuration ready. */
function patch(manifest: Manifest): Manifest {
    if (manifest.kind.endsWith("WebhookConfiguration")) {
        return awaitingAuthority(manifest);
    }
    const { readinessProbe } = httpProbes("/livez", "http-healthz");
    const controller = patchContainer(manifest, "cert-manager-controller", { readinessProbe });
    // The CA injector has no health endpoint, but its metrics server lives and dies with it.
    return patchContainer(
        controller,
        "cert-manager-cainjector",
        httpProbes("/metrics", "http-metrics"),
    );
}

/** Certificates as objects: requests them, renews them, keeps them in Secrets. */
export class CertManager extends System<typeof certManager> {
    /** Where the Secrets of cluster-wide issuers lie. */
    readonly home: Namespace;

    constructor(
        { gatewayApi, ...context }: CertManagerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { critical: ["Deployment/cert-manager/cert-manager-webhook"] }, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        // Every certificate in the cluster passes the webhook.
        const webhookReplicas = site.replicas("critical");
        this.home = this.namespace("cert-manager", {
            tier: "platform",
            backup: 1,
            flows: flows(settings),
        });
        this.chart(certManager.charts.certManager, {
            release: RELEASE,
            namespace: this.home,
            apiGroups: ["acme.cert-manager.io", "cert-manager.io"],
            needs: gatewayApi?.ready,
            patch,
            values: {
                global: {
                    leaderElection: { namespace: this.home.name },
                    priorityClassName: "system-cluster-critical",
                },
                crds: { enabled: true },
                replicaCount: replicas,
                ...workload(controllerPods, replicas),
                resources: resources("25m", "64Mi", "256Mi"),
                ...(gatewayApi === undefined
                    ? {}
                    : {
                          config: {
                              apiVersion: "controller.config.cert-manager.io/v1alpha1",
                              kind: "ControllerConfiguration",
                              enableGatewayAPI: true,
                          },
                      }),
                ...dns01(settings),
                webhook: {
                    replicaCount: webhookReplicas,
                    ...workload(webhookPods, webhookReplicas),
                    resources: resources("10m", "32Mi", "128Mi"),
                },
                cainjector: {
                    replicaCount: replicas,
                    ...workload(cainjectorPods, replicas),
                    resources: resources("10m", "64Mi", "512Mi"),
                },
                // A Job that waits for the webhook, as a hook; here the wait above does it.
                startupapicheck: { enabled: false },
            },
        });
        this.observe(this.home);
    }
}
