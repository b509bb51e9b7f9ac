/** The registry of schemas as its operator reads it, and the pages in front of it. Pure. */
import { contentDigest } from "../base/content-digest";
import { spread } from "../base/availability";
import { httpProbes, resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import {
    type Compatibility,
    registryPagePods,
    registryPods,
    registryPorts,
    SCHEMA_REGISTRY,
} from "./schema-registry-names";
import type { DatabaseAccess } from "./postgres-database";

const AUTHORITY = "/certificates/ca.crt";
const PAGES = "/etc/registry-pages";
/** Users of both images (distro/docker/src/main/docker/Dockerfile.jvm, ui/Dockerfile). */
const USER = 1001;

/** What the custom resource needs to know. */
export interface RegistrySettings {
    readonly replicas: number;
    /** What every subject without a rule of its own must keep to. */
    readonly compatibility: Compatibility;
    readonly database: DatabaseAccess;
    /** Where people open it, and the ConfigMap of the pages; undefined where nobody can. */
    readonly pages: { readonly url: string; readonly files: string } | undefined;
}

const scratch = { name: "scratch", emptyDir: { sizeLimit: "128Mi" } };
const scratchMount = { name: "scratch", mountPath: "/tmp" };

function pod(labels: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
    return {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(labels),
        securityContext: restrictedPod(USER, 0),
    };
}

function api({ replicas, compatibility, database, pages }: RegistrySettings) {
    const { host, port, credentials, authority } = database;
    const startupProbe = {
        httpGet: { path: "/health/live", port: "management", scheme: "HTTP" },
        periodSeconds: 5,
        failureThreshold: 36,
    };
    return {
        replicas,
        env: [
            { name: "JAVA_OPTS_APPEND", value: "-Xms128m -Xmx384m" },
            // Rules for every subject that has none of its own (RulesProperties.java).
            { name: "APICURIO_RULES_GLOBAL_COMPATIBILITY", value: compatibility },
            { name: "APICURIO_RULES_GLOBAL_VALIDITY", value: "FULL" },
            // The pages are on the same host, but TLS ends before the registry could know.
            ...(pages === undefined
                ? []
                : [{ name: "QUARKUS_HTTP_CORS_ORIGINS", value: pages.url }]),
        ],
        storage: {
            type: "postgresql",
            sql: {
                dataSource: {
                    url: `jdbc:postgresql://${host}:${port}/${database.database}?sslmode=verify-full&sslrootcert=${AUTHORITY}`,
                    username: database.database,
                    password: { name: credentials, key: "password" },
                },
            },
        },
        // Flows and routes are the platform's.
        networkPolicy: { enabled: false },
        ingress: { enabled: false },
        podTemplateSpec: {
            spec: {
                ...pod(registryPods),
                containers: [
                    {
                        name: "apicurio-registry-app",
                        imagePullPolicy: "IfNotPresent",
                        resources: resources("75m", "384Mi", "768Mi"),
                        securityContext: restrictedContainer,
                        startupProbe,
                        volumeMounts: [
                            scratchMount,
                            { name: "authority", mountPath: "/certificates", readOnly: true },
                        ],
                    },
                ],
                volumes: [
                    scratch,
                    {
                        name: "authority",
                        // The key that lies beside it is nobody's business.
                        secret: {
                            secretName: authority,
                            items: [{ key: "ca.crt", path: "ca.crt" }],
                        },
                    },
                ],
            },
        },
    };
}

/** nginx as the image's own configuration has it, but for where it writes. */
const nginx = `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /dev/stdout;
    client_body_temp_path /tmp/body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    server {
        listen ${registryPorts.http};
        root /opt/app-root/src;
        location = /config.js {
            alias ${PAGES}/config.js;
            add_header Cache-Control "no-cache";
        }
        location = /editors {
            return 301 /editors/;
        }
        location / {
            try_files $uri $uri/ /index.html;
        }
    }
}
`;

/**
 * What the image's entry point writes into its own file system, which here nobody writes to
 * (ui/.docker-scripts/create-config.cjs, nginx.conf).
 */
export function pageFiles(url: string): Manifest {
    const own = { artifacts: { url: `${url}/apis/registry/v3` }, ui: {}, auth: {}, features: {} };
    const data = {
        "nginx.conf": nginx,
        "config.js": `const ApicurioRegistryConfig = ${JSON.stringify(own)};\n`,
    };
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
            name: `${SCHEMA_REGISTRY}-pages-${contentDigest(data)}`,
            namespace: SCHEMA_REGISTRY,
        },
        immutable: true,
        data,
    };
}

function ui({ replicas, pages }: RegistrySettings) {
    return pages === undefined
        ? { enabled: false }
        : {
              replicas,
              networkPolicy: { enabled: false },
              ingress: { enabled: false },
              podTemplateSpec: {
                  spec: {
                      ...pod(registryPagePods),
                      containers: [
                          {
                              name: "apicurio-registry-ui",
                              imagePullPolicy: "IfNotPresent",
                              command: ["nginx"],
                              args: [
                                  ...["-e", "/dev/stderr"],
                                  ...["-c", `${PAGES}/nginx.conf`],
                                  ...["-g", "daemon off;"],
                              ],
                              resources: resources("10m", "32Mi", "96Mi"),
                              securityContext: restrictedContainer,
                              ...httpProbes("/config.js", "http"),
                              volumeMounts: [
                                  scratchMount,
                                  { name: "pages", mountPath: PAGES, readOnly: true },
                              ],
                          },
                      ],
                      volumes: [scratch, { name: "pages", configMap: { name: pages.files } }],
                  },
              },
          };
}

/** The registry; schemas are in the database, so every pod of it answers alike. */
export function registryResource(of: RegistrySettings): Manifest {
    return {
        apiVersion: "registry.apicur.io/v1",
        kind: "ApicurioRegistry3",
        metadata: {
            name: SCHEMA_REGISTRY,
            namespace: SCHEMA_REGISTRY,
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: { app: api(of), ui: ui(of) },
    };
}
