import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import type { End } from "../base/connection";
import { httpProbes, resources, restrictedContainer, secretVariable } from "../base/containers";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Manifest } from "../base/object";
import { image } from "../base/pins";
import { priorities } from "../base/priority";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import {
    cloudflareTunnelAlerts,
    cloudflareTunnelScrapes,
    TUNNEL_METRICS_PORT,
    tunnelPods,
} from "./cloudflare-tunnel-alerts";
import { cloudflareTunnelDashboards } from "./cloudflare-tunnel-dashboards";

const NO_ACCOUNT = "it needs a tunnel at Cloudflare and its token";

/** The way in from the internet. */
export const cloudflareTunnel = define({
    name: "cloudflareTunnel",
    layer: "network",
    purpose: "the way in from the internet over Cloudflare, without an open port at the site",
    origin: "001: no open ports, the edge leads to the gateway",
    charts: {},
    // There is no chart of Cloudflare's own.
    images: { cloudflared: image("docker.io/cloudflare/cloudflared", "2026.8.2") },
    leaves: "the tunnel at Cloudflare with its public host names, which people made",
    offIn: { dev: NO_ACCOUNT, staging: NO_ACCOUNT, prod: NO_ACCOUNT },
    secrets: {
        cloudflareTunnelToken: {
            description:
                "token of a Cloudflare tunnel; made at one.dash.cloudflare.com under Networks, " +
                "Tunnels, Create a tunnel, Cloudflared: what follows `--token` in its command",
            neededBecause: () => "systems.cloudflareTunnel is on",
        },
    },
    capabilities: {
        metrics: cloudflareTunnelScrapes,
        alerts: cloudflareTunnelAlerts,
        dashboards: cloudflareTunnelDashboards,
        routes: none("it carries requests; which host names there are is said by routes"),
        signOn: none("it carries requests and knows no users; who is behind a route asks"),
        backup: none("its settings are at Cloudflare, and the token is in the configuration"),
        sizing: { by: "pods follow the profile; a pod carries far more than a home line does" },
        flows: "declared",
        retention: none("it keeps nothing"),
    },
});

const NAME = "cloudflared";
const NAMESPACE = "cloudflare-tunnel";
const TOKEN_SECRET = "tunnel-token";
const TOKEN_KEY = "token";

/**
 * Where Cloudflare's edge listens for tunnels, over QUIC or HTTP/2 (developers.cloudflare.com,
 * "Tunnel with firewall").
 */
const EDGE_PORT = 7844;

/** After Cloudflare's guide "Kubernetes" for tunnels; the token stays out of the arguments. */
function deployment(replicas: number): Manifest {
    const { readinessProbe } = httpProbes("/ready", "metrics");
    // `/ready` fails while the internet is away, and a new pod would not bring it back.
    const { livenessProbe } = httpProbes("/healthcheck", "metrics");
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: NAME, namespace: NAMESPACE },
        spec: {
            replicas,
            selector: { matchLabels: tunnelPods },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            template: {
                metadata: { labels: tunnelPods },
                spec: {
                    priorityClassName: priorities.platform.name,
                    // It never asks the API server.
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: {
                        runAsNonRoot: true,
                        // `nonroot` of the image.
                        runAsUser: 65532,
                        runAsGroup: 65532,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    // Requests that run may take as long as cloudflared waits for them, 30 seconds.
                    terminationGracePeriodSeconds: 45,
                    topologySpreadConstraints: spread(tunnelPods),
                    containers: [
                        {
                            name: NAME,
                            image: cloudflareTunnel.images.cloudflared.reference,
                            args: [
                                "tunnel",
                                "--no-autoupdate",
                                "--metrics",
                                `0.0.0.0:${TUNNEL_METRICS_PORT}`,
                                "run",
                            ],
                            env: [secretVariable("TUNNEL_TOKEN", TOKEN_SECRET, TOKEN_KEY)],
                            ports: [{ name: "metrics", containerPort: TUNNEL_METRICS_PORT }],
                            resources: resources("20m", "64Mi", "256Mi"),
                            readinessProbe,
                            livenessProbe,
                            securityContext: restrictedContainer,
                        },
                    ],
                },
            },
        },
    };
}

/**
 * The way in from the internet: the pods open connections to Cloudflare, visitors come back through
 * them, and no port of the site is open. Which host names lead where is set at Cloudflare, with the
 * tunnel (a "remotely managed" one); what they reach inside, the network policies decide.
 */
export class CloudflareTunnel extends System<typeof cloudflareTunnel> {
    /** Its pods, which the layer of the gateway lets in there, and nobody else anywhere. */
    readonly end: End;

    constructor(
        context: SystemContext<typeof cloudflareTunnel>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, secret, pods } = context;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(NAMESPACE, {
            tier: "platform",
            backup: 2,
            flows: [
                {
                    name: "cloudflare-edge",
                    pods: tunnelPods,
                    to: "internet",
                    ports: [EDGE_PORT, { port: EDGE_PORT, protocol: "UDP" }],
                },
                // Keys by which it checks the tokens of Cloudflare Access.
                { name: "cloudflare-access", pods: tunnelPods, to: "internet", ports: [443] },
            ],
        });
        this.end = { namespace, pods: tunnelPods };
        const token = new ConfiguredSecret(
            `${NAMESPACE}-token`,
            {
                namespace,
                secretName: TOKEN_SECRET,
                rotation: yearly,
                values: { [TOKEN_KEY]: secret("cloudflareTunnelToken") },
            },
            { parent: this },
        );
        this.budget(NAME, this.end, replicas);
        this.waitFor(
            this.object(deployment(replicas), {
                dependsOn: [...pods, ...namespace.guardrails, token.object],
            }),
        );
        this.observe(namespace);
    }
}
