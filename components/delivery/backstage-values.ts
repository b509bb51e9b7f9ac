/** Values of the chart backstage 2.8.2, and what is beside it. Pure. */
import * as yaml from "js-yaml";
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { contentDigest } from "../base/content-digest";
import {
    changeContainer,
    patchPod,
    resources,
    restrictedContainer,
    restrictedPod,
    secretVariable,
} from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import type { Entity } from "./backstage-catalog";
import {
    applicationKind,
    AUTHORITY,
    CATALOG,
    HOME,
    PLUGINS,
    shownKinds,
} from "./backstage-configuration";
import { TENANT_FILE, tenantFile } from "./backstage-template";

/** Name of everything. */
export const BACKSTAGE = "backstage";
/** Labels of the pods, by the chart's helpers. */
export const backstagePods = {
    "app.kubernetes.io/name": BACKSTAGE,
    "app.kubernetes.io/instance": BACKSTAGE,
    "app.kubernetes.io/component": BACKSTAGE,
} as const;
/** Ports: of the portal, and of its metrics (rhdh 1.10.3: packages/backend/src/instrumentation.js). */
export const backstagePorts = { page: 7007, metrics: 9464 } as const;

const FILES = "backstage-platform";
const USER = 1001;

/** What the pods read: catalog, templates, plugins. */
export function backstageFiles(
    catalog: readonly Entity[],
    templates: readonly Entity[],
    plugins: object,
): Manifest {
    const documents = (entities: readonly Entity[]) =>
        entities.map((entity) => yaml.dump(entity, { lineWidth: -1 })).join("---\n");
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: FILES, namespace: BACKSTAGE },
        data: {
            "catalog.yaml": documents(catalog),
            ...(templates.length === 0
                ? {}
                : { "templates.yaml": documents(templates), [TENANT_FILE]: tenantFile }),
            "dynamic-plugins.yaml": yaml.dump(plugins),
        },
    };
}

/** Reads what it shows, and nothing else of the cluster. */
export function backstageAccess(showsApplications: boolean): Manifest[] {
    const role = "portal-reader";
    const read = (apiGroup: string, kinds: readonly string[]) => ({
        apiGroups: [apiGroup],
        resources: [...kinds],
        verbs: ["get", "list", "watch"],
    });
    return [
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: role },
            rules: [
                read("", shownKinds.core),
                read("apps", shownKinds.apps),
                read("batch", shownKinds.batch),
                read("autoscaling", shownKinds.autoscaling),
                ...(showsApplications
                    ? [read(applicationKind.group, [applicationKind.plural])]
                    : []),
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: role },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
            subjects: [{ kind: "ServiceAccount", name: BACKSTAGE, namespace: BACKSTAGE }],
        },
    ];
}

/** What the values need to know. */
export interface BackstageValuesArgs {
    readonly image: ImagePin;
    readonly replicas: number;
    readonly configuration: object;
    readonly files: Manifest;
    /** Variable, and the Secret and key that it comes from. */
    readonly secrets: readonly (readonly [variable: string, secret: string, key: string])[];
    /** Secret with the authority in `ca.crt`. */
    readonly authority: string;
}

const pluginsMount = { name: "plugins", mountPath: `${HOME}/${PLUGINS}` };
const temporary = { name: "tmp", mountPath: "/tmp" };
const file = (name: string, mountPath: string) => ({
    ...{ name: "platform", mountPath, subPath: name, readOnly: true },
});

