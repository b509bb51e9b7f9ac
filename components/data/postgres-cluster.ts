import type * as pulumi from "@pulumi/pulumi";
import type { Flow } from "../base/flows";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject } from "../base/object";
import { priorities } from "../base/priority";
import { GeneratedSecret } from "../base/secret";
import { System, type SystemArgs } from "../base/system";
import { cloudNativePgNamespace, postgresStatusPort } from "./cloudnative-pg";

/** Arguments of {@link PostgresCluster}. */
export interface PostgresClusterArgs extends SystemArgs {
    /** Namespace that hosts the cluster; its flows include {@link postgresFlows}. */
    readonly namespace: Namespace;
    /** What must be there first: the operator with its webhooks, and the StorageClass. */
    readonly needs: readonly pulumi.Resource[];
    /** Database, and name of the role that owns it. */
    readonly database: string;
    /** StorageClass of the volumes. */
    readonly storageClass: string;
    /** Size of each instance's data volume in GiB. */
    readonly size: number;
    /** Size of each instance's volume for the write-ahead log in GiB; default: 5. */
    readonly walSize?: number;
}

/** PostgreSQL image of CloudNativePG 1.30. */
// renovate: datasource=docker depName=ghcr.io/cloudnative-pg/postgresql versioning=loose
const image = "ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie";

/** Port of PostgreSQL. */
const POSTGRES_PORT = 5432;

/**
 * The flows that the hosting namespace must declare for a cluster.
 *
 * @param cluster name of the {@link PostgresCluster}
 * @param apiServerPort port of the Kubernetes API: each instance watches its own cluster
 */
export function postgresFlows(cluster: string, apiServerPort: number): Flow[] {
    // Instances and the jobs that make them carry this label.
    const pods = { "cnpg.io/cluster": cluster };
    return [
        {
            name: `${cluster}-operator`,
            pods,
            from: { namespace: cloudNativePgNamespace },
            ports: [postgresStatusPort],
        },
        { name: `${cluster}-in`, pods, from: { pods: {} }, ports: [POSTGRES_PORT] },
        {
            name: `${cluster}-replication-out`,
            pods,
            to: { pods },
            ports: [POSTGRES_PORT, postgresStatusPort],
        },
        {
            name: `${cluster}-replication-in`,
            pods,
            from: { pods },
            ports: [POSTGRES_PORT, postgresStatusPort],
        },
        { name: `${cluster}-api-server`, pods, to: "api-server", ports: [apiServerPort] },
    ];
}

/** The flow that lets pods of the same namespace reach a cluster. */
export function postgresClientFlow(cluster: string, pods: Readonly<Record<string, string>>): Flow {
    return {
        name: `${cluster}-clients`,
        pods,
        to: { pods: { "cnpg.io/cluster": cluster } },
        ports: [POSTGRES_PORT],
    };
}

/**
 * A PostgreSQL cluster of CloudNativePG: one primary and, where the profile has them, standbys on
 * other nodes, of which one has confirmed each commit. In prod it is protected and stays when the
 * stack goes.
 */
export class PostgresCluster extends System {
    /** Host name of the primary, inside the namespace. */
    readonly host: string;
    /** Port of PostgreSQL. */
    readonly port = POSTGRES_PORT;
    readonly database: string;
    /** Secret with the owner's `username` and `password`. */
    readonly credentials: string;
    /** Secret of the operator with the authority of the server's certificate, key `ca.crt`. */
    readonly authority: string;
    /** What clients wait for: a primary that accepts connections. */
    readonly ready: readonly KubernetesObject[];

    constructor(name: string, args: PostgresClusterArgs, opts: pulumi.ComponentResourceOptions) {
        super("data", "PostgresCluster", name, { context: args.context }, opts);
        const { context, namespace, database, storageClass } = args;
        const instances = context.settings.replicas("critical");
        const owner = new GeneratedSecret(
            `${name}-owner`,
            {
                namespace,
                generate: { password: { length: 32 } },
                plain: { username: database },
                type: "kubernetes.io/basic-auth",
                // Without it the operator would not notice a new password.
                labels: { "cnpg.io/reload": "true" },
            },
            { parent: this },
        );
        const cluster = this.object(
            {
                apiVersion: "postgresql.cnpg.io/v1",
                kind: "Cluster",
                metadata: {
                    name,
                    namespace: namespace.name,
                    // Clients that start before the database only fill the log with failures.
                    annotations: { "pulumi.com/waitFor": "condition=Ready" },
                },
                spec: {
                    description: `Database ${database}`,
                    imageName: image,
                    instances,
                    primaryUpdateStrategy: "unsupervised",
                    primaryUpdateMethod: instances > 1 ? "switchover" : "restart",
                    bootstrap: {
                        initdb: {
                            database,
                            owner: database,
                            secret: { name: owner.secretName },
                            dataChecksums: true,
                        },
                    },
                    // A single instance would be nailed to its node.
                    enablePDB: instances > 1,
                    affinity: {
                        enablePodAntiAffinity: true,
                        podAntiAffinityType: "required",
                        topologyKey: "kubernetes.io/hostname",
                    },
                    priorityClassName: priorities.data.name,
                    resources: {
                        requests: { cpu: "250m", memory: "512Mi" },
                        limits: { memory: "1Gi" },
                    },
                    storage: { storageClass, size: `${args.size}Gi` },
                    walStorage: { storageClass, size: `${args.walSize ?? 5}Gi` },
                    postgresql: {
                        parameters: { max_connections: "100", shared_buffers: "256MB" },
                        ...(instances >= 3
                            ? {
                                  // `preferred`: with both standbys gone the primary goes on alone.
                                  synchronous: {
                                      method: "any",
                                      number: 1,
                                      dataDurability: "preferred",
                                  },
                              }
                            : {}),
                    },
                    inheritedMetadata: { labels: { "app.kubernetes.io/part-of": "platform" } },
                },
            },
            {
                ...(context.settings.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [owner.object, namespace.object, ...namespace.guardrails, ...args.needs],
                // One instance after the other: volume, initdb or a copy of the primary, start.
                customTimeouts: { create: "20m", update: "20m" },
            },
        );
        this.host = `${name}-rw`;
        this.database = database;
        this.credentials = owner.secretName;
        this.authority = `${name}-ca`;
        this.ready = [cluster];
        this.registerOutputs({});
    }
}
