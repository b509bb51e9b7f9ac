/** CloudNativePG: PostgreSQL clusters, and poolers in front of them. */
import type { Behaviour, Resource } from "./behaviour";
import {
    databaseLabels,
    GROUP,
    instanceLabels,
    poolerLabels,
    postgresPorts,
} from "./cloudnative-pg-labels";
import { clusterNames, inCluster, objectStoreNames } from "./cloudnative-pg-names";
import { clusterPods, poolerPods } from "./cloudnative-pg-pods";
import { kinds, named } from "./names";
import { serviceOf, straight } from "./pods";
import { labelsAt, listAt, numberAt, textAt, treeAt, treesAt } from "./values";

/** pkg/specs/services.go, and https://cloudnative-pg.io/documentation/1.30/service_management/. */
const clusterServices: Behaviour["services"] = (resource) => {
    const { spec, metadata } = resource;
    const pods = instanceLabels(metadata.name);
    const disabled = listAt(spec, "managed", "services", "disabledDefaultServices");
    const services = [
        ["rw", { ...pods, "cnpg.io/instanceRole": "primary" }],
        ["ro", { ...pods, "cnpg.io/instanceRole": "replica" }],
        ["r", pods],
    ] as const;
    const additional = treesAt(spec, "managed", "services", "additional").flatMap((entry) => {
        const name = textAt(entry, "serviceTemplate", "metadata", "name");
        return name === undefined
            ? []
            : [{ name, selector: pods, ports: straight(postgresPorts.postgres) }];
    });
    return [
        ...services
            .filter(([suffix]) => !disabled.includes(suffix))
            .map(([suffix, selector]) =>
                serviceOf(resource, `-${suffix}`, selector, postgresPorts.postgres),
            ),
        ...additional,
    ];
};

const LOGIN = [
    ...["username", "user", "password", "dbname", "host", "port"],
    ...["pgpass", "uri", "jdbc-uri", "fqdn-uri", "fqdn-jdbc-uri"],
];

/** Whether a Cluster names a certificate or authority that the operator need not make. */
function isGiven(spec: Resource["spec"], field: string): boolean {
    return textAt(spec, "certificates", field) !== undefined;
}

/** internal/controller/databaserole_pki.go: the certificate of a role, where one is asked for. */
const roleSecrets: Behaviour["secrets"] = ({ spec, metadata: { name } }) => {
    const { enabled = true } = treeAt(spec, "clientCertificate");
    return spec?.clientCertificate !== undefined && enabled === true
        ? [{ name: `${name}-client-cert`, keys: ["tls.crt", "tls.key"] }]
        : [];
};

/** pkg/certs, pkg/specs/secrets.go, https://cloudnative-pg.io/documentation/1.30/applications/. */
const clusterSecrets: Behaviour["secrets"] = ({ spec, metadata: { name } }) => [
    // The authority of servers and that of clients are one Secret, unless somebody brings both.
    ...(isGiven(spec, "serverCASecret") && isGiven(spec, "clientCASecret")
        ? []
        : [{ name: `${name}-ca`, keys: ["ca.crt", "ca.key"] }]),
    ...(isGiven(spec, "serverTLSSecret")
        ? []
        : [{ name: `${name}-server`, keys: ["tls.crt", "tls.key"] }]),
    ...(isGiven(spec, "replicationTLSSecret")
        ? []
        : [{ name: `${name}-replication`, keys: ["tls.crt", "tls.key"] }]),
    ...(textAt(spec, "bootstrap", "initdb", "secret", "name") === undefined
        ? [{ name: `${name}-app`, keys: LOGIN }]
        : []),
    ...(spec?.enableSuperuserAccess === true ? [{ name: `${name}-superuser`, keys: LOGIN }] : []),
];

/**
 * pkg/specs/poddisruptionbudget.go: one for the primary, which the operator moves before a drain,
 * and one that lets a single replica go. Both are on by default.
 */
const clusterBudgets: Behaviour["budgets"] = ({ spec, metadata: { name } }) => {
    const { inProgress, reusePVC } = treeAt(spec, "nodeMaintenanceWindow");
    const isMaintained = inProgress === true && reusePVC !== false;
    const instances = numberAt(1, spec, "instances");
    const role = (value: string) => ({ ...databaseLabels(name), "cnpg.io/instanceRole": value });
    if (spec?.enablePDB === false) {
        return [];
    }
    return [
        ...(isMaintained && instances === 1
            ? []
            : [{ name: `${name}-primary`, selector: role("primary"), minAvailable: 1 }]),
        ...(isMaintained || instances < 3
            ? []
            : [{ name, selector: role("replica"), minAvailable: instances - 2 }]),
    ];
};

const source = "cloudnative-pg v1.30.0: pkg/specs, pkg/management/url, internal/controller";

/** The rooms of the kinds. */
export const cloudNativePg: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Cluster`,
        source,
        pods: clusterPods,
        services: clusterServices,
        secrets: clusterSecrets,
        objects: ({ metadata: { name, namespace } }) => [
            { kind: "/ServiceAccount", name, namespace },
        ],
        budgets: clusterBudgets,
        images: [{ path: "spec.imageName", optional: { by: "spec.imageCatalogRef" } }],
        names: clusterNames,
        typedNames: [{ path: "spec.imageCatalogRef", group: GROUP, kind: "ImageCatalog" }],
        monitor: {
            kind: "PodMonitor",
            switch: "spec.monitoring.enablePodMonitor",
            // pkg/specs/podmonitor.go.
            labels: ({ spec, metadata: { name } }) => ({
                ...labelsAt(spec, "inheritedMetadata", "labels"),
                "app.kubernetes.io/managed-by": "cloudnative-pg",
                "app.kubernetes.io/name": "postgresql",
                "app.kubernetes.io/instance": name,
                "app.kubernetes.io/component": "database",
            }),
        },
        retention: {
            what: "Backups of databases",
            path: "spec.backup.retentionPolicy",
            when: "spec.backup",
        },
        holdsData: true,
    },
    {
        kind: `${GROUP}/Pooler`,
        source,
        pods: poolerPods,
        services: (resource) => [
            serviceOf(resource, "", poolerLabels(resource.metadata.name), postgresPorts.postgres),
        ],
        objects: ({ metadata: { name, namespace } }) => [
            { kind: "/ServiceAccount", name, namespace },
        ],
        images: [{ path: "spec.template.spec.containers[].image", optional: true }],
        names: [
            inCluster,
            ...named(
                kinds.secret,
                "spec.pgbouncer.authQuerySecret.name",
                "spec.pgbouncer.clientCASecret.name",
                "spec.pgbouncer.clientTLSSecret.name",
                "spec.pgbouncer.serverCASecret.name",
                "spec.pgbouncer.serverTLSSecret.name",
            ),
        ],
    },
    {
        kind: `${GROUP}/DatabaseRole`,
        source: "cloudnative-pg v1.30.0: api/v1/databaserole_types.go, internal/controller/databaserole_pki.go",
        names: [inCluster, ...named(kinds.secret, "spec.passwordSecret.name")],
        secrets: roleSecrets,
    },
    ...["ScheduledBackup", "Backup", "Database", "Publication", "Subscription"].map(
        (kind): Behaviour => ({ kind: `${GROUP}/${kind}`, source, names: [inCluster] }),
    ),
    {
        kind: "barmancloud.cnpg.io/ObjectStore",
        source: "plugin-barman-cloud v0.7.0: api/v1/objectstore_types.go",
        names: objectStoreNames("spec.configuration"),
        retention: {
            what: "Backups of databases, by the plugin",
            path: "spec.retentionPolicy",
        },
    },
];
