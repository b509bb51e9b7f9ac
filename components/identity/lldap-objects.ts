/** The objects of LLDAP v0.6.3, which has no chart. Pure. */
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { DatabaseAccess } from "../data/postgres-database";

/** Name of the Deployment and the Service, and prefix of the Jobs. */
export const name = "lldap";

/** Labels of the pods; they are selected by them, so they never change. */
export const lldapLabels = {
    server: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "server" },
    schema: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "schema" },
    bootstrap: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "bootstrap" },
} as const;

/** Ports of a pod. Plain LDAP on 3890 cannot be switched off; no policy lets anybody in there. */
export const lldapPorts = { ldaps: 6360, http: 17170 } as const;

/** Name of the administrator. */
export const ADMINISTRATOR = "admin";

/** What the objects need to know. */
export interface LldapObjects {
    readonly namespace: string;
    /** Image, as a pod names it. */
    readonly image: string;
    readonly replicas: number;
    /** DNS domain of the site, from which the base DN follows. */
    readonly domain: string;
    /** The database; `credentials` has `username` and `password`, `authority` the `ca.crt`. */
    readonly database: DatabaseAccess;
    /** Secret of cert-manager with the certificate of LDAPS. */
    readonly certificate: string;
    /** Secret with `jwt-secret`. */
    readonly sessions: string;
    /** Secret with `key-seed`. */
    readonly seed: string;
    /** Secret with `password`, the administrator's. */
    readonly administrator: string;
}

/** The base DN of a domain (RFC 2247): `dc=home,dc=example,dc=org`. */
export function baseDn(domain: string): string {
    return domain
        .split(".")
        .map((label) => `dc=${label}`)
        .join(",");
}

const CERTIFICATE = "/certificates/ldaps";
const AUTHORITY = "/certificates/database";

/** lldap v0.6.3: server/src/configuration.rs; what it does not know it warns of. */
function environment(of: LldapObjects): readonly object[] {
    const { database, domain } = of;
    const { host, port, credentials } = database;
    const values = {
        LLDAP_LDAP_BASE_DN: baseDn(domain),
        LLDAP_LDAP_USER_DN: ADMINISTRATOR,
        LLDAP_LDAP_USER_EMAIL: `${ADMINISTRATOR}@${domain}`,
        // The Secret decides at each start, so that a new password there is a new password.
        LLDAP_FORCE_LDAP_USER_PASS_RESET: "always",
        // The seed replaces the file.
        LLDAP_KEY_FILE: "",
        LLDAP_HTTP_URL: `https://${name}.${domain}`,
        LLDAP_LDAPS_OPTIONS__ENABLED: "true",
        LLDAP_LDAPS_OPTIONS__CERT_FILE: `${CERTIFICATE}/tls.crt`,
        LLDAP_LDAPS_OPTIONS__KEY_FILE: `${CERTIFICATE}/tls.key`,
    };
    return [
        ...Object.entries(values).map(([variable, value]) => ({ name: variable, value })),
        secretVariable("LLDAP_LDAP_USER_PASS", of.administrator, "password"),
        secretVariable("LLDAP_JWT_SECRET", of.sessions, "jwt-secret"),
        secretVariable("LLDAP_KEY_SEED", of.seed, "key-seed"),
        secretVariable("DATABASE_USERNAME", credentials, "username"),
        secretVariable("DATABASE_PASSWORD", credentials, "password"),
        {
            name: "LLDAP_DATABASE_URL",
            // Both are letters, digits and hyphens: nothing to escape.
            value:
                `postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@${host}:${port}/` +
                `${database.database}?sslmode=verify-full&sslrootcert=${AUTHORITY}/ca.crt`,
        },
    ];
}

/**
 * LLDAP reads its certificate once, and its own health check wants the one in the file: so a pod
 * whose certificate was renewed is started anew by its liveness probe. Each notices in its own time,
 * because the kubelets bring the new file at different moments, and a start takes seconds; until then
 * the old certificate, which has a month left, goes on being shown.
 */
const probes = {
    // The database may have lost its primary a moment ago.
    startupProbe: {
        httpGet: { path: "/health", port: "http" },
        periodSeconds: 3,
        timeoutSeconds: 5,
        failureThreshold: 60,
    },
    readinessProbe: {
        httpGet: { path: "/health", port: "http" },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 3,
    },
    livenessProbe: {
        exec: { command: ["/app/lldap", "healthcheck"] },
        periodSeconds: 30,
        timeoutSeconds: 10,
        failureThreshold: 3,
    },
};

/** What every pod of LLDAP is, whatever it does. */
export const pod = {
    priorityClassName: priorities.platform.name,
    automountServiceAccountToken: false,
    // Kubernetes' own variables for the Service would be called LLDAP_PORT and so on.
    enableServiceLinks: false,
    // The user of the rootless image.
    securityContext: restrictedPod(1000),
} as const;

/** The program with its settings, as servers run it and whoever prepares their database. */
export function program(of: LldapObjects, command: string) {
    return {
        image: of.image,
        // The entrypoint of the image only copies a configuration file.
        command: ["/app/lldap"],
        args: [command],
        env: environment(of),
        securityContext: restrictedContainer,
        volumeMounts: [
            { name: "certificate", mountPath: CERTIFICATE, readOnly: true },
            { name: "authority", mountPath: AUTHORITY, readOnly: true },
        ],
    };
}

/** The volumes of {@link program}. */
export function volumes({ certificate, database: { authority } }: LldapObjects) {
    return [
        { name: "certificate", secret: { secretName: certificate, defaultMode: 0o440 } },
        {
            name: "authority",
            // The key that lies beside it is nobody's business.
            secret: { secretName: authority, items: [{ key: "ca.crt", path: "ca.crt" }] },
        },
    ];
}

/** The servers: all write to the same database. */
export function deployment(of: LldapObjects): Manifest {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: of.namespace },
        spec: {
            replicas: of.replicas,
            selector: { matchLabels: lldapLabels.server },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            template: {
                metadata: { labels: lldapLabels.server },
                spec: {
                    ...pod,
                    topologySpreadConstraints: spread(lldapLabels.server),
                    // Open connections of LDAP clients keep it for up to 30 seconds.
                    terminationGracePeriodSeconds: 45,
                    containers: [
                        {
                            name,
                            ...program(of, "run"),
                            ports: [
                                { name: "ldaps", containerPort: lldapPorts.ldaps },
                                { name: "http", containerPort: lldapPorts.http },
                            ],
                            ...probes,
                            // New connections still come until every node knows that it goes.
                            lifecycle: { preStop: { sleep: { seconds: 5 } } },
                            // Each check of a password takes 50 MiB for a moment
                            // (lldap v0.6.3: crates/auth/src/opaque.rs).
                            resources: resources("20m", "96Mi", "256Mi"),
                        },
                    ],
                    volumes: volumes(of),
                },
            },
        },
    };
}

/** LDAPS at its usual port, and the page. */
export function service(namespace: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: {
            selector: lldapLabels.server,
            ports: [
                { name: "ldaps", port: 636, targetPort: "ldaps", protocol: "TCP" },
                { name: "http", port: lldapPorts.http, targetPort: "http", protocol: "TCP" },
            ],
        },
    };
}
