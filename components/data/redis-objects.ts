/** What the operator makes a Redis of: its pods, and the sentinels that watch them. Pure. */
import { redisLabels, redisPorts } from "../../operators/redis-operator";
import { minimumAvailable, spread } from "../base/availability";
import { resources } from "../base/containers";
import type { ManifestInput } from "../base/object";
import { priorities } from "../base/priority";
import { redisOperator } from "./redis-operator";

/** Where clients ask who is the master. */
export interface Sentinels {
    /** Name of the master in the configuration of the sentinels. */
    readonly masterName: string;
    /** Host name of each sentinel, inside the namespace. */
    readonly hosts: readonly string[];
    readonly port: number;
}

/** A majority needs three, whatever the number of replicas. */
export const SENTINELS = 3;
/** The operator's own default, written down since clients have to say the same. */
export const MASTER_NAME = "myMaster";

const apiVersion = "redis.redis.opstreelabs.in/v1beta2";

const containerSecurity = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};

/** What both kinds of pod share; the operator fills in the probes' command, a PING. */
function podSettings(image: string, secretName: string, memory: string, serviceAccount: string) {
    const probe = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 5 };
    return {
        kubernetesConfig: {
            image,
            imagePullPolicy: "IfNotPresent",
            redisSecret: { name: secretName, key: "password" },
            resources: { requests: { cpu: "50m", memory }, limits: { memory } },
        },
        podSecurityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
        },
        securityContext: containerSecurity,
        // Only its security context counts: that of the operator's own container for redis.conf.
        initContainer: { enabled: false, image, securityContext: containerSecurity },
        readinessProbe: { ...probe, initialDelaySeconds: 5 },
        livenessProbe: { ...probe, initialDelaySeconds: 15 },
        priorityClassName: priorities.data.name,
        serviceAccountName: serviceAccount,
    };
}

/** A sidecar of the operator's making, whose probes the resource has no field for. */
const exporter = {
    enabled: true,
    image: redisOperator.images.exporter.reference,
    imagePullPolicy: "IfNotPresent",
    resources: resources("10m", "32Mi", "64Mi"),
    securityContext: containerSecurity,
};

/** What a Redis is made of. */
export interface ReplicationSpec {
    readonly namespace: string;
    /** Secret with the `password`. */
    readonly secretName: string;
    readonly storageClass: string;
    /** Size of each volume in GiB. */
    readonly size: number;
    /** Memory of each pod, such as `128Mi`. */
    readonly memory: string;
    /** Whether volumes outlive it. */
    readonly keeps: boolean;
    readonly replicas: number;
}

/** The Redis pods. */
export function replicationManifest(
    name: string,
    { namespace, secretName, storageClass, size, memory, keeps, replicas }: ReplicationSpec,
): ManifestInput {
    return {
        apiVersion,
        kind: "RedisReplication",
        metadata: {
            name,
            namespace,
            annotations: { "pulumi.com/waitFor": "jsonpath={.status.masterNode}" },
        },
        spec: {
            ...podSettings(redisOperator.images.redis.reference, secretName, memory, name),
            clusterSize: replicas,
            // Copy-on-write during a snapshot needs the rest.
            redisConfig: { maxMemoryPercentOfLimit: 60 },
            storage: {
                keepAfterDelete: keeps,
                volumeClaimTemplate: {
                    spec: {
                        storageClassName: storageClass,
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: `${size}Gi` } },
                    },
                },
            },
            redisExporter: exporter,
            pdb: { enabled: replicas > 1, minAvailable: minimumAvailable(replicas) },
            topologySpreadConstraints: spread(redisLabels.redis(name)),
        },
    };
}

/** The sentinels, which elect a new master when the old one does not answer for five seconds. */
export function sentinelManifest(
    name: string,
    { namespace, secretName }: Pick<ReplicationSpec, "namespace" | "secretName">,
): ManifestInput {
    return {
        apiVersion,
        kind: "RedisSentinel",
        // The operator appends `-sentinel` to the names of what it makes.
        metadata: { name, namespace },
        spec: {
            ...podSettings(redisOperator.images.sentinel.reference, secretName, "128Mi", name),
            clusterSize: SENTINELS,
            redisSentinelConfig: {
                masterGroupName: MASTER_NAME,
                redisReplicationName: name,
                redisReplicationPassword: {
                    secretKeyRef: { name: secretName, key: "password" },
                },
                quorum: "2",
                downAfterMilliseconds: "5000",
                failoverTimeout: "10000",
            },
            redisExporter: exporter,
            pdb: { enabled: true, minAvailable: minimumAvailable(SENTINELS) },
            topologySpreadConstraints: spread(redisLabels.sentinel(name)),
        },
    };
}

/** Each pod by the headless Service that the operator makes (internal/k8sutils/redis-sentinel.go). */
export function sentinelsOf(name: string): Sentinels {
    return {
        masterName: MASTER_NAME,
        hosts: Array.from(
            { length: SENTINELS },
            (_, index) => `${name}-sentinel-${index}.${name}-sentinel-headless`,
        ),
        port: redisPorts.sentinel,
    };
}