/** Values for a portal that fetches nothing when it starts. */
export function backstageValues(args: BackstageValuesArgs): ChartValues {
    const { image, replicas, configuration, files, secrets, authority } = args;
    const [registry = "", ...rest] = image.repository.split("/");
    const { data } = files as unknown as { readonly data: Readonly<Record<string, string>> };
    const shared = ["catalog.yaml", "templates.yaml"].filter((name) => name in data);
    return {
        fullnameOverride: BACKSTAGE,
        serviceAccount: { create: true, name: BACKSTAGE, automountServiceAccountToken: false },
        postgresql: { enabled: false },
        backstage: {
            image: {
                ...{ registry, repository: rest.join("/"), tag: image.tag },
                pullPolicy: "IfNotPresent",
            },
            replicas,
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
            installDir: HOME,
            command: ["node", "--require", "./instrumentation.js", "packages/backend"],
            args: [
                ...["--config", "app-config.yaml"],
                ...["--config", `${PLUGINS}/app-config.dynamic-plugins.yaml`],
            ],
            appConfig: configuration as ChartValues,
            podAnnotations: { "platform/files": contentDigest(data) },
            podSecurityContext: restrictedPod(USER),
            containerSecurityContext: restrictedContainer,
            topologySpreadConstraints: spread(backstagePods),
            resources: resources("100m", "640Mi", "1536Mi"),
            extraPorts: [{ name: "metrics", containerPort: backstagePorts.metrics }],
            extraEnvVars: [
                { name: "HOME", value: "/tmp" },
                // The image would send numbers of use to its makers.
                { name: "SEGMENT_TEST_MODE", value: "true" },
                { name: "NODE_EXTRA_CA_CERTS", value: `${AUTHORITY}/ca.crt` },
                { name: "NODE_OPTIONS", value: "--no-node-snapshot --max-old-space-size=1024" },
                ...secrets.map(([name, secret, key]) => secretVariable(name, secret, key)),
            ],
            initContainers: [
                {
                    name: "plugins",
                    image: `${image.repository}:${image.tag}`,
                    imagePullPolicy: "IfNotPresent",
                    workingDir: HOME,
                    command: ["./install-dynamic-plugins.sh", `${HOME}/${PLUGINS}`],
                    env: [
                        { name: "HOME", value: "/tmp" },
                        { name: "npm_config_cache", value: "/tmp/npm" },
                        { name: "MAX_ENTRY_SIZE", value: "40000000" },
                    ],
                    resources: resources("100m", "256Mi", "1Gi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        pluginsMount,
                        temporary,
                        file("dynamic-plugins.yaml", `${HOME}/dynamic-plugins.yaml`),
                    ],
                },
            ],
            extraVolumes: [
                { name: "plugins", emptyDir: { sizeLimit: "2Gi" } },
                { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
                { name: "platform", configMap: { name: FILES } },
                {
                    name: "authority",
                    secret: { secretName: authority, items: [{ key: "ca.crt", path: "ca.crt" }] },
                },
            ],
            extraVolumeMounts: [
                pluginsMount,
                temporary,
                { name: "authority", mountPath: AUTHORITY, readOnly: true },
                ...shared.map((name) => file(name, `${CATALOG}/${name}`)),
                // Copied as a file: what a volume of a ConfigMap has are links.
                ...(TENANT_FILE in data
                    ? [file(TENANT_FILE, `${CATALOG}/skeleton/${TENANT_FILE}`)]
                    : []),
            ],
            // An upgrade changes the tables first.
            startupProbe: probe("liveness", 10, 30),
            readinessProbe: probe("readiness", 10, 3),
            livenessProbe: probe("liveness", 30, 4),
        },
        metrics: { serviceMonitor: { enabled: false } },
    };
}

function probe(of: "liveness" | "readiness", periodSeconds: number, failureThreshold: number) {
    return {
        httpGet: { path: `/.backstage/health/v1/${of}`, port: backstagePorts.page, scheme: "HTTP" },
        ...{ periodSeconds, timeoutSeconds: 5, failureThreshold },
    };
}

/** What the chart has no values for. */
export function backstagePatch(manifest: Manifest): Manifest {
    const pod = patchPod(manifest, {
        // It asks the API server in the name of its account.
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        priorityClassName: priorities.app.name,
    });
    // The chart ends the name of the image with a line break.
    return changeContainer(pod, "backstage-backend", (container) => ({
        ...container,
        image: String(container.image).trim(),
    }));
}
