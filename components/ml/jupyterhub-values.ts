/** Values of JupyterHub's chart (4.4.0). Pure. */
import * as path from "node:path";
import { leavesDeadNode } from "../base/availability";
import type { ChartValue, ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { ImagePin } from "../base/pins";
import {
    HUB_PORT,
    HUB_SECRET,
    JUPYTERHUB,
    NOTEBOOKS,
    SURROUNDINGS,
    surroundings,
} from "./jupyterhub-names";
import type { DatabaseAccess } from "../data/postgres-database";

/** File with the platform's own authority, which signs the certificate of the database. */
export const AUTHORITY = "/etc/authority/ca.crt";

/** User and group of notebooks, as their images have them (jupyter/docker-stacks: NB_UID, NB_GID). */
const NOTEBOOK_USER = { uid: 1000, fsGid: 100 } as const;

/** What the values need to know. */
export interface JupyterHubValuesArgs {
    readonly notebook: ImagePin;
    /** How many people may have a notebook, and so how many run at once. */
    readonly people: number;
    /** GiB of files of one of them. */
    readonly home: number;
    /** GiB of memory that a notebook may take. */
    readonly memory: number;
    readonly storageClass: string;
    /** The section `GenericOAuthenticator`. */
    readonly authenticator: ChartValues;
    /** Secret of the client; its key is `client-secret`. */
    readonly client: string;
    readonly database: DatabaseAccess;
}

const fromSecret = (name: string, key: string) => ({ valueFrom: { secretKeyRef: { name, key } } });

/** A value that the chart would otherwise make anew with each rendering; it reaches no object. */
const NEVER_READ = "never-read";

function hub(args: JupyterHubValuesArgs): ChartValues {
    const { database, client, people } = args;
    return {
        activeServerLimit: people,
        // Metrics are asked for by Prometheus alone, which the network policies let in.
        authenticatePrometheus: false,
        config: {
            CryptKeeper: { keys: [NEVER_READ] },
            GenericOAuthenticator: args.authenticator,
            JupyterHub: {
                // Who administers hub and people sees no notebook of others.
                admin_access: false,
                authenticator_class: "generic-oauth",
                // Notebooks are in another namespace than the Service.
                hub_connect_url: `http://hub.${JUPYTERHUB}.svc:${HUB_PORT}`,
            },
            KubeSpawner: {
                namespace: NOTEBOOKS,
                container_security_context: {
                    capabilities: { drop: ["ALL"] },
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                pod_security_context: {
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                },
            },
        },
        containerSecurityContext: { ...restrictedContainer, runAsUser: 1000, runAsGroup: 1000 },
        cookieSecret: NEVER_READ,
        db: {
            type: "postgres",
            // Other tables than those of the release are brought up to it before anybody is served.
            upgrade: true,
            url: `postgresql+psycopg2://@${database.host}:${database.port}/${database.database}?sslmode=verify-full&sslrootcert=${AUTHORITY}`,
        },
        existingSecret: HUB_SECRET,
        extraEnv: {
            HOME: "/tmp",
            OAUTH_CLIENT_SECRET: fromSecret(client, "client-secret"),
            PGPASSWORD: fromSecret(database.credentials, "password"),
            PGUSER: fromSecret(database.credentials, "username"),
        },
        extraVolumes: [
            { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
            {
                name: "authority",
                secret: {
                    secretName: database.authority,
                    items: [{ key: "ca.crt", path: path.basename(AUTHORITY) }],
                },
            },
        ],
        extraVolumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: "authority", mountPath: path.dirname(AUTHORITY), readOnly: true },
        ],
        livenessProbe: { initialDelaySeconds: 0, timeoutSeconds: 5, failureThreshold: 6 },
        networkPolicy: { enabled: false },
        podSecurityContext: restrictedPod(1000),
        readinessProbe: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        resources: resources("75m", "320Mi", "1Gi"),
        tolerations: leavesDeadNode,
    };
}

function singleuser(args: JupyterHubValuesArgs): ChartValues {
    const { notebook, home, memory, storageClass } = args;
    return {
        ...NOTEBOOK_USER,
        allowPrivilegeEscalation: false,
        // A privileged container would do it; the network policies do without.
        cloudMetadata: { blockWithIptables: false },
        cpu: { guarantee: 0.1, limit: 2 },
        defaultUrl: "/lab",
        // Read where notebooks are: the hub has no use for it.
        extraEnv: Object.fromEntries(
            surroundings.map((key) => [
                key,
                {
                    name: key,
                    valueFrom: { configMapKeyRef: { name: SURROUNDINGS, key, optional: true } },
                },
            ]),
        ),
        image: { name: notebook.reference, tag: "" },
        memory: { guarantee: "256M", limit: `${memory}G` },
        networkPolicy: { enabled: false },
        startTimeout: 600,
        storage: { capacity: `${home}Gi`, dynamic: { storageClass } },
    };
}

const anyNode: ChartValue = { tolerations: [], nodeAffinity: { matchNodePurpose: "ignore" } };

/** Hub, proxy and what notebooks look like; nothing pulls images ahead or places pods its own way. */
export function jupyterhubValues(args: JupyterHubValuesArgs): ChartValues {
    return {
        hub: hub(args),
        proxy: {
            chp: {
                containerSecurityContext: {
                    ...restrictedContainer,
                    runAsUser: 65_534,
                    runAsGroup: 65_534,
                },
                livenessProbe: { initialDelaySeconds: 30, timeoutSeconds: 5, failureThreshold: 6 },
                networkPolicy: { enabled: false },
                readinessProbe: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
                resources: resources("20m", "96Mi", "256Mi"),
                tolerations: leavesDeadNode,
            },
            secretToken: NEVER_READ,
            service: { type: "ClusterIP" },
        },
        singleuser: singleuser(args),
        // Over pods of its own namespace and all Secrets there; the notebooks' has one that fits.
        rbac: { create: false },
        scheduling: {
            corePods: anyNode,
            userPods: anyNode,
            userPlaceholder: { enabled: false },
            userScheduler: { enabled: false },
        },
        prePuller: { hook: { enabled: false }, continuous: { enabled: false } },
        cull: { enabled: true, timeout: 3600, every: 300 },
    };
}
