import * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import type { End } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { atGateway } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import { ConfiguredSecret, GeneratedSecret, type Rotation } from "../base/secret";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { rookCeph } from "../storage/rook-ceph";
import type { Storage } from "../storage/ceph-cluster";
import { EVENT_LISTENER_PORT, tektonParts, tektonPorts } from "../../operators/tekton";
import { tektonAlerts, tektonScrapes } from "./tekton-alerts";
import {
    KEPT_DAYS,
    operatorPods,
    operatorValues,
    operatorWebhookPods,
    patchedOperator,
    tektonConfig,
    tektonNamespaces,
    tektonWebhooks,
} from "./tekton-config";
import {
    dashboard,
    dashboardAccess,
    dashboardPods,
    DASHBOARD_PORT,
    TEKTON_DASHBOARD,
    tektonPage,
} from "./tekton-dashboard";
import { tektonDashboards } from "./tekton-dashboards";
import {
    buildSecrets,
    type BuildStep,
    pipeline,
    pruning,
    pruningPods,
    stepPods,
    tasks,
} from "./tekton-pipeline";
import { privateServers, registryOf, tektonFaults, tektonSettings } from "./tekton-settings";
import {
    buildAccess,
    eventListener,
    LISTENER,
    listenerPods,
    triggerTemplate,
} from "./tekton-triggers";

const NEEDS_BUILDS = "it needs a repository and a registry of yours (systems.tekton.builds)";

/** Images from commits. */
export const tekton = define({
    name: "tekton",
    layer: "delivery",
    purpose: "makes images of commits: tested, built without rights, scanned, signed, pushed",
    origin: "002.3.1: pipelines with scans and gates",
    charts: {
        tektonOperator: chart(
            "tekton-operator",
            "0.81.1",
            "oci://ghcr.io/tektoncd/operator/charts",
        ),
    },
    images: {
        dashboard: image(
            "ghcr.io/tektoncd/dashboard/dashboard-9623576a202fe86c8b7d1bc489905f86",
            "v0.71.0",
        ),
        clone: image("ghcr.io/tektoncd-catalog/git-clone", "v1.7.0"),
        builder: image("docker.io/paketobuildpacks/builder-jammy-base", "0.4.610"),
        run: image("docker.io/paketobuildpacks/run-jammy-base", "0.1.249"),
        scanner: image("ghcr.io/aquasecurity/trivy", "0.72.0"),
        cosign: image("ghcr.io/sigstore/cosign/cosign", "v3.0.4"),
        tkn: image(
            "ghcr.io/tektoncd/plumbing/tkn@sha256",
            "233de6c8b8583a34c2379fa98d42dba739146c9336e8d41b66030484357481ed",
        ),
    },
    // Without trivyOperator nobody answers the scan, and so no image is pushed.
    needs: [authelia, rookCeph],
    offIn: { dev: NEEDS_BUILDS, staging: NEEDS_BUILDS, prod: NEEDS_BUILDS },
    settings: tektonSettings,
    secrets: {
        buildRegistryPassword: {
            description:
                "password or token of systems.tekton.registryUser, which may push images to the registry (steps at docs/delivery.md)",
            neededBecause: () => "systems.tekton is on",
        },
        buildSigningKey: {
            description:
                "private key that signs images, as `cosign generate-key-pair` writes it to cosign.key (steps at docs/delivery.md)",
            neededBecause: () => "systems.tekton is on",
        },
        buildSigningPassword: {
            description: "password of buildSigningKey (steps at docs/delivery.md)",
            neededBecause: () => "systems.tekton is on",
        },
        buildSourceToken: {
            description:
                "token that may read the private repositories of systems.tekton.builds (steps at docs/delivery.md)",
            neededBecause: (own) =>
                privateServers(own).length > 0
                    ? "systems.tekton.builds has a private repository"
                    : undefined,
        },
    },
    capabilities: {
        metrics: tektonScrapes,
        alerts: tektonAlerts,
        dashboards: tektonDashboards,
        routes: [
            { what: "webhooks of repositories, for their servers", guard: "public" },
            tektonPage,
        ],
        signOn: atGateway("it shows everybody who got in the same, and changes nothing"),
        backup: none("pipelines are written by the program; images are in their registry"),
        sizing: {
            by: "controllers follow the profile; the quota of the namespace bounds runs at a time",
        },
        flows: "declared",
        retention: [{ what: "runs of pipelines, with their logs", for: `${KEPT_DAYS}d` }],
    },
    check: (own) => tektonFaults(own),
});

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-13",
        resource: `EventListener/${tektonNamespaces.builds}/${LISTENER}`,
        reason: "Of the pod's template Triggers takes no class of priority (v0.37.0: pkg/reconciler/eventlistener/resources/deployment.go).",
        guard: "two listeners are on two nodes; a push that found none is sent again by hand from the page of its repository",
        expires: "2027-05-31",
    },
];

