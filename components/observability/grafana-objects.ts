/** Grafana, its data sources and its dashboards as custom resources of its operator. Pure. */
import { gzipSync } from "node:zlib";
import { grafanaLabels, grafanaPorts } from "../../operators/grafana-operator";
import { spread } from "../base/availability";
import { resources, restrictedContainer, secretVariable } from "../base/containers";
import { standardLabels } from "../base/labels";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { AUTHORITY, configuration, type GrafanaServers } from "./grafana-configuration";
import { GRAFANA } from "./grafana-operator-alerts";
import { clientSecretVariable } from "./grafana-sign-on";

const apiVersion = "grafana.integreatly.org/v1beta1";

/** The data source of metrics, as panels name it. */
export const metricsSource = { type: "prometheus", uid: "prometheus" } as const;

const health = { httpGet: { path: "/api/health", port: grafanaPorts.http, scheme: "HTTP" } };

function container({ administrator, database, signOn }: GrafanaServers) {
    return {
        name: "grafana",
        env: [
            secretVariable("GF_SECURITY_ADMIN_USER", administrator, "user"),
            secretVariable("GF_SECURITY_ADMIN_PASSWORD", administrator, "password"),
            // Without it passwords of data sources are sealed with a key that everybody knows.
            secretVariable("GF_SECURITY_SECRET_KEY", administrator, "secret-key"),
            secretVariable("GF_DATABASE_USER", database.credentials, "username"),
            secretVariable("GF_DATABASE_PASSWORD", database.credentials, "password"),
            ...(signOn === undefined
                ? []
                : [secretVariable(clientSecretVariable, signOn.secret, "client-secret")]),
        ],
        // The first start makes the tables.
        startupProbe: { ...health, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 60 },
        readinessProbe: { ...health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...health, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        // The user that the operator gives it.
        securityContext: { ...restrictedContainer, runAsUser: 10_001, runAsGroup: 10_001 },
        resources: resources("100m", "256Mi", "1Gi"),
        volumeMounts: [{ name: "authority", mountPath: AUTHORITY, readOnly: true }],
    };
}

/** The servers: all write to the same database. */
export function grafana(of: GrafanaServers): Manifest {
    const scratch = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });
    return {
        apiVersion,
        kind: "Grafana",
        metadata: {
            name: GRAFANA,
            namespace: of.namespace,
            labels: { dashboards: GRAFANA },
            annotations: { "pulumi.com/waitFor": "condition=GrafanaReady" },
        },
        spec: {
            version: of.image.reference,
            // The operator would make a password of its own.
            disableDefaultAdminSecret: true,
            config: configuration(of),
            preferences: { homeDashboardUid: "overview" },
            deployment: {
                spec: {
                    replicas: of.replicas,
                    strategy: {
                        type: "RollingUpdate",
                        rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
                    },
                    template: {
                        metadata: { labels: standardLabels({ name: GRAFANA }) },
                        spec: {
                            priorityClassName: priorities.platform.name,
                            automountServiceAccountToken: false,
                            securityContext: {
                                runAsNonRoot: true,
                                fsGroup: 10_001,
                                seccompProfile: { type: "RuntimeDefault" },
                            },
                            topologySpreadConstraints: spread(grafanaLabels(GRAFANA)),
                            containers: [container(of)],
                            volumes: [
                                {
                                    name: "authority",
                                    secret: {
                                        secretName: of.database.authority,
                                        items: [{ key: "ca.crt", path: "ca.crt" }],
                                    },
                                },
                                scratch("grafana-data", "256Mi"),
                                scratch("grafana-logs", "64Mi"),
                                scratch("grafana-tmp", "256Mi"),
                            ],
                        },
                    },
                },
            },
        },
    };
}

const instanceSelector = { matchLabels: { dashboards: GRAFANA } };

