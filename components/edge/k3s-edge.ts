import * as pulumi from "@pulumi/pulumi";
import { none, type PublicPage } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { Collector, SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { image } from "../base/pins";
import { System } from "../base/system";
import type { EdgeSettings, EdgeSite } from "../edge-schema";
import { envoyGateway } from "../gateway/envoy-gateway";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route } from "../gateway/route";
import { kubePrometheusStack } from "../observability/kube-prometheus-stack";
import { type LogStore, loki } from "../observability/loki";
import { intakePaths } from "./edge-agent";
import { edgeAgentManifests } from "./edge-agent-manifests";
import {
    EDGE_INTAKE,
    intakeConfigMap,
    intakePods,
    intakePorts,
    intakeServer,
    intakeService,
} from "./edge-intake-manifests";
import { EdgeMachines } from "./edge-machines";
import { edgeCredentials, edgePasswords, type EdgeSecrets, edgeSecrets } from "./edge-secrets";
import { edgeRules, k3sEdgeAlerts, k3sEdgeScrapes } from "./k3s-edge-alerts";
import { k3sEdgeDashboards } from "./k3s-edge-dashboards";

const intake: PublicPage = {
    what: "metrics and logs of edge sites, for their agents",
    guard: "public",
};
/** Label of the intake's host name below the site's domain. */
const HOST = "edge";
const NEEDS_SITES = "it needs sites, which only you know (edge)";

/** Small clusters at other places. */
export const k3sEdge = define({
    name: "k3sEdge",
    layer: "edge",
    purpose: "small clusters of k3s at other places, which go on while they are cut off",
    origin: "002.4.3: small clusters at the edge, with limits, which survive being cut off",
    charts: {},
    images: { alloy: image("docker.io/grafana/alloy", "v1.18.1") },
    needs: [kubePrometheusStack, loki, envoyGateway],
    offWithout: ({ edge }) => (edge === undefined ? NEEDS_SITES : undefined),
    capabilities: {
        metrics: k3sEdgeScrapes,
        alerts: k3sEdgeAlerts,
        dashboards: k3sEdgeDashboards,
        routes: [intake],
        signOn: none(
            "agents show the password of their site to the gateway; people sign on nowhere",
        ),
        backup: none("sites send their own snapshots of etcd to the target of backups"),
        sizing: { by: "the settings of each site; the intake keeps nothing" },
        flows: "declared",
        retention: none("what sites tell is kept as long as what the platform tells of itself"),
    },
    check: (_own, { edge }) =>
        edge === undefined
            ? [
                  {
                      key: "edge",
                      found: "nothing",
                      allowed: "sites, because systems.k3sEdge is on (or turn it off)",
                  },
              ]
            : [],
    requiredBecause: ({ edge }) =>
        edge === undefined
            ? undefined
            : `edge has ${edge.sites.map(({ name }) => name).join(" and ")}`,
});

/** Arguments of {@link K3sEdge}. */
export interface K3sEdgeArgs extends SystemContext<typeof k3sEdge> {
    readonly collector: Collector;
    readonly gateway: PublicGateway;
    /** Where metrics go: each server by its own address. */
    readonly metrics: { readonly endpoint: Endpoint; readonly members: readonly string[] };
    readonly logs: LogStore;
    /** What sites deploy by themselves, by the name of a file; default: nothing. */
    readonly delivered?: (
        edgeSite: EdgeSite,
    ) => pulumi.Input<Readonly<Record<string, readonly object[]>>>;
}

/**
 * Edge sites and what takes what they tell. Sites send metrics and logs through the gateway, each with
 * a password of its own; the platform asks nothing of them and reaches nothing there.
 */
export class K3sEdge extends System<typeof k3sEdge> {
    /** Where what sites tell comes in. */
    readonly home: Namespace;

    constructor(args: K3sEdgeArgs, opts: pulumi.ComponentResourceOptions) {
        const { collector, gateway, metrics, logs, delivered, ...context } = args;
        super({ ...context, collector }, {}, opts);
        const { site, pods } = context;
        const { edge } = site;
        if (edge === undefined) {
            throw new Error("k3sEdge is built without sites: the settings refuse such a stack");
        }
        const namespace = this.namespace(EDGE_INTAKE, {
            tier: "monitoring",
            backup: none(
                "what it takes it hands on; passwords and tokens are made again or kept outside",
            ),
            routed: true,
            flows: [],
        });
        this.home = namespace;
        const own = { namespace, pods: intakePods };
        const ways = [
            ...connect("edge-metrics-handed-on", { from: own, to: metrics.endpoint }),
            ...connect("edge-logs-handed-on", { from: own, to: logs.endpoint }),
        ];
        const configuration = intakeConfigMap({ prometheus: metrics.members, loki: logs.url });
        const replicas = site.replicas("serving");
        const before = { dependsOn: [namespace.object] };
        this.object(intakeService, before);
        const config = this.object(configuration, before);
        this.object(intakeServer(k3sEdge.images.alloy.reference, replicas, configuration), {
            dependsOn: [...namespace.guardrails, ...pods, ...ways, ...logs.ready, config],
        });
        this.budget(EDGE_INTAKE, own, replicas);
        const inside = { parent: this };
        const secrets = new Map(
            edge.sites.map((one) => [one, edgeSecrets(one, namespace, inside)] as const),
        );
        const passwords = edgePasswords(secrets, namespace, inside);
        this.routes({ site, gateway }, namespace, passwords.secretName);
        const rule = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
        this.object(edgeRules(edge.sites), {
            dependsOn: [namespace.object, ...(rule === undefined ? [] : [rule])],
        });
        this.observe(namespace);
        this.machines({ site, edge, secrets, delivered });
    }

    private routes(
        { site, gateway }: Pick<K3sEdgeArgs, "site" | "gateway">,
        namespace: Namespace,
        passwords: string,
    ): void {
        const shared = { site, gateway, host: `${HOST}.${site.domain}`, service: EDGE_INTAKE };
        const routes = [
            { open: "HTTPRoute/edge-intake/edge-metrics", kind: "metrics" },
            { open: "HTTPRoute/edge-intake/edge-logs", kind: "logs" },
        ] as const;
        for (const { open, kind } of routes) {
            const port = intakePorts[kind];
            new Route(
                `edge-${kind}`,
                {
                    ...shared,
                    port,
                    paths: [intakePaths[kind]],
                    guard: { open, passwords },
                    to: { namespace, pods: intakePods, ports: [port] },
                    answer: { path: intakePaths[kind], statuses: [401] },
                },
                { parent: this },
            );
        }
    }

    private machines({
        site,
        edge,
        secrets,
        delivered,
    }: Pick<K3sEdgeArgs, "site" | "delivered"> & {
        readonly edge: EdgeSettings;
        readonly secrets: ReadonlyMap<EdgeSite, EdgeSecrets>;
    }): void {
        const sites = [...secrets].map(([edgeSite, own]) => {
            const credentials = edgeCredentials(site, own);
            const manifests = pulumi
                .all([own.password.value("password"), delivered?.(edgeSite) ?? {}])
                .apply(([password, others]) => ({
                    "edge-agent": edgeAgentManifests({
                        site: edgeSite.name,
                        host: `${HOST}.${site.domain}`,
                        hasFlux: delivered !== undefined,
                        hasAuthority: edge.authority !== undefined,
                        image: k3sEdge.images.alloy.reference,
                        password,
                        authority: edge.authority,
                    }),
                    ...others,
                }));
            return { edgeSite, manifests, credentials };
        });
        new EdgeMachines("edge-machines", { site, edge, sites }, { parent: this });
    }
}
