import type * as pulumi from "@pulumi/pulumi";
import { minimumAvailable, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { httpProbes, patchContainer } from "../base/containers";
import type { Flow } from "../base/flows";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject, Manifest } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import type { Settings } from "../settings";
import { charts } from "../versions";

/** Arguments of {@link CertManager}. */
export interface CertManagerArgs extends SystemArgs {
    /** The CRDs of the Gateway API when it is on: the controller looks for them once, at its start. */
    readonly needs: readonly pulumi.Resource[];
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
function dns01({ systems }: Settings): ChartValues {
    return systems.certManager.acme === undefined
        ? {}
        : {
              dns01RecursiveNameservers: PUBLIC_RESOLVERS.map((ip) => `${ip}:53`).join(","),
              dns01RecursiveNameserversOnly: true,
          };
}

function flows({ systems }: Settings, apiServerPort: number): Flow[] {
    const acme = systems.certManager.acme === undefined ? [] : PUBLIC_RESOLVERS;
    return [
        { name: "webhook", pods: webhookPods, from: "api-server", ports: [10250] },
        { name: "to-api-server", to: "api-server", ports: [apiServerPort] },
        ...acme.map((address, index): Flow => ({
            name: `public-dns-${index}`,
            pods: controllerPods,
            to: { cidr: `${address}/32` },
            ports: [53, { port: 53, protocol: "UDP" }],
        })),
        // The ACME server and the DNS provider's API.
        ...(acme.length > 0
            ? [{ name: "acme", pods: controllerPods, to: "internet", ports: [443] } as const]
            : []),
    ];
}

function workload(labels: Readonly<Record<string, string>>, replicas: number): ChartValues {
    return {
        podDisruptionBudget: {
            enabled: replicas > 1,
            minAvailable: minimumAvailable(replicas),
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
        topologySpreadConstraints: spread(labels),
    };
}

function resources(cpu: string, memory: string, limit: string): ChartValues {
    return { resources: { requests: { cpu, memory }, limits: { memory: limit } } };
}

/** Probes that the chart leaves out, and what makes a webhook configuration ready. */
function patch(manifest: Manifest): Manifest {
    if (manifest.kind.endsWith("WebhookConfiguration")) {
        // Pods that are ready do not mean a webhook that answers: only when the CA injector has
        // written the certificate can the API server call it (pitfall P17).
        const annotations = {
            ...manifest.metadata.annotations,
            "pulumi.com/waitFor": "jsonpath={.webhooks[*].clientConfig.caBundle}",
        };
        return { ...manifest, metadata: { ...manifest.metadata, annotations } };
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
export class CertManager extends System {
    /** Where the Secrets of cluster-wide issuers lie. */
    readonly home: Namespace;
    /** The CRDs by `<group>/<Kind>`; certificates and issuers depend on theirs. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;
    /** The webhook answers: issuers and certificates may be created. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs }: CertManagerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "CertManager", name, { context }, opts);
        const { settings, apiServerPort } = context;
        const replicas = settings.replicas("serving");
        // Every certificate in the cluster passes the webhook.
        const webhookReplicas = settings.replicas("critical");
        this.home = this.namespace("cert-manager", {
            tier: "platform",
            flows: flows(settings, apiServerPort),
        });
        const chart = this.chart(name, {
            pin: charts.certManager,
            release: RELEASE,
            namespace: this.home,
            needs,
            patch,
            values: {
                global: {
                    leaderElection: { namespace: this.home.name },
                    priorityClassName: "system-cluster-critical",
                },
                crds: { enabled: true },
                replicaCount: replicas,
                ...workload(controllerPods, replicas),
                ...resources("25m", "64Mi", "256Mi"),
                ...(settings.systems.gatewayApi.enabled
                    ? {
                          config: {
                              apiVersion: "controller.config.cert-manager.io/v1alpha1",
                              kind: "ControllerConfiguration",
                              enableGatewayAPI: true,
                          },
                      }
                    : {}),
                ...dns01(settings),
                webhook: {
                    replicaCount: webhookReplicas,
                    ...workload(webhookPods, webhookReplicas),
                    ...resources("10m", "32Mi", "128Mi"),
                },
                cainjector: {
                    replicaCount: replicas,
                    ...workload(cainjectorPods, replicas),
                    ...resources("10m", "64Mi", "512Mi"),
                },
                // A Job that waits for the webhook, as a hook; here the wait above does it.
                startupapicheck: { enabled: false },
            },
        });
        this.definitions = chart.definitions;
        this.ready = chart.ready;
        this.registerOutputs({});
    }
}
