/** Values of the chart argo-cd 10.1.1 (Argo CD 3.4.4), and what it has none for. Pure. */
import { budgetValues, leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { changeContainer, httpProbes, patchContainer, resources } from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { Redis } from "../data/redis";
import { argoCdClient, rolesOfGroups } from "./argo-cd-sign-on";

/** Containers of the parts, as the chart calls them, and the ports at which they offer metrics. */
export const argoCdParts = {
    controller: { component: "application-controller", metrics: 8082 },
    server: { component: "server", metrics: 8083 },
    repoServer: { component: "repo-server", metrics: 8084 },
    applicationSet: { component: "applicationset-controller", metrics: 8080 },
} as const;

export const argoCdPorts = { page: 8080, manifests: 8081 } as const;

/** Labels of the pods of a part. */
export function argoCdPods(part: keyof typeof argoCdParts): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/name": `argocd-${argoCdParts[part].component}`,
        "app.kubernetes.io/instance": "argo-cd",
    };
}

/** Secret with the certificate of who makes manifests; its authority is that of the platform. */
export const MANIFESTS_CERTIFICATE = "argocd-repo-server-tls";
/** Where the page finds the authority of the platform. */
const AUTHORITY = "/etc/platform-authority";

/** What the values depend on. */
export interface ArgoCdSite {
    /** Address under which people open the page. */
    readonly host: string;
    readonly replicas: number;
    /** Who signs people on, and whether its certificate is one of the platform's own. */
    readonly provider: {
        readonly issuer: string;
        readonly userInfo: string;
        readonly groupsClaim: string;
        readonly hasAuthority: boolean;
    };
    /** Secret of the client with its `client-secret`. */
    readonly clientSecret: string;
    /** What it remembers of manifests and clusters, for as long as that is there. */
    readonly redis: Pick<Redis, "host" | "port" | "credentials">;
    /** Lines of known_hosts for a server whose key does not come with Argo CD. */
    readonly knownHosts: string;
}

/**
 * How people sign on (util/settings/settings.go: OIDCConfig). Groups come from the user info: not
 * every provider writes them into the token.
 */
function oidc({ provider, clientSecret }: ArgoCdSite): string {
    const { issuer, userInfo } = provider;
    // JSON is YAML.
    return JSON.stringify({
        name: "the login of the platform",
        issuer,
        clientID: argoCdClient.id,
        clientSecret: `$${clientSecret}:client-secret`,
        requestedScopes: argoCdClient.scopes,
        enableUserInfoGroups: true,
        userInfoPath: userInfo.slice(issuer.length),
        userInfoCacheExpiration: "5m",
    });
}

/** Verified TLS from everything that asks for manifests. */
const strictTls = Object.fromEntries(
    ["controller", "server", "applicationsetcontroller"].map((part) => [
        `${part}.repo.server.strict.tls`,
        "true",
    ]),
);

const secured = { runAsUser: 999, runAsGroup: 999, fsGroup: 999, runAsNonRoot: true } as const;

