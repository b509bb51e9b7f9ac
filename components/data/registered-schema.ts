import * as fs from "node:fs";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { connect } from "../base/connection";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Foundation } from "../base/foundation";
import type { Manifest } from "../base/object";
import { Part } from "../base/part";
import { priorities } from "../base/priority";
import type { SchemaFile } from "./schema-program";
import { type Compatibility, SCHEMA_REGISTRY } from "./schema-registry-names";
import type { SchemaRegistryOffer } from "./schema-registry-offer";

/** A schema, beside the code of whoever writes by it. */
export interface SchemaSettings {
    /** What it describes: `<topic>-value` for the records of a topic. */
    readonly subject: string;
    readonly type: "AVRO" | "JSON" | "PROTOBUF";
    /** The schema as text. */
    readonly schema: string;
    /** What its next version must be to this one. */
    readonly compatibility: Compatibility;
}

const PROGRAM = "schema-program.ts";
const FOLDER = "/schema";

/** Labels of the pods that register schemas. */
export const schemaJobPods = {
    "app.kubernetes.io/name": "registered-schema",
    "app.kubernetes.io/component": "bootstrap",
} as const;

/** The program and what it registers. */
export function schemaFiles(name: string, { url }: { url: string }, of: SchemaSettings): Manifest {
    const { subject, type, schema, compatibility } = of;
    const file: SchemaFile = { url, subject, type, schema, compatibility };
    const data = {
        [PROGRAM]: fs.readFileSync(path.join(__dirname, PROGRAM), "utf8"),
        "package.json": JSON.stringify({ type: "module" }),
        "schema.json": JSON.stringify(file),
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-${contentDigest(data)}`, namespace: SCHEMA_REGISTRY },
        immutable: true,
        data,
    };
}

/** The Job, named after what it registers: it cannot be changed, so another one takes its place. */
export function schemaJob(image: string, files: Manifest): Manifest {
    const name = files.metadata.name ?? "";
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name, namespace: SCHEMA_REGISTRY },
        spec: {
            backoffLimit: 4,
            activeDeadlineSeconds: 600,
            template: {
                metadata: { labels: schemaJobPods },
                spec: {
                    restartPolicy: "OnFailure",
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: "register",
                            image,
                            imagePullPolicy: "IfNotPresent",
                            command: ["node", `${FOLDER}/${PROGRAM}`, `${FOLDER}/schema.json`],
                            resources: resources("20m", "64Mi", "128Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [{ name: "schema", mountPath: FOLDER, readOnly: true }],
                        },
                    ],
                    volumes: [{ name: "schema", configMap: { name } }],
                },
            },
        },
    };
}

/** Arguments of {@link RegisteredSchema}. */
export interface RegisteredSchemaArgs extends Pick<Foundation, "site">, SchemaSettings {
    readonly registry: SchemaRegistryOffer;
}

/**
 * A schema in the registry, with the rule for its next versions. A version that the rule does not
 * allow fails the update before anything writes by it.
 */
export class RegisteredSchema extends Part {
    readonly subject: string;
    /** What those wait for who write or read by it. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: RegisteredSchemaArgs, opts: pulumi.ComponentResourceOptions) {
        super("data", "RegisteredSchema", name, args, {}, opts);
        const { registry, subject } = args;
        const { home: namespace } = registry;
        this.subject = subject;
        const files = schemaFiles(name, registry, args);
        const written = this.object(files, { dependsOn: [namespace.object] });
        const way = connect(`${name}-registration`, {
            from: { namespace, pods: schemaJobPods },
            to: registry.endpoint,
        });
        this.ready = [
            this.object(schemaJob(registry.node, files), {
                dependsOn: [written, ...way, ...registry.ready, ...namespace.guardrails],
            }),
        ];
    }
}
