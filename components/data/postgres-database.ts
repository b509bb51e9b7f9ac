import type * as pulumi from "@pulumi/pulumi";
import { postgresPorts } from "../../operators/cloudnative-pg-labels";
import { connectClients } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { ManifestInput } from "../base/object";
import { Part } from "../base/part";
import type { TableChecks } from "../base/restore-check";
import { GeneratedSecret, type Rotation } from "../base/secret";
import { internalCertificate } from "../security/internal-certificate";
import { loginRenewal } from "./postgres-login";
import type { SharedServer } from "./shared-postgres";

/** Arguments of {@link PostgresDatabase}. */
export interface PostgresDatabaseArgs extends Foundation {
    /** The cluster that holds it. */
    readonly server: SharedServer;
    /** Namespace of who uses it. */
    readonly namespace: Namespace;
    /** Pods that may connect, by their labels, in that namespace. */
    readonly clients: readonly Readonly<Record<string, string>>[];
    /** Database, and name of the role that owns it: lower case, digits and hyphens. */
    readonly database: string;
    /**
     * Collation and character classes, as PostgreSQL names them; default: those of the cluster. They
     * are fixed when the database is made.
     */
    readonly locale?: string;
    /** What proves that a restore of it is whole. */
    readonly restoreCheck: TableChecks;
    /** Who renews the password, and when. */
    readonly rotation: Rotation;
}

/** What programs must know of a database: its address, and the Secrets of their namespace. */
export type DatabaseAccess = Pick<
    PostgresDatabase,
    "host" | "port" | "database" | "credentials" | "authority"
>;

const apiVersion = "postgresql.cnpg.io/v1";

/**
 * Waits until the primary has carried it out. Neither kind has conditions (cloudnative-pg v1.30.0:
 * api/v1/database_types.go and databaserole_types.go).
 */
const untilApplied = { "pulumi.com/waitFor": "jsonpath={.status.applied}=true" };

/**
 * Another locale than that of the cluster is taken by a copy of `template0` alone (postgresql.org:
 * CREATE DATABASE).
 */
const ownLocale = (locale: string) => ({
    template: "template0",
    encoding: "UTF8",
    localeCollate: locale,
    localeCType: locale,
});

/**
 * A database and the role that owns it, in a shared cluster: for a system that needs no cluster of
 * its own. The role is a `DatabaseRole`, which upstream recommends over `managed.roles` of the
 * Cluster: the cluster need not know who will use it. In prod the database is protected; what is
 * deleted here stays in PostgreSQL in any case.
 */
export class PostgresDatabase extends Part {
    /** Host name of the primary; its certificate has this name. */
    readonly host: string;
    /** Port of PostgreSQL. */
    readonly port: number = postgresPorts.postgres;
    readonly database: string;
    /** Secret of the client's namespace with `username` and `password`. */
    readonly credentials: string;
    /** Secret of the client's namespace with the authority of the server's certificate, `ca.crt`. */
    readonly authority: string;
    /** What clients wait for: the database, what they sign on with, and their way to it. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: PostgresDatabaseArgs, opts: pulumi.ComponentResourceOptions) {
        super("data", "PostgresDatabase", name, args, {}, opts);
        const { site, server, namespace, database } = args;
        args.backups.proveTables(
            server.cluster,
            args.restoreCheck.map((check) => ({ database, ...check })),
        );
        const plain = { username: database };
        const login = new GeneratedSecret(
            name,
            {
                namespace: server.home,
                secretName: `${database}-login`,
                generate: { password: { length: 32 } },
                plain,
                type: "kubernetes.io/basic-auth",
                // Without it the operator would not notice a new password.
                labels: { "cnpg.io/reload": "true" },
                rotation: args.rotation,
                renewal: loginRenewal,
                copy: { namespace, plain, type: "kubernetes.io/basic-auth" },
            },
            { parent: this },
        );
        const inCluster = (
            kind: string,
            spec: Readonly<Record<string, unknown>>,
        ): ManifestInput => ({
            apiVersion,
            kind,
            metadata: { name: database, namespace: server.home.name, annotations: untilApplied },
            spec: { cluster: { name: server.cluster }, name: database, ...spec },
        });
        const role = this.object(
            inCluster("DatabaseRole", {
                login: true,
                passwordSecret: { name: login.secretName },
                databaseRoleReclaimPolicy: "retain",
            }),
            { dependsOn: [login.object, ...server.ready] },
        );
        const made = this.object(
            inCluster("Database", {
                owner: database,
                databaseReclaimPolicy: "retain",
                ...(args.locale === undefined ? {} : ownLocale(args.locale)),
            }),
            {
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
                dependsOn: [role],
            },
        );
        this.authority = `${name}-authority`;
        // Nobody shows this certificate: cert-manager writes the authority's own beside it.
        const authority = this.object(
            internalCertificate({
                name: this.authority,
                namespace: namespace.name,
                names: [`${database}.${namespace.name}`],
                usage: "client auth",
            }),
            { dependsOn: [namespace.object, server.authority] },
        );
        const way = connectClients(name, {
            clients: args.clients,
            namespace,
            to: server.endpoint,
        });
        this.host = server.host;
        this.database = database;
        this.credentials = name;
        this.ready = [made, authority, ...(login.copied ? [login.copied] : []), ...way];
    }
}
