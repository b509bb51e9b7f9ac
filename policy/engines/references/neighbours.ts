/** Names of other objects that stand alone in a field of one kind, as the manuals of that kind say. */
import type { Finder, Reference } from "./resolve";
import { namedObject, valuesAt } from "./values";

const SECRET = "/Secret";
const CONFIG_MAP = "/ConfigMap";
const CNPG = "postgresql.cnpg.io";
const ROOK = "ceph.rook.io";
const REDIS = "redis.redis.opstreelabs.in";

/** Field, and the kind of what it names. */
type Row = readonly [path: string, kind: string];

const CLUSTER: Row = ["spec.cluster.name", `${CNPG}/Cluster`];
const OF_KAFKA: Row = ["metadata.labels.strimzi.io/cluster", "kafka.strimzi.io/Kafka"];
const STORE: Row = ["spec.store", `${ROOK}/CephObjectStore`];
const REDIS_SETTINGS: Row = ["spec.redisConfig.additionalRedisConfig", CONFIG_MAP];
const REDIS_USERS: Row = ["spec.acl.persistentVolumeClaim", "/PersistentVolumeClaim"];
const POOLS = ["metadataPoolName", "dataPoolName", "poolPlacements[].metadataPoolName"];

/** Names, by `<group>/<Kind>` of the object that names. */
const NAMES: Readonly<Record<string, readonly Row[]>> = {
    "/ServiceAccount": [["secrets[].name", SECRET]],
    "/PersistentVolumeClaim": [["spec.volumeName", "/PersistentVolume"]],
    "apps/StatefulSet": [["spec.serviceName", "/Service"]],
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": [
        ["spec.policyName", "admissionregistration.k8s.io/ValidatingAdmissionPolicy"],
    ],
    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": [
        ["spec.policyName", "admissionregistration.k8s.io/MutatingAdmissionPolicy"],
    ],
    "snapshot.storage.k8s.io/VolumeSnapshot": [
        ["spec.source.persistentVolumeClaimName", "/PersistentVolumeClaim"],
        ["spec.volumeSnapshotClassName", "snapshot.storage.k8s.io/VolumeSnapshotClass"],
    ],
    [`${CNPG}/Cluster`]: [
        ["spec.certificates.serverTLSSecret", SECRET],
        ["spec.certificates.serverCASecret", SECRET],
        ["spec.certificates.clientCASecret", SECRET],
        ["spec.certificates.replicationTLSSecret", SECRET],
        ["spec.plugins[].parameters.barmanObjectName", "barmancloud.cnpg.io/ObjectStore"],
        [
            "spec.externalClusters[].plugin.parameters.barmanObjectName",
            "barmancloud.cnpg.io/ObjectStore",
        ],
        ["spec.backup.volumeSnapshot.className", "snapshot.storage.k8s.io/VolumeSnapshotClass"],
    ],
    ...Object.fromEntries(
        ["ScheduledBackup", "Backup", "Pooler", "Database", "Publication", "Subscription"].map(
            (kind) => [`${CNPG}/${kind}`, [CLUSTER]],
        ),
    ),
    [`${ROOK}/CephFilesystemSubVolumeGroup`]: [["spec.filesystemName", `${ROOK}/CephFilesystem`]],
    [`${ROOK}/CephBlockPoolRadosNamespace`]: [["spec.blockPoolName", `${ROOK}/CephBlockPool`]],
    [`${ROOK}/CephObjectStoreUser`]: [STORE],
    [`${ROOK}/CephObjectStoreAccount`]: [STORE],
    [`${ROOK}/CephBucketTopic`]: [["spec.objectStoreName", `${ROOK}/CephObjectStore`]],
    [`${ROOK}/CephObjectStore`]: [
        ["spec.gateway.sslCertificateRef", SECRET],
        ["spec.gateway.caBundleRef", SECRET],
        ...POOLS.map((field): Row => [`spec.sharedPools.${field}`, `${ROOK}/CephBlockPool`]),
    ],
    "csi.ceph.io/OperatorConfig": [["spec.driverSpecDefaults.imageSet.name", CONFIG_MAP]],
    "csi.ceph.io/Driver": [["spec.imageSet.name", CONFIG_MAP]],
    [`${REDIS}/RedisReplication`]: [REDIS_SETTINGS, REDIS_USERS],
    [`${REDIS}/RedisSentinel`]: [
        ["spec.redisSentinelConfig.redisReplicationName", `${REDIS}/RedisReplication`],
        ["spec.redisSentinelConfig.additionalSentinelConfig", CONFIG_MAP],
    ],
    ...Object.fromEntries(
        ["KafkaTopic", "KafkaUser", "KafkaNodePool"].map((kind) => [
            `kafka.strimzi.io/${kind}`,
            [OF_KAFKA],
        ]),
    ),
};

/** Fields with a kind beside the name: the field, and its defaults. */
const TYPED: Readonly<
    Record<string, readonly (readonly [path: string, group: string, kind: string])[]>
> = {
    "autoscaling/HorizontalPodAutoscaler": [["spec.scaleTargetRef", "", ""]],
    "autoscaling.k8s.io/VerticalPodAutoscaler": [["spec.targetRef", "", ""]],
    "keda.sh/ScaledObject": [
        ["spec.scaleTargetRef", "apps", "Deployment"],
        ["spec.triggers[].authenticationRef", "keda.sh", "TriggerAuthentication"],
    ],
    "keda.sh/ScaledJob": [
        ["spec.triggers[].authenticationRef", "keda.sh", "TriggerAuthentication"],
    ],
    "/PersistentVolumeClaim": [["spec.dataSource", "", "PersistentVolumeClaim"]],
    [`${CNPG}/Cluster`]: [["spec.imageCatalogRef", CNPG, "ImageCatalog"]],
    "policies.kyverno.io/PolicyException": [
        ["spec.policyRefs[]", "policies.kyverno.io", "ValidatingPolicy"],
    ],
};

/** A dot separates fields, but not inside the name of a label. */
function toPath(text: string): string[] {
    const label = /^metadata\.labels\.(.+)$/.exec(text)?.[1];
    return label === undefined ? text.split(".") : ["metadata", "labels", label];
}

/** Objects that one names in the fields of these tables. */
export const neighbours: Finder = (fact) => {
    const { group, kind, namespace: own = "" } = fact.object;
    const id = `${group}/${kind}`;
    const names = (NAMES[id] ?? []).flatMap(([path, target]) =>
        valuesAt(fact.inputs, toPath(path))
            .filter((name) => name !== "")
            .map((name): Reference => ({ fact, where: path, kind: target, namespace: own, name })),
    );
    const typed = (TYPED[id] ?? []).flatMap(([path, ofGroup, ofKind]) =>
        valuesAt(fact.inputs, toPath(path)).map((value): Reference => {
            const defaults = { group: ofGroup, kind: ofKind, namespace: own };
            return { fact, where: path, ...namedObject(value, defaults) };
        }),
    );
    return [...names, ...typed];
};
