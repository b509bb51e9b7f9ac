import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { patchContainer, resources } from "../base/containers";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { secretStoreLabel } from "../base/namespace-manifests";
import type { Manifest } from "../base/object";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { awaitingAuthority } from "../base/webhooks";
import { certManager } from "../security/cert-manager";
import { issuers } from "../security/issuers";
import {
    externalSecretsAlerts,
    externalSecretsPods,
    externalSecretsScrapes,
} from "./external-secrets-alerts";
import { externalSecretsDashboards } from "./external-secrets-dashboards";
import { openBao, type SecretStore } from "./openbao";
import { readerRole, secretsMount } from "./openbao-configuration";

/** Secrets of the store as Secrets of Kubernetes. */
export const externalSecrets = define({
    name: "externalSecrets",
    layer: "secrets",
    purpose: "Secrets of Kubernetes that follow what the secret store holds",
    origin: "002.2.2, 003.13, 004: secrets from a store outside, renewed",
    needs: [openBao, certManager],
    charts: {
        externalSecrets: chart("external-secrets", "2.9.0", "https://charts.external-secrets.io"),
    },
    offIn: { dev: "the store that it reads is off" },
    requiredBecause: ({ delivery }) =>
        delivery?.orders === undefined
            ? undefined
            : "delivery.orders is set: virtual clusters that people order read what it writes",
    capabilities: {
        metrics: externalSecretsScrapes,
        alerts: externalSecretsAlerts,
        dashboards: externalSecretsDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: what it writes is in the store"),
        sizing: none("it reads each secret once an hour"),
        flows: "declared",
        retention: none("a Secret lives as long as the ExternalSecret that asks for it"),
    },
});

const RELEASE = "external-secrets";

/** Name of the store that every namespace with {@link secretStoreLabel} may read. */
export const secretStoreName = "openbao";

/** Arguments of {@link ExternalSecrets}. */
export interface ExternalSecretsArgs extends SystemContext<typeof externalSecrets> {
    readonly store: SecretStore;
    /** The authority of the webhook's certificate, and what reads its certificates into webhooks. */
    readonly certificates: readonly pulumi.Resource[];
}

/** Who may read, and where: the reader signs on with the ServiceAccount of its own pod. */
function clusterSecretStore({ url, authority }: SecretStore): Manifest {
    return {
        apiVersion: "external-secrets.io/v1",
        kind: "ClusterSecretStore",
        metadata: { name: secretStoreName },
        spec: {
            conditions: [{ namespaceSelector: { matchLabels: { ...secretStoreLabel } } }],
            provider: {
                vault: {
                    server: url,
                    path: secretsMount,
                    version: "v2",
                    caProvider: {
                        type: "Secret",
                        name: authority.secret,
                        namespace: authority.namespace,
                        key: "ca.crt",
                    },
                    auth: { kubernetes: { mountPath: "kubernetes", role: readerRole.name } },
                },
            },
        },
    };
}

/** Shows that the whole way works: what the set-up of the store wrote arrives as a Secret. */
const canary: Manifest = {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: "canary", namespace: RELEASE },
    spec: {
        refreshInterval: "5m",
        secretStoreRef: { kind: "ClusterSecretStore", name: secretStoreName },
        target: { name: "canary", creationPolicy: "Owner" },
        data: [{ secretKey: "sings", remoteRef: { key: "canary", property: "sings" } }],
    },
};

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-06",
        resource: "Deployment/external-secrets/external-secrets-webhook",
        reason:
            "Its program makes a client of the API server when it starts and ends without the token of " +
            "an account, although it never asks for anything (v2.9.0: cmd/controller/webhook.go).",
        guard: "no role is bound to the account: the token opens nothing but what everybody may ask",
        expires: "2027-05-31",
    },
];

/** The probe that the chart leaves out, and what makes a webhook configuration ready. */
function patch(manifest: Manifest): Manifest {
    if (!manifest.kind.endsWith("WebhookConfiguration")) {
        // Readiness, at the same port, asks whether the certificate holds (cmd/controller/webhook.go).
        return patchContainer(manifest, "webhook", {
            livenessProbe: {
                httpGet: { path: "/healthz", port: 8081, scheme: "HTTP" },
                periodSeconds: 30,
                timeoutSeconds: 5,
                failureThreshold: 3,
            },
        });
    }
    return awaitingAuthority(manifest);
}

/**
 * Writes what the store holds into Secrets, for namespaces that say that they read it. A namespace
 * asks with an ExternalSecret; it needs no account at the store.
 */
export class ExternalSecrets extends System<typeof externalSecrets> {
    constructor(
        { store, certificates, ...context }: ExternalSecretsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const replicas = context.site.replicas("serving");
        const controller = externalSecretsPods("external-secrets");
        const webhook = externalSecretsPods("external-secrets-webhook");
        const namespace = this.namespace(RELEASE, {
            tier: "platform",
            backup: none("what it writes is in the store, and it writes it again"),
            readsSecrets: true,
            flows: [
                toApiServer(),
                { name: "webhook", pods: webhook, from: "api-server", ports: [10250] },
            ],
        });
        const way = connect("external-secrets-store", {
            from: { namespace, pods: controller },
            to: store.endpoint,
        });
        this.chart(externalSecrets.charts.externalSecrets, {
            release: RELEASE,
            namespace,
            apiGroups: ["external-secrets.io", "generators.external-secrets.io"],
            needs: [...certificates, ...way],
            patch,
            values: {
                installCRDs: true,
                crds: {
                    createClusterExternalSecret: false,
                    createClusterGenerator: false,
                    createClusterPushSecret: false,
                    createPushSecret: false,
                },
                processClusterExternalSecret: false,
                processClusterGenerator: false,
                processClusterPushSecret: false,
                processPushSecret: false,
                replicaCount: replicas,
                leaderElect: true,
                rbac: {
                    // It signs on as itself, so it need not make tokens of others (SEC-06).
                    serviceAccountTokenCreate: false,
                    servicebindings: { create: false },
                    // Whoever may write an ExternalSecret may read what it names.
                    aggregateToEdit: false,
                },
                priorityClassName: priorities.platform.name,
                topologySpreadConstraints: spread(controller),
                livenessProbe: { enabled: true },
                readinessProbe: { enabled: true },
                resources: resources("25m", "96Mi", "256Mi"),
                webhook: {
                    replicaCount: replicas,
                    priorityClassName: priorities.platform.name,
                    topologySpreadConstraints: spread(webhook),
                    resources: resources("10m", "64Mi", "128Mi"),
                    certManager: {
                        enabled: true,
                        cert: {
                            issuerRef: {
                                group: "cert-manager.io",
                                kind: "ClusterIssuer",
                                name: issuers.internal,
                            },
                            duration: "2160h0m0s",
                            renewBefore: "720h0m0s",
                        },
                    },
                },
                // It would write the certificate of the webhook; cert-manager does.
                certController: { create: false },
            },
        });
        this.budget("external-secrets", { namespace, pods: controller }, replicas);
        this.budget("external-secrets-webhook", { namespace, pods: webhook }, replicas);
        const needs = (kind: string) => this.definition(`external-secrets.io/${kind}`);
        const named = this.object(clusterSecretStore(store), {
            dependsOn: [...this.ready, ...needs("ClusterSecretStore"), ...store.ready],
        });
        this.waitFor(
            named,
            this.object(canary, {
                dependsOn: [namespace.object, named, ...needs("ExternalSecret")],
            }),
        );
        this.observe(namespace);
    }
}
