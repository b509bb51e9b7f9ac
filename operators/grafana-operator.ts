/**
 * The Grafana operator: the servers of a Grafana
 * (v5.24.0: controllers/reconcilers/grafana, controllers/resources).
 */
import type { Behaviour, Labels, MadePods, Resource, Tree } from "./behaviour";
import { container, tcp, withSurge } from "./pods";
import { labelsAt, listAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

const GROUP = "grafana.integreatly.org";
const source = "grafana-operator v5.24.0: controllers/reconcilers/grafana";

/** Ports of a server (controllers/config/operator_constants.go). */
export const grafanaPorts = { http: 3000, alerting: 9094 } as const;

/** Labels by which the servers are selected (deployment_reconciler.go, getDeploymentSpec). */
export function grafanaLabels(name: string): Labels {
    return { app: name };
}

/** The Service of a Grafana (resources.go, GetGrafanaService). */
export function grafanaService(name: string): string {
    return `${name}-service`;
}

/** deployment_reconciler.go, getResources. */
const RESOURCES = {
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { memory: "1024Mi" },
};
/** deployment_reconciler.go, getDefaultContainerSecurityContext. */
const SECURITY_CONTEXT = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    privileged: false,
    runAsNonRoot: true,
    runAsUser: 10_001,
    runAsGroup: 10_001,
    capabilities: { drop: ["ALL"] },
};

/** Lists of a pod are merged by the names of their members (api/v1beta1, Merge). */
function merged(own: readonly Tree[], said: readonly Tree[]): Tree[] {
    const isNamed = (name: unknown) => (other: Tree) => other.name === name;
    return [
        ...own.map((mine) => ({ ...mine, ...said.find(isNamed(mine.name)) })),
        ...said.filter(({ name }) => !own.some(isNamed(name))),
    ];
}

function imageOf(version: string | undefined): string {
    const image = "docker.io/grafana/grafana";
    return version === undefined
        ? `${image}:13.0.1`
        : /[:/@]/.test(version)
          ? version
          : `${image}:${version}`;
}

function environment({ spec, metadata: { name } }: Resource): Tree[] {
    const variables = ["GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD"];
    return spec?.disableDefaultAdminSecret === true
        ? []
        : variables.map((key) => ({
              name: key,
              valueFrom: { secretKeyRef: { name: `${name}-admin-credentials`, key } },
          }));
}

/** deployment_reconciler.go, getDeploymentSpec, merged with `spec.deployment`. */
function podOf(resource: Resource): Tree {
    const { name } = resource.metadata;
    const said = treeAt(resource.spec, "deployment", "spec", "template", "spec");
    const server = container("grafana", RESOURCES, imageOf(textAt(resource.spec, "version")));
    const { containers, volumes, ...others } = said;
    const [own = {}] = treesAt({ containers }, "containers").filter(
        (candidate) => candidate.name === "grafana",
    );
    return {
        serviceAccountName: `${name}-sa`,
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        ...others,
        volumes: merged(
            [
                { name: `${name}-ini`, configMap: { name: `${name}-ini` } },
                ...["grafana-logs", "grafana-data", "grafana-tmp"].map((volume) => ({
                    name: volume,
                    emptyDir: {},
                })),
            ],
            treesAt({ volumes }, "volumes"),
        ),
        containers: merged(
            [
                {
                    ...server,
                    securityContext: SECURITY_CONTEXT,
                    readinessProbe: {
                        httpGet: { path: "/api/health", port: grafanaPorts.http },
                        timeoutSeconds: 3,
                        periodSeconds: 10,
                        failureThreshold: 1,
                    },
                },
            ],
            treesAt({ containers }, "containers"),
        ).map((made) =>
            made.name === "grafana"
                ? { ...made, env: [...environment(resource), ...listAt(own, "env")] }
                : made,
        ),
    };
}

function pods(resource: Resource): MadePods[] {
    const { spec, metadata } = resource;
    if (Object.keys(treeAt(spec, "external")).length > 0) {
        return [];
    }
    const replicas = numberAt(1, spec, "deployment", "spec", "replicas");
    const surge = treeAt(spec, "deployment", "spec", "strategy", "rollingUpdate").maxSurge;
    return [
        {
            part: "servers",
            name: `${metadata.name}-deployment`,
            labels: {
                ...labelsAt(spec, "deployment", "spec", "template", "metadata", "labels"),
                ...grafanaLabels(metadata.name),
            },
            count: replicas,
            most: typeof surge === "number" ? replicas + surge : withSurge(replicas),
            pod: podOf(resource),
            ports: [
                tcp(grafanaPorts.http, "grafana-http"),
                tcp(grafanaPorts.alerting, "grafana-alert"),
            ],
            operatorReaches: [tcp(grafanaPorts.http)],
        },
    ];
}

/** The room of its servers; what it writes into them stands in `inert.ts`. */
export const grafanaOperator: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Grafana`,
        source,
        pods,
        services: ({ metadata: { name } }) => [
            {
                name: grafanaService(name),
                selector: grafanaLabels(name),
                ports: [{ name: "grafana", port: grafanaPorts.http, target: "grafana-http" }],
            },
            {
                name: `${name}-alerting`,
                selector: grafanaLabels(name),
                ports: [
                    {
                        name: "grafana-alert",
                        port: grafanaPorts.alerting,
                        target: grafanaPorts.alerting,
                    },
                ],
            },
        ],
        secrets: ({ spec, metadata: { name } }) =>
            spec?.disableDefaultAdminSecret === true
                ? []
                : [
                      {
                          name: `${name}-admin-credentials`,
                          keys: ["GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD"],
                      },
                  ],
        configMaps: ({ metadata: { name } }) => [
            { name: `${name}-ini`, keys: ["grafana.ini"] },
            { name: `${name}-plugins` },
        ],
        objects: ({ metadata: { name, namespace } }) => [
            { kind: "/ServiceAccount", name: `${name}-sa`, ...present({ namespace }) },
        ],
        images: [{ path: "spec.version", optional: true }],
    },
];
