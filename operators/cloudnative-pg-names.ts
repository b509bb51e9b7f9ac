/** What the resources of CloudNativePG name (v1.30.0: api/v1, config/crd/bases). */
import type { NamedField } from "./behaviour";
import { GROUP } from "./cloudnative-pg-labels";
import { keyOf, kinds, named } from "./names";

/** The cluster that a resource belongs to. */
export const inCluster: NamedField = { path: "spec.cluster.name", kind: `${GROUP}/Cluster` };

/** Credentials of an object store, wherever one is described. */
export function objectStoreNames(prefix: string): NamedField[] {
    return [
        ...keyOf(`${prefix}.azureCredentials`, [
            ...["connectionString", "storageAccount", "storageKey", "storageSasToken"],
        ]),
        ...keyOf(prefix, ["endpointCA"]),
        ...keyOf(`${prefix}.googleCredentials`, ["applicationCredentials"]),
        ...keyOf(`${prefix}.s3Credentials`, [
            ...["accessKeyId", "region", "secretAccessKey", "sessionToken"],
        ]),
    ];
}

/** SQL that runs after the database is made. */
function scripts(): NamedField[] {
    return ["postInitApplicationSQLRefs", "postInitSQLRefs", "postInitTemplateSQLRefs"].flatMap(
        (field) => [
            ...keyOf(`spec.bootstrap.initdb.${field}`, ["secretRefs[]"]),
            ...keyOf(`spec.bootstrap.initdb.${field}`, ["configMapRefs[]"], kinds.configMap),
        ],
    );
}

const storages = ["spec.storage", "spec.walStorage", "spec.tablespaces[].storage"];

/** Names in a Cluster. */
export const clusterNames: readonly NamedField[] = [
    ...named(
        kinds.secret,
        "spec.certificates.serverTLSSecret",
        "spec.certificates.serverCASecret",
        "spec.certificates.clientCASecret",
        "spec.certificates.replicationTLSSecret",
        "spec.bootstrap.initdb.secret.name",
        "spec.bootstrap.pg_basebackup.secret.name",
        "spec.bootstrap.recovery.secret.name",
        "spec.managed.roles[].passwordSecret.name",
        "spec.superuserSecret.name",
    ),
    ...scripts(),
    ...objectStoreNames("spec.backup.barmanObjectStore"),
    ...objectStoreNames("spec.externalClusters[].barmanObjectStore"),
    ...keyOf("spec.bootstrap.recovery.backup", ["endpointCA"]),
    ...named(`${GROUP}/Backup`, "spec.bootstrap.recovery.backup.name"),
    ...keyOf("spec.externalClusters[]", ["password", "sslCert", "sslKey", "sslRootCert"]),
    ...keyOf("spec.monitoring", ["customQueriesSecret[]"]),
    ...keyOf("spec.monitoring", ["customQueriesConfigMap[]"], kinds.configMap),
    ...keyOf("spec.postgresql.ldap.bindSearchAuth", ["bindPassword"]),
    ...named(
        "barmancloud.cnpg.io/ObjectStore",
        "spec.plugins[].parameters.barmanObjectName",
        "spec.externalClusters[].plugin.parameters.barmanObjectName",
    ),
    ...named(
        "snapshot.storage.k8s.io/VolumeSnapshotClass",
        "spec.backup.volumeSnapshot.className",
        "spec.backup.volumeSnapshot.walClassName",
    ),
    ...named(
        kinds.storageClass,
        ...storages.flatMap((path) => [
            `${path}.storageClass`,
            `${path}.pvcTemplate.storageClassName`,
        ]),
    ),
];
