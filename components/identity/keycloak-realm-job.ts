/** The Job that applies the document of the realm. Pure, but for reading the program that it runs. */
import { contentDigest } from "../base/content-digest";
import * as fs from "node:fs";
import * as path from "node:path";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { name, SERVICE, serverPorts } from "./keycloak-objects";

/** Labels of its pods. */
export const realmJobLabels = {
    "app.kubernetes.io/name": "keycloak-realm",
    "app.kubernetes.io/component": "bootstrap",
} as const;

/** The program: Node leaves the types away by itself. */
const PROGRAM = ["keycloak-apply.ts", "keycloak-realm-state.ts"] as const;

/** What the Job needs to know. */
export interface RealmJob {
    readonly namespace: string;
    /** Image with Node, as a pod names it. */
    readonly image: string;
    readonly document: Readonly<Record<string, unknown>>;
    /** Secret with `client-id` and `client-secret` of the client that may do everything. */
    readonly provisioner: string;
    /** Secret with a file for each secret that the document names; undefined when it names none. */
    readonly secrets: string | undefined;
    /** Which values these are; undefined while none was renewed. */
    readonly revision?: string | undefined;
}

/** The program and the document. */
export function realmFiles({ namespace, document }: RealmJob): Manifest {
    const program = PROGRAM.map((file) => [
        file,
        fs.readFileSync(path.join(__dirname, file), "utf8"),
    ]);
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-realm`, namespace },
        data: {
            ...(Object.fromEntries(program) as Record<string, string>),
            "package.json": JSON.stringify({ type: "module" }),
            "realm.json": JSON.stringify(document, undefined, 2),
        },
    };
}

/** The Job, named after what it applies: it cannot be changed, so another one takes its place. */
export function realmJob(of: RealmJob, files: Manifest): Manifest {
    const { namespace, image, provisioner, secrets, revision } = of;
    const known = revision === undefined ? [] : [revision];
    const digest = contentDigest([image, provisioner, secrets, files.data, ...known]);
    const mounted = secrets === undefined ? [] : [{ name: "secrets", mountPath: "/secrets" }];
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${name}-realm-${digest}`, namespace },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 1800,
            template: {
                metadata: { labels: realmJobLabels },
                spec: {
                    restartPolicy: "OnFailure",
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: "apply",
                            image,
                            command: ["node", "/realm/keycloak-apply.ts", "/realm/realm.json"],
                            env: [
                                {
                                    name: "KEYCLOAK_URL",
                                    value: `http://${SERVICE}.${namespace}.svc:${serverPorts.http}`,
                                },
                                secretVariable("KEYCLOAK_CLIENT", provisioner, "client-id"),
                                secretVariable("KEYCLOAK_SECRET", provisioner, "client-secret"),
                                { name: "SECRETS", value: "/secrets" },
                            ],
                            resources: resources("20m", "64Mi", "192Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "realm", mountPath: "/realm", readOnly: true },
                                ...mounted.map((mount) => ({ ...mount, readOnly: true })),
                            ],
                        },
                    ],
                    volumes: [
                        { name: "realm", configMap: { name: files.metadata.name } },
                        ...mounted.map((mount) => ({
                            name: mount.name,
                            secret: { secretName: secrets, defaultMode: 0o440 },
                        })),
                    ],
                },
            },
        },
    };
}
