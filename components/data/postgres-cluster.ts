import type * as pulumi from "@pulumi/pulumi";
import {
    databaseLabels,
    instanceLabels,
    postgresPorts,
} from "../../operators/cloudnative-pg-labels";
import { spread } from "../base/availability";
import { connect, connectClients, type End, type Endpoint } from "../base/connection";
import { type ContainerResources, resources } from "../base/containers";
import { toApiServer } from "../base/flows";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { monitor } from "../base/observe";
import { Part } from "../base/part";
import { priorities } from "../base/priority";
import { metricsByJob } from "../base/scrape";
import type { TableChecks } from "../base/restore-check";
import { GeneratedSecret, yearly } from "../base/secret";
import type { Storage } from "../storage/ceph-cluster";
import type { ArchiveSettings } from "./archive-settings";
import type { DatabaseArchiver } from "./barman-cloud";
import { cloudnativePg, type Postgres } from "./cloudnative-pg";
import { PostgresArchive } from "./postgres-archive";
import { postgresScrapes } from "./postgres-alerts";
import { loginRenewal } from "./postgres-login";

/** Arguments of {@link PostgresCluster}. */
export interface PostgresClusterArgs extends Foundation {
    /** Namespace that hosts the cluster. */
    readonly namespace: Namespace;
    readonly postgres: Postgres;
    readonly storage: Storage;
    /** Archives it; undefined where nothing does. */
    readonly archiver: DatabaseArchiver | undefined;
    readonly archive: ArchiveSettings;
    /** Database, and name of the role that owns it. */
    readonly database: string;
    /** Size of each instance's data volume in GiB. */
    readonly size: number;
    /** Size of each instance's volume for the write-ahead log in GiB; default: 5. */
    readonly walSize?: number;
    /** What proves that a restore is whole; default: what the databases in it say of themselves. */
    readonly restoreCheck: TableChecks | "by its databases";
    /** Pods that may connect, by their labels, in the same namespace. */
    readonly clients: readonly Readonly<Record<string, string>>[];
    /** Of each instance; default: those of a database of its own for one application. */
    readonly resources?: ContainerResources;
    /**
     * Certificate of the server, where clients cannot read what the operator would sign with an
     * authority of its own; default: that one.
     */
    readonly certificate?: { readonly secretName: string; readonly object: pulumi.Resource };
}

/** The server's certificate and its authority are one Secret of cert-manager; TLS is a must then. */
function tlsOf(certificate: PostgresClusterArgs["certificate"]) {
    if (certificate === undefined) {
        return { certificates: {}, access: {} };
    }
    const { secretName } = certificate;
    return {
        certificates: {
            certificates: { serverTLSSecret: secretName, serverCASecret: secretName },
        },
        // Comes before the operator's own last rule, which lets passwords in without TLS.
        access: { pg_hba: ["hostnossl all all all reject"] },
    };
}

/**
 * A PostgreSQL cluster of CloudNativePG: one primary and, where the profile has them, standbys on
 * other nodes, of which one has confirmed each commit. It archives itself where something does that.
 * In prod it is protected and stays when the stack goes.
 */
export class PostgresCluster extends Part {
    /** Host name of the primary, inside the namespace. */
    readonly host: string;
    /** Port of PostgreSQL. */
    readonly port = postgresPorts.postgres;
    readonly database: string;
    /** Secret with the owner's `username` and `password`. */
    readonly credentials: string;
    /** Secret with the authority of the server's certificate, key `ca.crt`. */
    readonly authority: string;
    /** Where the instances accept connections. */
    readonly endpoint: Endpoint;
    /** What clients wait for: a primary that accepts connections, and their way to it. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: PostgresClusterArgs, opts: pulumi.ComponentResourceOptions) {
        const scrapes = postgresScrapes(name);
        super("data", "PostgresCluster", name, args, { exposes: metricsByJob(scrapes) }, opts);
        const { site, namespace, database, postgres, storage } = args;
        const storageClass = storage.storageClasses.block;
        const instances = site.replicas("critical");
        const tls = tlsOf(args.certificate);
        const inside = { parent: this };
        // Instances and the jobs that make them carry this label.
        const own: End = { namespace, pods: databaseLabels(name) };
        const sql: Endpoint = { ...own, ports: [postgresPorts.postgres] };
        const status: Endpoint = { ...own, ports: [postgresPorts.status] };
        const replication: Endpoint = {
            ...own,
            ports: [postgresPorts.postgres, postgresPorts.status],
        };
        const flows = [
            // Each instance watches its own cluster.
            namespace.allow(toApiServer(own.pods, `${name}-to-api-server`)),
            ...connect(`${name}-operator`, { from: postgres.operator, to: status }),
            ...connect(`${name}-replication`, { from: own, to: replication }),
        ];
        const clients = connectClients(name, { clients: args.clients, to: sql });
        const owner = new GeneratedSecret(
            `${name}-owner`,
            {
                namespace,
                rotation: yearly,
                renewal: loginRenewal,
                generate: { password: { length: 32 } },
                plain: { username: database },
                type: "kubernetes.io/basic-auth",
                // Without it the operator would not notice a new password.
                labels: { "cnpg.io/reload": "true" },
            },
            inside,
        );
        const { archiver, walSize = 5 } = args;
        const archive =
            archiver &&
            new PostgresArchive(
                name,
                { ...args, archiver, settings: args.archive, walSize },
                inside,
            );
        const ownership = { database, owner: database, secret: { name: owner.secretName } };
        const empty = { initdb: { ...ownership, dataChecksums: true } };
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
                    imageName: cloudnativePg.images.postgres.reference,
                    instances,
                    primaryUpdateStrategy: "unsupervised",
                    primaryUpdateMethod: instances > 1 ? "switchover" : "restart",
                    bootstrap: archive?.bootstrap(ownership, empty) ?? empty,
                    ...archive?.fields,
                    // A single instance would be nailed to its node.
                    enablePDB: instances > 1,
                    affinity: {
                        enablePodAntiAffinity: true,
                        podAntiAffinityType: "required",
                        topologyKey: "kubernetes.io/hostname",
                    },
                    topologySpreadConstraints: spread(instanceLabels(name)),
                    priorityClassName: priorities.data.name,
                    resources: args.resources ?? resources("250m", "512Mi", "1Gi"),
                    ...tls.certificates,
                    storage: { storageClass, size: `${args.size}Gi` },
                    walStorage: { storageClass, size: `${walSize}Gi` },
                    postgresql: {
                        ...tls.access,
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
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [
                    owner.object,
                    ...(args.certificate === undefined ? [] : [args.certificate.object]),
                    ...namespace.guardrails,
                    ...flows,
                    ...args.pods,
                    ...postgres.ready,
                    ...storage.ready,
                    ...(archive?.ready ?? []),
                ],
                // One instance after the other: volume, initdb or a copy of the primary, start.
                customTimeouts: { create: "20m", update: "20m" },
            },
        );
        archive?.schedule(cluster);
        if (args.restoreCheck !== "by its databases") {
            args.backups.proveTables(
                name,
                args.restoreCheck.map((check) => ({ database, ...check })),
            );
        }
        this.host = `${name}-rw`;
        this.endpoint = sql;
        this.database = database;
        this.credentials = owner.secretName;
        this.authority = args.certificate?.secretName ?? `${name}-ca`;
        this.ready = [cluster, ...clients];
        const { collector } = args;
        for (const scrape of scrapes) {
            monitor(scrape, { namespace, collector }, this);
        }
    }
}
