/** What is done once, before and after the servers of LLDAP v0.6.3 start. Pure. */
import { createHash } from "node:crypto";
import { resources, restrictedContainer } from "../base/containers";
import type { Manifest } from "../base/object";
import {
    ADMINISTRATOR,
    fromSecret,
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
    purpose: "schema" | "bootstrap",
    namespace: string,
    spec: Readonly<Record<string, unknown>>,
    reads?: unknown,
): Manifest {
    const digest = createHash("sha256")
        .update(JSON.stringify({ spec, reads }))
        .digest("hex")
        .slice(0, 8);
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${name}-${purpose}-${digest}`, namespace },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 900,
            template: {
                metadata: { labels: lldapLabels[purpose] },
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

/**
 * Makes the groups, by the script of the image, which fails without the right password. What people
 * add stays: it removes nothing (lldap v0.6.3: scripts/bootstrap.sh, DO_CLEANUP).
 */
export function bootstrap(
    { namespace, image, administrator }: LldapObjects,
    files: Manifest,
): Manifest {
    return job(
        "bootstrap",
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
                        fromSecret("LLDAP_ADMIN_PASSWORD", administrator, "password"),
                        { name: "GROUP_CONFIGS_DIR", value: "/bootstrap/groups" },
                    ],
                    resources: resources("20m", "32Mi", "128Mi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        { name: "groups", mountPath: "/bootstrap/groups", readOnly: true },
                        { name: "scratch", mountPath: "/tmp" },
                    ],
                },
            ],
            volumes: [
                { name: "groups", configMap: { name: files.metadata.name } },
                { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
            ],
        },
        files.data,
    );
}
