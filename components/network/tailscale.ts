import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { leavesDeadNode, spread } from "../base/availability";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { httpProbes, patchContainer, patchPod, resources } from "../base/containers";
import { define } from "../base/definition";
import { type Flow, toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { cidr } from "../base/values";
import { connectorLabels, tailscaleNamespace } from "../../operators/tailscale";
import { TAILSCALE_METRICS_PORT, tailscaleAlerts, tailscaleScrapes } from "./tailscale-alerts";
import { tailscaleDashboards } from "./tailscale-dashboards";

const NO_ACCOUNT = "it needs a tailnet and an OAuth client of it";
const CLIENT =
    "made at login.tailscale.com/admin/settings/oauth with the rights `Devices: Core` and " +
    "`Auth Keys`, both to write, and the tag `tag:k8s-operator`";
const needed = () => "systems.tailscale is on";

/** The way in for those who run the platform. */
export const tailscale = define({
    name: "tailscale",
    layer: "network",
    purpose: "the way into the site's network for people on the tailnet",
    origin: "001: a private network to the site, with its subnets",
    charts: {
        tailscaleOperator: chart(
            "tailscale-operator",
            "1.102.3",
            "https://pkgs.tailscale.com/helmcharts",
        ),
    },
    leaves: "devices in the tailnet, those of the operator and its connectors",
    offIn: { dev: NO_ACCOUNT, staging: NO_ACCOUNT, prod: NO_ACCOUNT },
    settings: {
        routes: z
            .array(cidr)
            .min(1)
            .optional()
            .describe(
                "networks that people on the tailnet reach through the site; default: `network.nodes`",
            ),
    },
    secrets: {
        tailscaleClientId: {
            description: `id of an OAuth client of the tailnet; ${CLIENT}`,
            neededBecause: needed,
        },
        tailscaleClientSecret: {
            description: `secret of the same OAuth client as tailscaleClientId, shown once; ${CLIENT}`,
            neededBecause: needed,
        },
    },
    capabilities: {
        metrics: tailscaleScrapes,
        alerts: tailscaleAlerts,
        dashboards: tailscaleDashboards,
        routes: none("it has no page; the tailnet's is at login.tailscale.com"),
        signOn: none("who is on the tailnet is decided there, by its own sign-on"),
        backup: none("the identity of a connector is made anew by the OAuth client"),
        sizing: { by: "connectors follow the profile; one carries what a home line does" },
        flows: "declared",
        retention: none("it keeps the identities of its connectors and nothing else"),
    },
});

const NAME = tailscaleNamespace;
/** Name that the chart mounts where no other is given. */
const CLIENT_SECRET = "operator-oauth";
/** Of the connector, and of what its pods are like. */
const CONNECTOR = "site";

const controllers: readonly Controller[] = [
    {
        resource: `Deployment/${NAME}/operator`,
        reason:
            "The operator is one device of the tailnet and has no leader election, so the chart fixes " +
            "one replica. Connectors go on without it.",
    },
];

/** What the chart has no values for. */
function patch(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const probes = httpProbes("/metrics", TAILSCALE_METRICS_PORT);
    const { readinessProbe } = probes;
    const withProbes = patchContainer(manifest, "operator", {
        ports: [{ name: "metrics", containerPort: TAILSCALE_METRICS_PORT }],
        // It serves metrics once it is on the tailnet, which the internet may delay.
        startupProbe: { ...(readinessProbe as object), failureThreshold: 60 },
        ...probes,
        volumeMounts: [
            { name: "oauth", mountPath: "/oauth", readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
        ],
    });
    return patchPod(withProbes, {
        volumes: [
            { name: "oauth", secret: { secretName: CLIENT_SECRET } },
            { name: "tmp", emptyDir: {} },
        ],
    });
}

/** Ways out of the operator and the connectors, whose labels the operator gives. */
const flows: readonly Flow[] = [
    toApiServer(),
    // The coordination server and the relays, and direct ways to devices: any port, mostly 41641.
    { name: "tailnet", to: "internet", ports: [443] },
    {
        name: "tailnet-direct",
        to: "internet",
        ports: [
            { port: 3478, protocol: "UDP" },
            { port: 41641, protocol: "UDP" },
        ],
    },
    // Pages of the platform at the addresses of load balancers, and of machines at the site.
    { name: "site-pages", to: "nodes", ports: [80, 443] },
];

/**
 * Lets people on the tailnet into the networks of the site: a connector tells the routes to the
 * tailnet, whose policy says who may use them. It works in the user space of its pod; only the
 * operator's own first step, which sets a sysctl, is privileged.
 */
export class Tailscale extends System<typeof tailscale> {
    constructor(context: SystemContext<typeof tailscale>, opts: pulumi.ComponentResourceOptions) {
        super(context, { controllers }, opts);
        const { secret } = context;
        const namespace = this.namespace(NAME, {
            tier: "platform",
            backup: 2,
            podSecurity: "privileged",
            flows,
        });
        const client = new ConfiguredSecret(
            `${NAME}-client`,
            {
                namespace,
                secretName: CLIENT_SECRET,
                rotation: yearly,
                values: {
                    client_id: secret("tailscaleClientId"),
                    client_secret: secret("tailscaleClientSecret"),
                },
            },
            { parent: this },
        );
        const installed = this.chart(tailscale.charts.tailscaleOperator, {
            release: "tailscale-operator",
            namespace,
            apiGroups: ["tailscale.com"],
            needs: [client.object],
            patch,
            values: {
                operatorConfig: {
                    image: {
                        repository: "ghcr.io/tailscale/k8s-operator",
                        pullPolicy: "IfNotPresent",
                    },
                    // Its files are in a folder of its configuration, of which nothing is kept.
                    extraEnv: [{ name: "XDG_CONFIG_HOME", value: "/tmp" }],
                    podSecurityContext: {
                        runAsNonRoot: true,
                        runAsUser: 65532,
                        runAsGroup: 65532,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    securityContext: {
                        allowPrivilegeEscalation: false,
                        readOnlyRootFilesystem: true,
                        capabilities: { drop: ["ALL"] },
                    },
                    tolerations: leavesDeadNode,
                    priorityClassName: priorities.platform.name,
                    resources: resources("25m", "64Mi", "256Mi"),
                },
                proxyConfig: {
                    image: { repository: "ghcr.io/tailscale/tailscale" },
                    defaultProxyClass: CONNECTOR,
                },
                // Pages go through the gateway, which asks who somebody is.
                ingressClass: { enabled: false },
                // `kubectl` goes to the API servers, which know people by themselves.
                apiServerProxyConfig: { mode: "false" },
            },
        });
        this.connect(context, namespace, installed.ready);
        this.observe(namespace);
    }

    /** What the pods of connectors are like, and the connector of the site. */
    private connect(
        { site, settings }: SystemContext<typeof tailscale>,
        namespace: Namespace,
        ready: readonly pulumi.Resource[],
    ): void {
        const own = (kind: string, spec: Readonly<Record<string, unknown>>) => {
            return this.object(
                {
                    apiVersion: "tailscale.com/v1alpha1",
                    kind,
                    metadata: { name: CONNECTOR },
                    spec,
                },
                { dependsOn: [...ready, ...this.definition(`tailscale.com/${kind}`)] },
            );
        };
        const replicas = site.replicas("serving");
        const pods = connectorLabels(CONNECTOR);
        this.budget("connectors", { namespace, pods }, replicas);
        const proxyClass = own("ProxyClass", {
            statefulSet: {
                pod: {
                    priorityClassName: priorities.platform.name,
                    topologySpreadConstraints: spread(pods),
                    tailscaleContainer: {
                        // Its default is a kernel device and a privileged container.
                        env: [{ name: "TS_USERSPACE", value: "true" }],
                        imagePullPolicy: "IfNotPresent",
                        resources: resources("20m", "64Mi", "256Mi"),
                        securityContext: {
                            runAsNonRoot: true,
                            // As in upstream's docs/k8s/userspace-sidecar.yaml.
                            runAsUser: 1000,
                            runAsGroup: 1000,
                            allowPrivilegeEscalation: false,
                            capabilities: { drop: ["ALL"] },
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                    },
                    tailscaleInitContainer: { resources: resources("10m", "16Mi", "64Mi") },
                },
            },
        });
        this.waitFor(
            proxyClass,
            own("Connector", {
                hostnamePrefix: site.cluster.name,
                proxyClass: CONNECTOR,
                replicas,
                subnetRouter: { advertiseRoutes: settings.routes ?? [site.network.nodes] },
            }),
        );
    }
}
