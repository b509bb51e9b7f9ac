/** What is done once, before and after the servers of LLDAP v0.6.3 start. Pure. */
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import {
    ADMINISTRATOR,
    lldapLabels,
    type LldapObjects,
    lldapPorts,
    name,
    pod,
    program,
    volumes,
} from "./lldap-objects";

/**
 * A Job that is named after what it does: it cannot be changed, so another one takes its place.
 *
 * @param reads what its pods read besides their own manifest
 */
function job(
    purpose: "schema" | "bootstrap" | `account-${string}`,
    namespace: string,
    spec: Readonly<Record<string, unknown>>,
    reads?: unknown,
): Manifest {
    const digest = contentDigest({ spec, reads });
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${name}-${purpose}-${digest}`, namespace },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 900,
            template: {
                metadata: {
                    labels: purpose === "schema" ? lldapLabels.schema : lldapLabels.bootstrap,
                },
                spec: { restartPolicy: "OnFailure", ...pod, ...spec },
            },
        },
    };
}

/**
 * Brings the tables to what this version of LLDAP wants, before the first server of it starts. Two
 * servers that do so at once stumble over each other: of two started on an empty database one fails
 * an assertion in the middle (lldap v0.6.3: crates/sql-backend-handler/src/sql_migrations.rs). With
 * the tables there, one that loses the race for the first group starts anew, and all is well.
 */
export function schema(of: LldapObjects): Manifest {
    return job("schema", of.namespace, {
        containers: [
            {
                name: "schema",
                ...program(of, "create_schema"),
                resources: resources("20m", "64Mi", "256Mi"),
            },
        ],
        volumes: volumes(of),
    });
}

/** Groups in the form that the image's own script reads: a file each. */
export function groupFiles(groups: readonly string[]): Readonly<Record<string, string>> {
    return Object.fromEntries(
        groups.map((group) => [`${group}.json`, JSON.stringify({ name: group })]),
    );
}

/** What {@link bootstrap} reads. */
export function bootstrapFiles(namespace: string, groups: readonly string[]): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-groups`, namespace },
        data: groupFiles(groups),
    };
}

/** Files that the script of the image reads, by the folder below `/bootstrap`. */
type Folders = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Runs the script of the image, which fails without the right password. What people add stays: it
 * removes nothing (lldap v0.6.3: scripts/bootstrap.sh, DO_CLEANUP).
 */
function script(
    purpose: "bootstrap" | `account-${string}`,
    { namespace, image, administrator }: LldapObjects,
    folders: Folders,
    reads: unknown,
): Manifest {
    return job(
        purpose,
        namespace,
        {
            containers: [
                {
                    name: "bootstrap",
                    image,
                    command: ["bash", "/app/bootstrap.sh"],
                    env: [
                        {
                            name: "LLDAP_URL",
                            value: `http://${name}.${namespace}.svc:${lldapPorts.http}`,
                        },
                        { name: "LLDAP_ADMIN_USERNAME", value: ADMINISTRATOR },
                        secretVariable("LLDAP_ADMIN_PASSWORD", administrator, "password"),
                        { name: "GROUP_CONFIGS_DIR", value: "/bootstrap/groups" },
                        { name: "USER_CONFIGS_DIR", value: "/bootstrap/users" },
                    ],
                    resources: resources("20m", "32Mi", "128Mi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        ...Object.keys(folders).map((folder) => ({
                            name: folder,
                            mountPath: `/bootstrap/${folder}`,
                            readOnly: true,
                        })),
                        { name: "scratch", mountPath: "/tmp" },
                    ],
                },
            ],
            volumes: [
                ...Object.entries(folders).map(([name, source]) => ({ name, ...source })),
                { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
            ],
        },
        reads,
    );
}

/** Makes the groups. */
export function bootstrap(of: LldapObjects, files: Manifest): Manifest {
    const groups = { configMap: { name: files.metadata.name } };
    return script("bootstrap", of, { groups }, files.data);
}

/** The account of a program, as the script reads it. */
export function accountFiles(
    { namespace, domain }: Pick<LldapObjects, "namespace" | "domain">,
    account: string,
    groups: readonly string[],
): Manifest {
    const user = {
        id: account,
        email: `${account}@${domain}`,
        displayName: account,
        password_file: "/bootstrap/password/password",
        groups,
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-account-${account}`, namespace },
        data: { [`${account}.json`]: JSON.stringify(user) },
    };
}

/** Makes the account, or gives it the password of the Secret anew. */
export function accountJob(
    of: LldapObjects,
    { account, files, secret }: { account: string; files: Manifest; secret: string },
): Manifest {
    const folders: Folders = {
        users: { configMap: { name: files.metadata.name } },
        password: {
            secret: { secretName: secret, items: [{ key: "password", path: "password" }] },
        },
    };
    return script(`account-${account}`, of, folders, files.data);
}
