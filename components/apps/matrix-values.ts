/** Values of the chart matrix-stack 26.8.1, and last changes to what it renders. Pure. */
import { leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources } from "../base/containers";
import type { HookDecision } from "../base/hooks";
import type { Manifest } from "../base/object";
import { contentDigest } from "../base/content-digest";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { BRIDGE_USER, elementConfiguration } from "./matrix-configuration";
import { LARGEST_FILE, MATRIX, matrixHosts, matrixWorkers } from "./matrix-names";
import { matrixSecrets } from "./matrix-secrets";

/** Where the authority of the database's server is. */
const DATABASE_AUTHORITY = "/etc/postgresql";
/** Where that of the login's certificate is. */
const LOGIN_AUTHORITY = "/etc/platform-authority";
const AUTHORITY_FILE = "ca.crt";

/** Of the authority of the database's server, as the programs are told. */
export const databaseAuthorityFile = `${DATABASE_AUTHORITY}/${AUTHORITY_FILE}`;

/** With what the authentication service is told of the login; the chart mounts it by its name. */
export const signOnSecret = { key: "sign-on.yaml", client: "client-secret" } as const;
/** Where the chart mounts a Secret that it takes configuration from. */
export const mountedSecret = (name: string, key: string) => `/secrets/${name}/${key}`;

/** The chart would tell a Job of its own what the bridge knows. */
export const matrixHooks: readonly HookDecision[] = [
    {
        object: `Secret/${MATRIX}/${MATRIX}-hookshot-pre`,
        decision: "drop",
        reason: "only the Job that checks the configuration before an upgrade reads it, which is off",
    },
];

/** A database; `credentials` has the password, `authority` the `ca.crt` of its server. */
export interface MatrixDatabase {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly credentials: string;
    readonly authority: string;
}

/** What the values need to know. */
export interface MatrixValuesArgs {
    readonly domain: string;
    readonly serverName: string;
    readonly replicas: number;
    readonly images: Readonly<Record<"haproxy" | "redis", ImagePin>>;
    readonly databases: { readonly synapse: MatrixDatabase; readonly account: MatrixDatabase };
    /** What each is told besides what the chart tells it, as YAML; it is in a Secret of its own. */
    readonly configurations: Readonly<Record<"synapse" | "account" | "bridge", string>>;
    /** Secret with {@link signOnSecret}. */
    readonly signOn: string;
    /** Secret with the `ca.crt` of the login; undefined where every program trusts it. */
    readonly loginAuthority: string | undefined;
    readonly media: { readonly size: number; readonly storageClass: string };
}

const secret = (name: string, key: string) => ({ secret: name, secretKey: key });
const postgres = ({ host, port, database, credentials }: MatrixDatabase) => ({
    ...{ host, port, user: database, database, sslMode: "verify-full" },
    password: secret(credentials, "password"),
});
const authority = (name: string, of: string, mountPath: string) => ({
    volume: {
        name,
        secret: { secretName: of, items: [{ key: AUTHORITY_FILE, path: AUTHORITY_FILE }] },
    },
    mount: { name, mountPath, readOnly: true },
});
/** The tag of the chart names whatever is newest of a line. */
const exact = ({ repository, tag }: ImagePin) => {
    const [registry = "", ...rest] = repository.split("/");
    return { registry, repository: rest.join("/"), tag };
};

/** The chart's own Secret would hold it; pods read it at their start alone, so they show which it is. */
const told = (name: string, key: string, configuration: string) => ({
    additional: { platform: { configSecret: name, configSecretKey: key } },
    annotations: { "platform/configuration": contentDigest(configuration) },
});
/** The chart would kill as soon as it sends nothing more. */
const patient = { livenessProbe: { failureThreshold: 9 } };

