/** What the resources of storage, databases and Kyverno name. */
import {
    configMap,
    global,
    inApps,
    type Manifest,
    NAME,
    type Row,
    secret,
    storageClass,
} from "./rows";

const CNPG = "postgresql.cnpg.io/v1";
const ROOK = "ceph.rook.io/v1";
const REDIS = "redis.redis.opstreelabs.in/v1beta2";
const KYVERNO = "kyverno.io/v2";

const rook = (kind: string, spec: object = {}) => inApps(ROOK, kind, { spec }, NAME);
const classOf = (driver: string, parameters: object): Manifest =>
    global("storage.k8s.io/v1", "StorageClass", {
        provisioner: `apps.${driver}.csi.ceph.com`,
        parameters: { clusterID: "apps", ...parameters },
    });
const database = (spec: object) => inApps(CNPG, "Cluster", { spec: { instances: 3, ...spec } });
const cluster = inApps(CNPG, "Cluster", { spec: { instances: 3 } }, NAME);
/** The drivers of the storage classes. */
export const drivers: readonly Manifest[] = ["rbd", "cephfs"].map((driver) =>
    global("storage.k8s.io/v1", "CSIDriver", {}, `apps.${driver}.csi.ceph.com`),
);

export const ofOperators: Record<string, Row> = {
    "a storage class its driver": [
        "provisioner",
        global("storage.k8s.io/v1", "StorageClass", { provisioner: NAME }),
        global("storage.k8s.io/v1", "CSIDriver", {}, NAME),
    ],
    "a storage class its pool": [
        "parameter pool",
        classOf("rbd", { pool: NAME }),
        rook("CephBlockPool"),
    ],
    "a storage class its file system": [
        "parameter fsName",
        classOf("cephfs", { fsName: NAME }),
        rook("CephFilesystem", { dataPools: [] }),
    ],
    "a storage class the Secret of its driver": [
        "parameter csi.storage.k8s.io/node-stage-secret-name",
        classOf("rbd", {
            "csi.storage.k8s.io/node-stage-secret-name": NAME,
            "csi.storage.k8s.io/node-stage-secret-namespace": "apps",
        }),
        secret,
    ],
    "a subvolume group its file system": [
        "spec.filesystemName",
        inApps(ROOK, "CephFilesystemSubVolumeGroup", { spec: { filesystemName: NAME } }),
        rook("CephFilesystem"),
    ],
    "a user of objects their store": [
        "spec.store",
        inApps(ROOK, "CephObjectStoreUser", { spec: { store: NAME } }),
        rook("CephObjectStore"),
    ],
    "a CephCluster a PriorityClass": [
        "priorityClassName of mon",
        inApps(ROOK, "CephCluster", { spec: { priorityClassNames: { mon: NAME } } }),
        global("scheduling.k8s.io/v1", "PriorityClass", {}, NAME),
    ],
    "a database its storage class": [
        "spec.storage.storageClass",
        database({ storage: { storageClass: NAME } }),
        storageClass,
    ],
    "a database its superuser": [
        "spec.superuserSecret",
        database({ superuserSecret: { name: NAME } }),
        secret,
    ],
    "a database the Secret of its first user": [
        "spec.bootstrap.initdb.secret",
        database({ bootstrap: { initdb: { secret: { name: NAME } } } }),
        secret,
    ],
    "a database its certificate": [
        "spec.certificates.serverTLSSecret",
        database({ certificates: { serverTLSSecret: NAME } }),
        secret,
    ],
    "a database the credentials of its backups": [
        "spec.backup.barmanObjectStore.s3Credentials.accessKeyId",
        database({
            backup: {
                barmanObjectStore: { s3Credentials: { accessKeyId: { name: NAME, key: "key" } } },
            },
        }),
        secret,
    ],
    "a database its catalog of images": [
        "spec.imageCatalogRef",
        database({
            imageCatalogRef: { apiGroup: "postgresql.cnpg.io", kind: "ImageCatalog", name: NAME },
        }),
        inApps(CNPG, "ImageCatalog", {}, NAME),
    ],
    "a database where its plugin archives": [
        "spec.plugins[].parameters.barmanObjectName",
        database({ plugins: [{ name: "barman", parameters: { barmanObjectName: NAME } }] }),
        inApps("barmancloud.cnpg.io/v1", "ObjectStore", {}, NAME),
    ],
    "a scheduled backup its database": [
        "spec.cluster",
        inApps(CNPG, "ScheduledBackup", { spec: { cluster: { name: NAME } } }),
        cluster,
    ],
    "a Redis its password": [
        "spec.kubernetesConfig.redisSecret",
        inApps(REDIS, "RedisReplication", {
            spec: { kubernetesConfig: { redisSecret: { name: NAME, key: "key" } } },
        }),
        secret,
    ],
    "a Redis its settings": [
        "spec.redisConfig.additionalRedisConfig",
        inApps(REDIS, "RedisReplication", {
            spec: { redisConfig: { additionalRedisConfig: NAME } },
        }),
        configMap,
    ],
    "sentinels their Redis": [
        "spec.redisSentinelConfig.redisReplicationName",
        inApps(REDIS, "RedisSentinel", {
            spec: { redisSentinelConfig: { redisReplicationName: NAME } },
        }),
        inApps(REDIS, "RedisReplication", {}, NAME),
    ],
    "an exception its policy of Kyverno": [
        "spec.exceptions[].policyName",
        inApps(KYVERNO, "PolicyException", {
            spec: { exceptions: [{ policyName: NAME, ruleNames: ["all"] }] },
        }),
        global("kyverno.io/v1", "ClusterPolicy", {}, NAME),
    ],
    "an exception its policy of expressions": [
        "spec.policyRefs[]",
        inApps("policies.kyverno.io/v1", "PolicyException", {
            spec: { policyRefs: [{ kind: "ValidatingPolicy", name: NAME }] },
        }),
        global("policies.kyverno.io/v1", "ValidatingPolicy", {}, NAME),
    ],
};