/** The values. */
export function argoCdValues(site: ArgoCdSite): ChartValues {
    const { host, replicas, provider, redis } = site;
    const part = (name: keyof typeof argoCdParts) => ({
        replicas,
        pdb: budgetValues(replicas),
        topologySpreadConstraints: spread(argoCdPods(name)),
        serviceAccount: { automountServiceAccountToken: name !== "repoServer" },
        automountServiceAccountToken: name !== "repoServer",
    });
    return {
        fullnameOverride: "argocd",
        // It rules over the namespaces that roles of the program name, and nothing of the cluster.
        createClusterRoles: false,
        // CRDs of the chart go as all others.
        crds: { install: true, keep: false, annotations: {} },
        global: {
            domain: host,
            logging: { format: "json" },
            // The flows are those of the program.
            networkPolicy: { create: false },
            priorityClassName: priorities.platform.name,
            affinity: { podAntiAffinity: "none", nodeAffinity: { type: "hard" } },
            securityContext: { ...secured, seccompProfile: { type: "RuntimeDefault" } },
            nodeSelector: {},
        },
        configs: {
            cm: {
                "admin.enabled": false,
                "oidc.config": oidc(site),
                // Kinds that a role does not let it see are none of its business.
                "resource.respectRBAC": "normal",
                // An annotation, because charts set the label themselves.
                "application.resourceTrackingMethod": "annotation",
                "timeout.reconciliation": "180s",
                url: `https://${host}`,
            },
            params: {
                "server.insecure": true,
                "applicationsetcontroller.policy": "sync",
                // The sets list what they make; nobody asks a Git server what it has.
                "applicationsetcontroller.enable.scm.providers": false,
                ...strictTls,
            },
            rbac: {
                "policy.default": "",
                "policy.csv": rolesOfGroups(),
                scopes: `[${provider.groupsClaim}]`,
            },
            ssh: { extraHosts: site.knownHosts },
            secret: { createSecret: false },
        },
        controller: {
            replicas: 1,
            tolerations: leavesDeadNode,
            resources: resources("150m", "512Mi", "2Gi"),
        },
        server: {
            ...part("server"),
            resources: resources("50m", "128Mi", "512Mi"),
            ...(provider.hasAuthority
                ? {
                      env: [{ name: "SSL_CERT_DIR", value: AUTHORITY }],
                      volumes: [
                          {
                              name: "authority",
                              secret: {
                                  secretName: MANIFESTS_CERTIFICATE,
                                  items: [{ key: "ca.crt", path: "ca.crt" }],
                              },
                          },
                      ],
                      volumeMounts: [{ name: "authority", mountPath: AUTHORITY, readOnly: true }],
                  }
                : {}),
        },
        repoServer: {
            ...part("repoServer"),
            resources: resources("50m", "256Mi", "1Gi"),
            copyutil: { resources: resources("10m", "32Mi", "64Mi") },
        },
        applicationSet: {
            ...part("applicationSet"),
            readinessProbe: { enabled: true },
            // Both ask the same, so traffic stops first and the pod is killed later.
            livenessProbe: { enabled: true, failureThreshold: 9 },
            resources: resources("25m", "96Mi", "256Mi"),
        },
        dex: { enabled: false },
        // Alertmanager tells people.
        notifications: { enabled: false },
        // The platform's own kind of Redis, whose password is a Secret of the program.
        redisSecretInit: { enabled: false },
        redis: { enabled: false },
        externalRedis: {
            host: redis.host,
            port: redis.port,
            existingSecret: redis.credentials,
        },
    };
}

/**
 * A controller that is a Deployment: it has no volume and, of one cluster, no shards, and a
 * StatefulSet would not leave a dead node.
 */
function asDeployment(manifest: Manifest): Manifest {
    const { serviceName, ...spec } = isRecord(manifest.spec) ? manifest.spec : {};
    return serviceName === undefined
        ? manifest
        : { ...manifest, kind: "Deployment", spec: { ...spec, strategy: { type: "Recreate" } } };
}

/** The chart fixes the key of the password; the Secret is that of the Redis. */
function withPassword(manifest: Manifest, container: string): Manifest {
    const change = (env: unknown) =>
        isRecord(env) && env.name === "REDIS_PASSWORD" && isRecord(env.valueFrom)
            ? {
                  ...env,
                  valueFrom: {
                      secretKeyRef: {
                          ...(env.valueFrom.secretKeyRef as object),
                          key: "password",
                      },
                  },
              }
            : env;
    return changeContainer(manifest, container, ({ env, ...rest }) => ({
        ...rest,
        ...(Array.isArray(env) ? { env: env.map(change) } : {}),
    }));
}

/** What the values cannot say. */
export function patchedArgoCd(manifest: Manifest): Manifest {
    switch (manifest.metadata.name) {
        case "argocd-application-controller":
            return patchContainer(
                withPassword(asDeployment(manifest), "application-controller"),
                "application-controller",
                httpProbes("/healthz", "metrics"),
            );
        case "argocd-server":
        case "argocd-repo-server":
            return withPassword(manifest, manifest.metadata.name.slice("argocd-".length));
        default:
            return manifest;
    }
}