/** Values for a server whose databases, Secrets and routes are the platform's. */
export function matrixValues(args: MatrixValuesArgs): ChartValues {
    const { domain, serverName, replicas, images, databases, signOn, loginAuthority, media } = args;
    const { configurations } = args;
    const host = (of: keyof typeof matrixHosts) => ({ host: `${matrixHosts[of]}.${domain}` });
    const { server, serverKeys, account, accountKeys, bridge, bridgeKeys } = matrixSecrets;
    const database = authority(
        "database-authority",
        databases.synapse.authority,
        DATABASE_AUTHORITY,
    );
    const accountDatabase = authority(
        "database-authority",
        databases.account.authority,
        DATABASE_AUTHORITY,
    );
    const login =
        loginAuthority === undefined
            ? []
            : [authority("login-authority", loginAuthority, LOGIN_AUTHORITY)];
    const off = { serviceMonitors: { enabled: false } };
    const alone = { replicas: 1, tolerations: leavesDeadNode };
    return {
        serverName,
        clusterDomain: "cluster.local",
        networking: { ipFamily: "ipv4" },
        image: { pullPolicy: "IfNotPresent" },
        ingress: { tlsEnabled: false },
        priorityClassName: priorities.app.name,
        topologySpreadConstraints: spread(),
        storage: { storageClassName: media.storageClass },
        initSecrets: { enabled: false },
        deploymentMarkers: { enabled: false },
        matrixRTC: { enabled: false },
        elementAdmin: { enabled: false },
        postgres: { enabled: false },
        elementWeb: {
            replicas,
            ingress: host("web"),
            resources: resources("10m", "32Mi", "128Mi"),
            additional: { platform: JSON.stringify(elementConfiguration) },
        },
        haproxy: {
            ...off,
            replicas,
            image: exact(images.haproxy),
            ...patient,
            resources: resources("20m", "64Mi", "256Mi"),
        },
        redis: {
            ...off,
            ...alone,
            image: exact(images.redis),
            resources: resources("10m", "32Mi", "96Mi"),
            redisExporter: { resources: resources("5m", "16Mi", "64Mi") },
        },
        hookshot: {
            ...off,
            ...alone,
            enabled: true,
            user: { localpart: BRIDGE_USER },
            passkey: secret(matrixSecrets.passkey, "tls.key"),
            appserviceRegistration: secret(bridge, bridgeKeys.registration),
            resources: resources("25m", "160Mi", "512Mi"),
            ...told(bridge, matrixSecrets.configuration, configurations.bridge),
        },
        matrixAuthenticationService: {
            ...off,
            replicas,
            ingress: host("account"),
            postgres: postgres(databases.account),
            synapseSharedSecret: secret(account, accountKeys.shared),
            encryptionSecret: secret(account, accountKeys.encryption),
            privateKeys: {
                rsa: secret(matrixSecrets.rsa, "tls.key"),
                ecdsaPrime256v1: secret(matrixSecrets.ecdsa, "tls.key"),
            },
            ...told(signOn, signOnSecret.key, configurations.account),
            ...patient,
            resources: resources("25m", "96Mi", "384Mi"),
            extraVolumes: [accountDatabase, ...login].map(({ volume }) => volume),
            extraVolumeMounts: [accountDatabase, ...login].map(({ mount }) => mount),
            // Rustls takes the authorities of the system from here (rustls-native-certs).
            extraEnv:
                loginAuthority === undefined
                    ? []
                    : [{ name: "SSL_CERT_FILE", value: `${LOGIN_AUTHORITY}/${AUTHORITY_FILE}` }],
        },
        synapse: {
            ...off,
            ingress: host("server"),
            checkConfigHook: { enabled: false },
            media: { storage: { size: `${media.size}Gi` }, maxUploadSize: `${LARGEST_FILE}M` },
            postgres: postgres(databases.synapse),
            signingKey: secret(server, serverKeys.signing),
            macaroon: secret(server, serverKeys.macaroon),
            registrationSharedSecret: secret(server, serverKeys.registration),
            ...told(server, matrixSecrets.configuration, configurations.synapse),
            tolerations: leavesDeadNode,
            resources: resources("150m", "640Mi", "2Gi"),
            extraVolumes: [database.volume],
            extraVolumeMounts: [database.mount],
            workers: Object.fromEntries(
                matrixWorkers.map((worker) => [
                    worker,
                    { enabled: true, replicas, resources: resources("50m", "192Mi", "768Mi") },
                ]),
            ),
        },
    };
}

/** What the chart has no values for: routes of the platform take the place of its Ingresses. */
export function matrixPatch(manifest: Manifest): Manifest | undefined {
    return manifest.kind === "Ingress" ? undefined : manifest;
}
