import type * as pulumi from "@pulumi/pulumi";
import { backupTier, kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { connectClients } from "../base/connection";
import { define, type Fault } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { client } from "../base/oidc-client";
import { chart } from "../base/pins";
import { ConfiguredSecret, GeneratedSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import type { Application, DeliverySettings } from "../delivery-schema";
import { Redis } from "../data/redis";
import { type RedisOffer, redisOperator } from "../data/redis-operator";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { certManager } from "../security/cert-manager";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import type { Site } from "../site";
import type { SiteConfiguration } from "../site-schema";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { applicationSet, closedProject, namespaceOf, project, wavesOf } from "./applications";
import { argoCdAlerts, argoCdScrapes } from "./argo-cd-alerts";
import { argoCdDashboards } from "./argo-cd-dashboards";
import {
    clusterSecret,
    knownHosts,
    ofArgoCd,
    repositorySecret,
    toRepository,
} from "./argo-cd-repository";
import { argoCdClient, argoCdPage } from "./argo-cd-sign-on";
import {
    argoCdParts,
    argoCdPods,
    argoCdPorts,
    argoCdValues,
    MANIFESTS_CERTIFICATE,
    patchedArgoCd,
} from "./argo-cd-values";
import { applicationRoles, ARGO_CD, closedQuota } from "./delivered-kinds";

const NEEDS_REPOSITORY = "it needs a repository of yours (delivery)";

function withoutRepository({ delivery }: SiteConfiguration): Fault[] {
    return delivery === undefined
        ? [
              {
                  key: "delivery",
                  found: "nothing",
                  allowed:
                      "the repository from which applications are deployed, because systems.argoCd.enabled is true (or turn systems.argoCd off)",
              },
          ]
        : [];
}

/** Applications from Git. */
export const argoCd = define({
    name: "argoCd",
    layer: "delivery",
    purpose:
        "keeps the applications of teams as their repository has them, each in its own namespace",
    origin: "000, 001, 002, 004.5.2: applications from Git, in waves, with gates by hand",
    charts: { argoCd: chart("argo-cd", "10.1.1", "https://argoproj.github.io/argo-helm") },
    needs: [certManager, authelia, redisOperator, rookCeph],
    offIn: { dev: NEEDS_REPOSITORY, staging: NEEDS_REPOSITORY, prod: NEEDS_REPOSITORY },
    capabilities: {
        metrics: argoCdScrapes,
        alerts: argoCdAlerts,
        dashboards: argoCdDashboards,
        routes: [argoCdPage],
        signOn: client(argoCdClient),
        backup: kept(2, "what it remembers of manifests; applications follow from the repository"),
        sizing: {
            by: "one controller compares hundreds of applications; the others follow the profile",
        },
        flows: "declared",
        retention: none("what it knows is in Git; its Redis forgets by itself"),
    },
    check: (_, site) => withoutRepository(site),
});

const controllers: readonly Controller[] = [
    {
        resource: "Deployment/argocd/argocd-application-controller",
        reason:
            "Several share clusters among them and there is one, so a second would do nothing. It only " +
            "compares and heals: applications run on, and what it missed it finds when it is back.",
    },
];

/** Arguments of {@link ArgoCd}. */
export interface ArgoCdArgs extends SystemContext<typeof argoCd> {
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly provider: SignOnProvider;
    /** Signs the certificate of who makes manifests. */
    readonly authority: pulumi.Resource;
    /** Makes what it remembers things in. */
    readonly redis: RedisOffer;
    readonly storage: Storage;
}

/**
 * Argo CD for the applications of teams. The platform is the program's: Argo CD has no right outside
 * of its own namespace and those of the applications, which the program makes with their guardrails,
 * and in those only over the kinds that an application may own. So each object has one owner, and
 * the API server sees to it.
 */
export class ArgoCd extends System<typeof argoCd> {
    /** Where people open it. */
    readonly url: string;

    constructor(
        { gateway, guards, provider, authority, redis, storage, ...context }: ArgoCdArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { controllers }, opts);
        const { site } = context;
        const { delivery } = site;
        if (delivery === undefined) {
            throw new Error("argoCd is built without a repository");
        }
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const host = `${argoCdPage.host}.${site.domain}`;
        const namespace = this.namespace(ARGO_CD, {
            tier: "platform",
            backup: 2,
            routed: true,
            quota: { pods: "40" },
            flows: [
                ...(["controller", "server", "applicationSet"] as const).map((part) =>
                    toApiServer(argoCdPods(part), `${argoCdParts[part].component}-to-api-server`),
                ),
                ...toRepository(delivery),
            ],
        });
        const server = { namespace, pods: argoCdPods("server") };
        const ways = connectClients("argocd-manifests", {
            clients: [argoCdPods("controller"), server.pods, argoCdPods("applicationSet")],
            to: { namespace, pods: argoCdPods("repoServer"), ports: [argoCdPorts.manifests] },
        });
        const cache = new Redis(
            "argocd-redis",
            {
                ...{ ...context, namespace, redis, storage, size: 1, memory: "192Mi" },
                clients: [
                    ...[argoCdPods("controller"), server.pods, argoCdPods("repoServer")],
                    argoCdPods("applicationSet"),
                ],
            },
            inside,
        );
        const signatures = new GeneratedSecret(
            "argocd-secret",
            {
                namespace,
                // Whoever is signed on signs on again with a new one.
                generate: { "server.secretkey": { length: 48 } },
                labels: ofArgoCd,
                rotation: yearly,
            },
            inside,
        );
        const signOn = new OidcClient(
            "argocd-client",
            {
                ...{ site, client: argoCdClient, provider, namespace, pods: server.pods },
                ...{ labels: ofArgoCd, rotation: yearly },
            },
            inside,
        );
        const certificate = this.object(
            internalCertificate({
                name: MANIFESTS_CERTIFICATE,
                namespace: namespace.name,
                names: serviceNames("argocd-repo-server", namespace.name),
                usage: "server auth",
            }),
            { dependsOn: [namespace.object, authority] },
        );
        const chart = this.chart(argoCd.charts.argoCd, {
            release: "argo-cd",
            namespace,
            apiGroups: ["argoproj.io"],
            needs: [...cache.ready, signatures.object, certificate, ...signOn.ready, ...ways],
            patch: patchedArgoCd,
            values: argoCdValues({
                host,
                replicas,
                provider: {
                    issuer: provider.issuer,
                    userInfo: provider.endpoints.userInfo,
                    groupsClaim: provider.groupsClaim,
                    hasAuthority: provider.authority !== undefined,
                },
                redis: cache,
                clientSecret: signOn.secretName,
                knownHosts: knownHosts(delivery),
            }),
        });
        const rights = delivery.applications.flatMap((application) => this.admit(application));
        const first = [
            ...this.rule(namespace, site, delivery),
            ...chart.ready,
            ...rights,
            this.object(closedProject, {
                dependsOn: [...this.definition("argoproj.io/AppProject")],
            }),
        ];
        this.deliver(delivery, first);
        const to = { ...server, ports: [argoCdPorts.page] };
        this.url = new Route(
            "argocd",
            {
                ...{ site, gateway, host, paths: ["/"], to },
                guard: { signOn: guards, page: argoCdPage },
                ...{ service: "argocd-server", port: 80 },
                // The page is told of changes for as long as an answer may take.
                limits: { timeout: 600 },
            },
            inside,
        ).url;
        this.observe(namespace);
    }

    /** Over which namespaces of which cluster it rules, and how it reads the repository. */
    private rule(namespace: Namespace, site: Site, delivery: DeliverySettings): pulumi.Resource[] {
        const inside = { parent: this };
        const cluster = new GeneratedSecret(
            "argocd-cluster",
            clusterSecret(namespace, delivery),
            inside,
        );
        const credential = repositorySecret(namespace, site, delivery);
        return credential === undefined
            ? [cluster.object]
            : [
                  cluster.object,
                  new ConfiguredSecret("argocd-repository", credential, inside).object,
              ];
    }

    /** The namespace of an application, and what Argo CD may do in it. */
    private admit(application: Application): readonly pulumi.Resource[] {
        const namespace = this.namespace(namespaceOf(application), {
            tier: "app",
            backup: backupTier(application.backupTier),
            quota: closedQuota(application),
            routed: application.gates.includes("load-balancing"),
            flows: [],
        });
        return applicationRoles(namespace.name, application).map((manifest) =>
            this.object(manifest, { dependsOn: [...namespace.guardrails] }),
        );
    }

    /** Projects, then the sets: each wave after the one before. */
    private deliver(delivery: DeliverySettings, first: readonly pulumi.Resource[]): void {
        const projects = delivery.applications.map((application) =>
            this.object(project(application, delivery), { dependsOn: [...first] }),
        );
        let before: readonly pulumi.Resource[] = [...first, ...projects];
        for (const wave of wavesOf(delivery.applications)) {
            before = [this.object(applicationSet(wave, delivery), { dependsOn: [...before] })];
        }
    }
}
