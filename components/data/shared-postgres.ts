import type * as pulumi from "@pulumi/pulumi";
import type { BackupTier } from "../base/backup-tier";
import type { Endpoint } from "../base/connection";
import { resources } from "../base/containers";
import type { AnyDefinition } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { System } from "../base/system";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import type { Storage } from "../storage/ceph-cluster";
import type { ArchiveSettings } from "./archive-settings";
import type { DatabaseArchiver } from "./barman-cloud";
import type { Postgres } from "./cloudnative-pg";
import { PostgresCluster } from "./postgres-cluster";

/** What a shared cluster is built on. */
export type SharedPostgresArgs<D extends AnyDefinition> = SystemContext<D> & {
    readonly postgres: Postgres;
    readonly storage: Storage;
    /** Archives it; undefined where nothing does. */
    readonly archiver: DatabaseArchiver | undefined;
    readonly archive: ArchiveSettings;
    /** Signs the certificate of the server. */
    readonly authority: pulumi.Resource;
    /** Size of each instance's data volume in GiB. */
    readonly size: number;
    /** That of the dearest system with a database in it. */
    readonly backup: BackupTier;
};

/** A PostgreSQL cluster in which others have databases, as `PostgresDatabase` asks for them. */
export interface SharedServer {
    /** Name of the Cluster. */
    readonly cluster: string;
    /** Namespace of the Cluster. */
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    /** Host name of the primary, from every namespace. */
    readonly host: string;
    /** Signs the certificate of the server. */
    readonly authority: pulumi.Resource;
    /** What must be there before a database can be made: a primary. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * A PostgreSQL cluster in a namespace of its own, for several systems that fail and are restored
 * together (docs/decisions/0011-shared-databases.md). The platform's own authority signs its
 * certificate: a Secret of the operator could not be read in the namespaces of the clients. It never
 * takes a password without TLS.
 */
export class SharedPostgres<D extends AnyDefinition> extends System<D> implements SharedServer {
    readonly cluster: string;
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    readonly host: string;
    readonly authority: pulumi.Resource;

    constructor(
        name: string,
        {
            postgres,
            storage,
            archiver,
            archive,
            authority,
            size,
            backup,
            ...context
        }: SharedPostgresArgs<D>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { name }, opts);
        this.cluster = name;
        // The promise of every database stands with their operator.
        this.home = this.namespace(name, { tier: "platform", backup, tried: true, flows: [] });
        const primary = serviceNames(`${name}-rw`, name);
        const secretName = `${name}-tls`;
        const object = this.object(
            internalCertificate({
                name: secretName,
                namespace: name,
                names: [
                    ...primary,
                    ...serviceNames(`${name}-r`, name),
                    ...serviceNames(`${name}-ro`, name),
                ],
                usage: "server auth",
                // Without it the instances would not notice a renewed certificate.
                labels: { "cnpg.io/reload": "true" },
            }),
            { dependsOn: [this.home.object, authority] },
        );
        const server = new PostgresCluster(
            name,
            {
                ...context,
                postgres,
                storage,
                archiver,
                archive,
                namespace: this.home,
                // initdb makes one database in any case; this one stays empty.
                database: "unused",
                restoreCheck: "by its databases",
                size,
                clients: [],
                resources: resources("170m", "608Mi", "1Gi"),
                certificate: { secretName, object },
            },
            { parent: this },
        );
        this.endpoint = server.endpoint;
        [this.host] = primary;
        this.authority = authority;
        this.waitFor(...server.ready);
    }
}