/** Something that Grafana asks. */
export interface DataSource {
    readonly uid: string;
    readonly name: string;
    /** Grafana's name of the kind. */
    readonly type: string;
    readonly url: string;
    readonly isDefault?: true;
    readonly options: Readonly<Record<string, unknown>>;
    /** What it signs on with; absent for what asks nobody who they are. */
    readonly access?: SourceAccess;
}

/** How a data source signs on, and by which authority it knows whom it asks. */
export interface SourceAccess {
    /** Secret in Grafana's namespace with `username` and `password`. */
    readonly secretName: string;
    /** Secret there with the authority of the certificate in `ca.crt`. */
    readonly authority: string;
}

/**
 * What the operator writes into the data source from Secrets, in place of `${key}` (grafana-operator
 * v5.24.0: controllers/datasource_controller.go).
 */
function signedOn({ secretName, authority }: SourceAccess) {
    const places = [
        ["basicAuthUser", secretName, "username"],
        ["secureJsonData.basicAuthPassword", secretName, "password"],
        ["secureJsonData.tlsCACert", authority, "ca.crt"],
    ] as const;
    return {
        valuesFrom: places.map(([targetPath, name, key]) => ({
            targetPath,
            valueFrom: { secretKeyRef: { name, key } },
        })),
        datasource: {
            basicAuth: true,
            basicAuthUser: "${username}",
            secureJsonData: { basicAuthPassword: "${password}", tlsCACert: "${ca.crt}" },
        },
    };
}

/** A data source, which nobody changes in the page. */
export function dataSource(namespace: string, source: DataSource): Manifest {
    const { uid, name, type, url, isDefault = false, options, access } = source;
    const { valuesFrom, datasource = {} } = access === undefined ? {} : signedOn(access);
    return {
        apiVersion,
        kind: "GrafanaDatasource",
        metadata: { name: uid, namespace },
        spec: {
            instanceSelector,
            uid,
            ...(valuesFrom === undefined ? {} : { valuesFrom }),
            datasource: {
                name,
                type,
                url,
                access: "proxy",
                isDefault,
                jsonData: {
                    ...options,
                    ...(access === undefined ? {} : { tlsAuthWithCACert: true }),
                },
                ...datasource,
            },
        },
    };
}

/**
 * The same bytes on every machine: the header of gzip names the operating system (RFC 1952), which
 * is nobody's business.
 */
function packed(text: string): string {
    const bytes = gzipSync(text, { level: 9 });
    bytes[9] = 255;
    return bytes.toString("base64");
}

/**
 * A dashboard. It is packed, because the state keeps each object three times: a tenth of the bytes.
 *
 * @param model its JSON
 */
export function grafanaDashboard(namespace: string, name: string, model: string): Manifest {
    return {
        apiVersion,
        kind: "GrafanaDashboard",
        metadata: { name, namespace },
        spec: { instanceSelector, gzipJson: packed(model) },
    };
}

/** Every kind of the operator's group (grafana-operator v5.24.0: config/crd/bases). */
const KINDS = [
    "grafanaalertrulegroups",
    "grafanacontactpoints",
    "grafanadashboards",
    "grafanadatasources",
    "grafanafolders",
    "grafanalibrarypanels",
    "grafanamanifests",
    "grafanamutetimings",
    "grafananotificationpolicies",
    "grafananotificationpolicyroutes",
    "grafananotificationtemplates",
    "grafanas",
    "grafanaserviceaccounts",
] as const;

/** The role of the operator with each kind by its name instead of `*`. */
export function withoutWildcards(role: Manifest): Manifest {
    const named = (resource: unknown) =>
        typeof resource === "string" && resource.startsWith("*")
            ? KINDS.map((kind) => resource.replace("*", kind))
            : [resource];
    return {
        ...role,
        rules: (Array.isArray(role.rules) ? role.rules : []).map((rule: unknown) =>
            isRecord(rule) && Array.isArray(rule.resources)
                ? { ...rule, resources: rule.resources.flatMap(named) }
                : rule,
        ),
    };
}
