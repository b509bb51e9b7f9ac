/** What Feast's servers read. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Manifest } from "../base/object";

/** Namespace, Deployment and Service. */
export const FEAST = "feast";

/** The project that definitions belong to; each team has names of its own in it. */
const PROJECT = "platform";

/** ConfigMap with what the servers read. */
export const CONFIGURATION = `${FEAST}-configuration`;
/** Where the configuration is, which Feast calls a repository. */
export const REPOSITORY = "/feast";
/** Serves definitions. */
export const DEFINITIONS = "serve_definitions.py";
/** Folder with the authority of the database's certificate. */
export const AUTHORITY = "/etc/authority";

/** A database; `credentials` has `username` and `password`, `authority` the `ca.crt` of the server. */
export interface FeastDatabase {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly credentials: string;
    readonly authority: string;
}

/**
 * feature_store.yaml: definitions and values lie in the database. User and password are put in by
 * Feast from its environment (repo_config.py, load_repo_config): both are letters and digits.
 */
export function featureStore({
    host,
    port,
    database,
}: FeastDatabase): Readonly<Record<string, unknown>> {
    const [user, password, authority] = ["${PGUSER}", "${PGPASSWORD}", `${AUTHORITY}/ca.crt`];
    return {
        project: PROJECT,
        provider: "local",
        registry: {
            registry_type: "sql",
            path: `postgresql+psycopg://${user}:${password}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${authority}`,
            cache_ttl_seconds: 10,
            // Two that made tables at once would meet; one makes them before.
            schema_mode: "verify",
            sqlalchemy_config_kwargs: { pool_pre_ping: true, pool_size: 2 },
        },
        online_store: {
            type: "postgres",
            host,
            port,
            database,
            db_schema: "public",
            user,
            password,
            sslmode: "verify-full",
            sslrootcert_path: authority,
            conn_type: "pool",
            max_conn: 5,
        },
        // Files of whoever trains; the servers have none.
        offline_store: { type: "dask" },
        entity_key_serialization_version: 3,
    };
}

/** The configuration as the servers mount it. */
export function feastConfiguration(of: FeastDatabase): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: CONFIGURATION, namespace: FEAST },
        data: {
            "feature_store.yaml": yaml.dump(featureStore(of), { lineWidth: -1 }),
            [DEFINITIONS]: fs.readFileSync(path.join(__dirname, "scripts", DEFINITIONS), "utf8"),
        },
    };
}
