/** Feast's servers as objects. Pure. */
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import {
    AUTHORITY,
    CONFIGURATION,
    DEFINITIONS,
    FEAST,
    type FeastDatabase,
    feastConfiguration,
    REPOSITORY,
} from "./feast-configuration";

/** Labels of the servers. */
export const feastPods = { "app.kubernetes.io/name": FEAST } as const;

/** What models ask for features, what definitions are applied through, and the metrics. */
export const feastPorts = { online: 6566, registry: 6570, metrics: 8000 } as const;

/** User of the image (feast v0.66.0: sdk/python/feast/infra/feature_servers/multicloud/Dockerfile). */
const USER = 1001;

/** What the objects need to know. */
export interface FeastObjects {
    readonly image: string;
    readonly replicas: number;
    readonly database: FeastDatabase;
}

const FEAST_PROGRAM = ["feast", "--chdir", REPOSITORY] as const;

/** What starts a server of features, and one of definitions. */
const commands = {
    online: [
        ...FEAST_PROGRAM,
        ...["serve", "--host", "0.0.0.0", "--port", String(feastPorts.online)],
        ...["--metrics", "--no-access-log", "--registry_ttl_sec", "10"],
    ],
    registry: ["python", `${REPOSITORY}/${DEFINITIONS}`, REPOSITORY, String(feastPorts.registry)],
} as const;

/** Measured at rest: two processes with some 300 MiB, and one with 230 MiB. */
const sizes = {
    online: resources("25m", "320Mi", "1Gi"),
    registry: resources("15m", "256Mi", "768Mi"),
} as const;

const probes = {
    online: { httpGet: { path: "/health", port: "online" } },
    registry: { grpc: { port: feastPorts.registry } },
} as const;

/** Feast with its configuration, whatever it does. */
function program({ image, database }: FeastObjects, command: readonly string[]) {
    return {
        image,
        command,
        env: [
            secretVariable("PGUSER", database.credentials, "username"),
            secretVariable("PGPASSWORD", database.credentials, "password"),
            { name: "HOME", value: "/tmp" },
        ],
        securityContext: restrictedContainer,
        volumeMounts: [
            { name: "configuration", mountPath: REPOSITORY, readOnly: true },
            { name: "authority", mountPath: AUTHORITY, readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
        ],
    };
}

/**
 * Makes the tables that are missing, before the servers start: these refuse to start without. Two
 * pods that begin at once on an empty database may meet; the second finds the tables at its next try.
 */
function schema(of: FeastObjects) {
    return {
        name: "schema",
        ...program(of, [...FEAST_PROGRAM, "registry", "create-schema"]),
        resources: sizes.registry,
    };
}

function server(name: keyof typeof commands, of: FeastObjects, ports: readonly string[]) {
    return {
        name,
        ...program(of, commands[name]),
        ports: Object.entries(feastPorts)
            .filter(([port]) => ports.includes(port))
            .map(([port, containerPort]) => ({ name: port, containerPort })),
        // The database may have lost its primary a moment ago.
        startupProbe: {
            ...probes[name],
            periodSeconds: 5,
            timeoutSeconds: 5,
            failureThreshold: 36,
        },
        readinessProbe: {
            ...probes[name],
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 3,
        },
        livenessProbe: {
            ...probes[name],
            periodSeconds: 30,
            timeoutSeconds: 5,
            failureThreshold: 4,
        },
        resources: sizes[name],
    };
}

/** The servers: they keep nothing, so any answers for all. */
export function feastDeployment(of: FeastObjects): Manifest {
    const { replicas, database } = of;
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: FEAST, namespace: FEAST },
        spec: {
            replicas,
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            selector: { matchLabels: feastPods },
            template: {
                metadata: {
                    labels: feastPods,
                    // It reads its configuration when it starts.
                    annotations: {
                        "platform/configuration": contentDigest(feastConfiguration(database).data),
                    },
                },
                spec: {
                    priorityClassName: priorities.app.name,
                    automountServiceAccountToken: false,
                    // Kubernetes' own variables for the Service would be called FEAST_PORT and so on.
                    enableServiceLinks: false,
                    securityContext: restrictedPod(USER),
                    topologySpreadConstraints: spread(feastPods),
                    initContainers: [schema(of)],
                    containers: [
                        server("online", of, ["online", "metrics"]),
                        server("registry", of, ["registry"]),
                    ],
                    volumes: [
                        { name: "configuration", configMap: { name: CONFIGURATION } },
                        {
                            name: "authority",
                            secret: {
                                secretName: database.authority,
                                items: [{ key: "ca.crt", path: "ca.crt" }],
                            },
                        },
                        { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
                    ],
                },
            },
        },
    };
}

/** Where it is reached. */
export const feastService: Manifest = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: FEAST, namespace: FEAST },
    spec: {
        selector: feastPods,
        ports: [
            { name: "online", port: feastPorts.online, targetPort: "online" },
            // The mesh and clients speak gRPC on it.
            {
                name: "registry",
                port: feastPorts.registry,
                targetPort: "registry",
                appProtocol: "grpc",
            },
        ],
    },
};