/** Who renews the credentials of a registry or a repository. */
const halfYearly: Rotation = { owner: "platform-admin", days: 180 };
/** A key whose public half others hold. */
const biennially: Rotation = { owner: "platform-admin", days: 730 };

/** Steps that reach registries, servers of code, or places of packages. */
const outward: readonly BuildStep[] = ["clone", "test", "build", "scan", "sign", "push"];

/** Arguments of {@link Tekton}. */
export interface TektonArgs extends SystemContext<typeof tekton> {
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly storage: Storage;
}

/**
 * Tekton with a pipeline for each image: a push to a branch is fetched, tested, built as nobody,
 * scanned, signed and pushed. A critical vulnerability ends the run before the image has the name
 * that applications deploy from, so no sync can bring it into the cluster.
 */
export class Tekton extends System<typeof tekton> {
    /** Where people see runs. */
    readonly url: string;
    /** Pods that ask the scanner. */
    readonly scans: End;

    constructor(
        { gateway, guards, storage, ...context }: TektonArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        const operator = this.operator(replicas);
        const pipelines = this.pipelines(replicas);
        const builds = this.builds();
        const config = this.object(tektonConfig(replicas), {
            dependsOn: [
                ...this.definition("operator.tekton.dev/TektonConfig"),
                ...operator,
                ...pipelines.guardrails,
            ],
        });
        this.waitFor(config);
        const interceptors = connect("build-interceptors", {
            from: { namespace: builds, pods: listenerPods },
            to: {
                namespace: pipelines,
                pods: tektonParts.interceptors.labels,
                ports: [tektonPorts.webhook],
            },
        });
        const secrets = this.secrets(builds, context);
        // Kinds of pipelines and triggers come with what the TektonConfig installs.
        const first = [...builds.guardrails, config];
        const write = (manifest: Manifest, ...needs: readonly pulumi.Resource[]) =>
            this.object(manifest, { dependsOn: [...first, ...needs] });
        const access = [...buildAccess, ...dashboardAccess].map((manifest) =>
            this.object(manifest, { dependsOn: [builds.object] }),
        );
        const images = {
            clone: tekton.images.clone.reference,
            builder: tekton.images.builder.reference,
            run: tekton.images.run.reference,
            scanner: tekton.images.scanner.reference,
            cosign: tekton.images.cosign.reference,
        };
        const steps = tasks(images, settings).map((manifest) => write(manifest, ...secrets));
        const templates = settings.builds.flatMap((build) => {
            const made = write(pipeline(build), ...steps);
            return [write(triggerTemplate(build, storage.storageClasses.block), made)];
        });
        const listener = write(
            eventListener(settings.builds, replicas),
            ...[...templates, ...secrets, ...access, ...interceptors, ...storage.ready],
        );
        this.budget(`el-${LISTENER}`, { namespace: builds, pods: listenerPods }, replicas);
        write(pruning(tekton.images.tkn.reference), ...access);
        for (const manifest of dashboard(tekton.images.dashboard.reference, replicas)) {
            write(manifest, ...access);
        }
        this.budget(TEKTON_DASHBOARD, { namespace: builds, pods: dashboardPods }, replicas);
        this.scans = { namespace: builds, pods: stepPods("scan") };
        this.url = this.routes({ gateway, guards, ...context }, builds, listener);
        this.observe(pipelines, builds);
    }

    /** The operator itself; returns what must run before anything is asked of it. */
    private operator(replicas: number): readonly pulumi.Resource[] {
        const namespace = this.namespace(tektonNamespaces.operator, {
            tier: "platform",
            backup: none("the program writes anew what is in it"),
            flows: [
                toApiServer(operatorPods),
                toApiServer(operatorWebhookPods, "webhook-to-api-server"),
                {
                    name: "webhooks",
                    pods: operatorWebhookPods,
                    from: "api-server",
                    ports: [tektonPorts.webhook],
                },
            ],
        });
        this.budget("tekton-operator", { namespace, pods: operatorPods }, replicas);
        this.budget("tekton-operator-webhook", { namespace, pods: operatorWebhookPods }, replicas);
        return this.chart(tekton.charts.tektonOperator, {
            release: "tekton-operator",
            namespace,
            apiGroups: ["operator.tekton.dev"],
            patch: patchedOperator,
            values: operatorValues(replicas),
        }).ready;
    }

