/** The custom resource from which the operator of Keycloak 26.8 makes its servers. Pure. */
import { keycloakLabels, keycloakPorts } from "../../operators/keycloak";
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { DatabaseAccess } from "../data/postgres-database";

/** Name of the custom resource, and prefix of what the operator makes of it. */
export const name = "keycloak";
/** Service of the servers (KeycloakServiceDependentResource.java). */
export const SERVICE = `${name}-service`;
/** Labels of the servers. */
export const serverLabels = keycloakLabels(name);

/** What the custom resource needs to know. */
export interface KeycloakObjects {
    readonly namespace: string;
    /** Image of the servers, as a pod names it. */
    readonly image: string;
    /** Release of the servers: updates within it roll, others stop all servers. */
    readonly release: string;
    readonly instances: number;
    /** Address under which people reach it. */
    readonly url: string;
    readonly database: DatabaseAccess;
    /** Secret with `client-id` and `client-secret` of the client that may do everything. */
    readonly provisioner: string;
    /** Secret with `username` and `password` of the person that may. */
    readonly administrator: string;
    /** Secrets that the realm names, by the file that it reads of each. */
    readonly vault: readonly {
        readonly secret: string;
        readonly key: string;
        readonly file: string;
    }[];
}

const HOME = "/opt/keycloak";
const AUTHORITY = "/certificates/internal/ca.crt";
const VAULT = "/vault";

/**
 * Where a server writes: the program that it builds of its settings at each start, and its files. The
 * rest of the image stays as it is.
 */
const written = [
    { name: "program", mountPath: `${HOME}/lib/quarkus`, sizeLimit: "128Mi" },
    { name: "data", mountPath: `${HOME}/data`, sizeLimit: "128Mi" },
    { name: "scratch", mountPath: "/tmp", sizeLimit: "256Mi" },
];

const mounts = written.map(({ name: volume, mountPath }) => ({ name: volume, mountPath }));

/** Copies what is built on from the image, which the empty volume hides. */
function copyProgram(image: string) {
    return {
        name: "copy-program",
        image,
        command: ["cp", "-r", `${HOME}/lib/quarkus/.`, "/program/"],
        securityContext: restrictedContainer,
        resources: resources("10m", "32Mi", "64Mi"),
        volumeMounts: [{ name: "program", mountPath: "/program" }],
    };
}

/** What the custom resource has no field for; upstream calls it a technology preview. */
function podTemplate({ image, database, vault }: KeycloakObjects) {
    return {
        spec: {
            securityContext: restrictedPod(1000),
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 60,
            initContainers: [copyProgram(image)],
            containers: [
                {
                    securityContext: restrictedContainer,
                    // New requests still come until every proxy knows that it goes.
                    lifecycle: { preStop: { sleep: { seconds: 5 } } },
                    volumeMounts: [
                        ...mounts,
                        { name: "authority", mountPath: "/certificates/internal", readOnly: true },
                        { name: "vault", mountPath: VAULT, readOnly: true },
                    ],
                },
            ],
            volumes: [
                ...written.map(({ name: volume, sizeLimit }) => ({
                    name: volume,
                    emptyDir: { sizeLimit },
                })),
                {
                    name: "authority",
                    // The key that lies beside it is nobody's business.
                    secret: {
                        secretName: database.authority,
                        items: [{ key: "ca.crt", path: "ca.crt" }],
                    },
                },
                {
                    name: "vault",
                    projected: {
                        defaultMode: 0o440,
                        sources: vault.map(({ secret, key, file }) => ({
                            secret: { name: secret, items: [{ key, path: file }] },
                        })),
                    },
                },
            ],
        },
    };
}

/** Options of the server by their names in its own documentation ("All configuration"). */
const options: Readonly<Record<string, string>> = {
    // Nobody listens in between, or in the place of the database.
    "db-url-properties": `?sslmode=verify-full&sslrootcert=${AUTHORITY}`,
    "truststore-paths": AUTHORITY,
    vault: "file",
    "vault-dir": VAULT,
    "health-enabled": "true",
    "metrics-enabled": "true",
    "event-metrics-user-enabled": "true",
    "log-console-output": "json",
};

/**
 * The servers. Instances find each other in the database and talk under TLS of their own
 * (`cache-stack` jdbc-ping and `cache-embedded-mtls-enabled` are the defaults of 26.8).
 */
export function keycloakResource(of: KeycloakObjects): Manifest {
    const { namespace, image, release, instances, url, database } = of;
    const { host, port, credentials } = database;
    return {
        apiVersion: "k8s.keycloak.org/v2beta1",
        kind: "Keycloak",
        metadata: { name, namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: {
            instances,
            image,
            // Upstream's image is not built for PostgreSQL, so each start builds it anew.
            startOptimized: false,
            update: { strategy: "Explicit", revision: release },
            // Read once, when the database is empty.
            bootstrapAdmin: {
                service: { secret: of.provisioner },
                user: { secret: of.administrator },
            },
            db: {
                vendor: "postgres",
                host,
                port,
                database: database.database,
                usernameSecret: { name: credentials, key: "username" },
                passwordSecret: { name: credentials, key: "password" },
                poolInitialSize: 2,
                poolMinSize: 2,
                poolMaxSize: 20,
            },
            hostname: { hostname: url, strict: true },
            // The gateway ends TLS and says who asked; nobody else gets here.
            http: { httpEnabled: true },
            proxy: { headers: "xforwarded" },
            ingress: { enabled: false },
            // Flows and monitors are the platform's: upstream's would let everybody in.
            networkPolicy: { enabled: false },
            serviceMonitor: { enabled: false },
            // It asks the API server nothing.
            automountServiceAccountToken: false,
            additionalOptions: Object.entries(options).map(([option, value]) => ({
                name: option,
                value,
            })),
            env: [{ name: "JAVA_OPTS_KC_HEAP", value: "-Xms512m -Xmx768m" }],
            resources: resources("250m", "1280Mi", "1536Mi"),
            scheduling: {
                priorityClassName: priorities.platform.name,
                topologySpreadConstraints: spread(serverLabels),
            },
            unsupported: { podTemplate: podTemplate(of) },
        },
    };
}

/** Ports of a server: people, other servers, metrics and health. */
export const serverPorts = {
    http: keycloakPorts.http,
    members: [keycloakPorts.cluster, keycloakPorts.detection],
    management: keycloakPorts.management,
} as const;