    /** Where the operator installs Tekton. */
    private pipelines(replicas: number): Namespace {
        const parts = Object.values(tektonParts);
        const namespace = this.namespace(tektonNamespaces.pipelines, {
            tier: "platform",
            backup: none("the operator makes anew what is in it"),
            flows: [
                ...parts.map(({ name, labels }) => toApiServer(labels, `${name}-to-api-server`)),
                ...tektonWebhooks.map((part) => ({
                    name: tektonParts[part].name,
                    pods: tektonParts[part].labels,
                    from: "api-server" as const,
                    ports: [tektonPorts.webhook],
                })),
            ],
        });
        for (const { name, labels } of parts) {
            this.budget(name, { namespace, pods: labels }, replicas);
        }
        return namespace;
    }

    /** Where runs are. */
    private builds(): Namespace {
        return this.namespace(tektonNamespaces.builds, {
            tier: "app",
            backup: none("the code is in its repository, the images are in their registry"),
            routed: true,
            // Two runs at a time, with volumes and temporary files.
            quota: { pods: "30", persistentvolumeclaims: "10" },
            flows: [
                toApiServer(listenerPods),
                toApiServer(dashboardPods, "dashboard-to-api-server"),
                toApiServer(pruningPods, "pruning-to-api-server"),
                ...outward.map((step) => ({
                    name: `${step}-internet`,
                    pods: stepPods(step),
                    to: "internet" as const,
                    ports: [443],
                })),
            ],
        });
    }

    /** What steps and the listener read. */
    private secrets(
        namespace: Namespace,
        { settings, secret }: Pick<TektonArgs, "settings" | "secret">,
    ): pulumi.Resource[] {
        const inside = { parent: this };
        const { registryUser = "", builds } = settings;
        const registry = registryOf(builds[0]?.image ?? "");
        const configured = (
            name: string,
            values: Record<string, pulumi.Output<string>>,
            rotation: Rotation,
        ) => new ConfiguredSecret(name, { namespace, values, rotation }, inside).object;
        const [server] = privateServers(settings);
        const basic = (user: string, password: pulumi.Output<string>) =>
            password.apply((value) => Buffer.from(`${user}:${value}`).toString("base64"));
        const header = (token: pulumi.Output<string>) =>
            pulumi.interpolate`Authorization: Basic ${basic("git", token)}`;
        return [
            configured(
                buildSecrets.registry,
                {
                    "config.json": basic(registryUser, secret("buildRegistryPassword")).apply(
                        (auth) => JSON.stringify({ auths: { [registry]: { auth } } }),
                    ),
                },
                halfYearly,
            ),
            configured(
                buildSecrets.signing,
                {
                    "cosign.key": secret("buildSigningKey"),
                    password: secret("buildSigningPassword"),
                },
                biennially,
            ),
            ...(server === undefined
                ? []
                : [
                      configured(
                          buildSecrets.source,
                          {
                              GIT_CONFIG_COUNT: pulumi.output("1"),
                              GIT_CONFIG_KEY_0: pulumi.output(`http.${server}/.extraHeader`),
                              GIT_CONFIG_VALUE_0: header(secret("buildSourceToken")),
                          },
                          halfYearly,
                      ),
                  ]),
            new GeneratedSecret(
                buildSecrets.webhook,
                {
                    namespace,
                    generate: { secret: { length: 48 } },
                    rotation: { owner: "platform-admin", days: 365 },
                    renewal: {
                        how: "by hand",
                        why: "servers of repositories sign with it, and each must be told",
                        runbook: "docs/runbooks/rotate-secrets.md",
                    },
                },
                inside,
            ).object,
        ];
    }

    /** Webhooks for servers of repositories, and the page for people who signed on. */
    private routes(
        { site, gateway, guards }: Pick<TektonArgs, "site" | "gateway" | "guards">,
        namespace: Namespace,
        listener: pulumi.Resource,
    ): string {
        const inside = { parent: this, dependsOn: [listener] };
        new Route(
            "builds-webhook",
            {
                ...{ site, gateway, host: `builds.${site.domain}`, paths: ["/push"] },
                ...{ service: `el-${LISTENER}`, port: EVENT_LISTENER_PORT },
                to: { namespace, pods: listenerPods, ports: [EVENT_LISTENER_PORT] },
                guard: { open: "HTTPRoute/builds/builds-webhook" },
                limits: { requestsPerSecond: 5 },
                // A question without a body is no push (pkg/sink/validate_payload.go).
                answer: { path: "/push", statuses: [400] },
            },
            inside,
        );
        return new Route(
            TEKTON_DASHBOARD,
            {
                ...{ site, gateway, host: `${tektonPage.host}.${site.domain}`, paths: ["/"] },
                ...{ service: TEKTON_DASHBOARD, port: DASHBOARD_PORT },
                to: { namespace, pods: dashboardPods, ports: [DASHBOARD_PORT] },
                guard: { signOn: guards, page: tektonPage },
                // Logs are told of for as long as an answer may take.
                limits: { timeout: 600 },
            },
            inside,
        ).url;
    }
}
