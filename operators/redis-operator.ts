/** redis-operator of OT-CONTAINER-KIT: Redis with replicas, and the sentinels that watch one. */
import type {
    Behaviour,
    ImageField,
    MadePods,
    NamedField,
    Port,
    Resource,
    Surroundings,
    Tree,
} from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { claimOf, container, serviceOf, tcp } from "./pods";
import { replicationSafeguards } from "./redis-safeguards";
import { labelsAt, namespaceOf, numberAt, present, textAt, treeAt, treesAt } from "./values";

const GROUP = "redis.redis.opstreelabs.in";
const REPLICATION = `${GROUP}/RedisReplication`;
const SENTINEL = `${GROUP}/RedisSentinel`;

/** Ports of Redis, of its sentinels and of the exporter beside it (internal/consts). */
export const redisPorts = { redis: 6379, sentinel: 26379, exporter: 9121 } as const;

/** Labels by which selectors find the pods (internal/k8sutils/labels.go, redis-sentinel.go). */
export const redisLabels = {
    redis: (name: string) => ({ app: name, role: "replication" }),
    /** The operator appends `-sentinel` to the name. */
    sentinel: (name: string) => ({ app: `${name}-sentinel`, role: "sentinel" }),
};

type Setup = "replication" | "sentinel";

/** internal/k8sutils/statefulset.go, generateStatefulSetsDef. */
function podOf(name: string, spec: Tree): Tree {
    const { resources, image } = treeAt(spec, "kubernetesConfig");
    const exporter = treeAt(spec, "redisExporter");
    const init = treeAt(spec, "initContainer");
    const own = typeof image === "string" ? image : undefined;
    return present({
        serviceAccountName: spec.serviceAccountName,
        nodeSelector: spec.nodeSelector,
        affinity: spec.affinity,
        tolerations: spec.tolerations,
        topologySpreadConstraints: spec.topologySpreadConstraints,
        priorityClassName: spec.priorityClassName,
        hostNetwork: spec.hostNetwork,
        imagePullSecrets: treeAt(spec, "kubernetesConfig").imagePullSecrets,
        initContainers: [
            container("init-config", resources, own),
            ...(init.enabled === true
                ? [container("init", init.resources, textAt(init, "image"))]
                : []),
        ],
        containers: [
            { ...container(name, resources, own), ...present({ env: spec.env }) },
            ...(exporter.enabled === true
                ? [
                      {
                          ...container(
                              "redis-exporter",
                              exporter.resources,
                              textAt(exporter, "image"),
                          ),
                          ...present({ env: exporter.env }),
                      },
                  ]
                : []),
            ...treesAt(spec, "sidecars"),
        ],
    });
}

/** internal/k8sutils/statefulset.go, enableRedisMonitoring: only where the exporter is on. */
function exporterPorts(spec: Tree): Port[] {
    return treeAt(spec, "redisExporter").enabled === true
        ? [tcp(redisPorts.exporter, "redis-exporter")]
        : [];
}

/** The sentinels' configuration that watches a Redis of the same namespace. */
function watching({ metadata, ...redis }: Resource, { all }: Surroundings): Tree {
    const sentinel = all(SENTINEL).find(
        (other) =>
            namespaceOf(other) === namespaceOf({ metadata, ...redis }) &&
            textAt(other.spec, "redisSentinelConfig", "redisReplicationName") === metadata.name,
    );
    return treeAt(sentinel?.spec, "redisSentinelConfig");
}

/** Sentinels ask every second, and a vote takes less than another (Redis documentation). */
const ELECTION = 2;

function replication(resource: Resource, surroundings: Surroundings): MadePods[] {
    const { spec = {}, metadata } = resource;
    const { name } = metadata;
    const labels = redisLabels.redis(name);
    const down = numberAt(5000, watching(resource, surroundings), "downAfterMilliseconds") / 1000;
    return [
        {
            part: "redis",
            name,
            labels: { ...labelsAt(metadata, "labels"), ...labels, redis_setup_type: "replication" },
            variants: [{ "redis-role": "master" }, { "redis-role": "slave" }],
            count: numberAt(1, spec, "clusterSize"),
            stateful: true,
            pod: podOf(name, spec),
            ports: [tcp(redisPorts.redis, "redis"), ...exporterPorts(spec)],
            claims: claimOf(name, treeAt(spec, "storage", "volumeClaimTemplate", "spec")),
            isMain: true,
            reaches: [
                { pods: labels, ports: [tcp(redisPorts.redis)], why: "replicas follow the master" },
            ],
            operatorReaches: [tcp(redisPorts.redis)],
            role: {
                label: "redis-role",
                holder: "master",
                other: "slave",
                notices: "node",
                // internal/controller/redisreplication sets the label every 30 s.
                seconds: down + ELECTION + 30,
            },
        },
    ];
}

/** internal/k8sutils/redis-sentinel.go. */
function sentinels({ spec = {}, metadata }: Resource): MadePods[] {
    const labels = redisLabels.sentinel(metadata.name);
    const watched = textAt(spec, "redisSentinelConfig", "redisReplicationName");
    return [
        {
            part: "sentinels",
            name: labels.app,
            labels: { ...labelsAt(metadata, "labels"), ...labels, redis_setup_type: "sentinel" },
            // The default of the CRD.
            count: numberAt(3, spec, "clusterSize"),
            stateful: true,
            pod: podOf(labels.app, spec),
            ports: [tcp(redisPorts.sentinel, "sentinel-client"), ...exporterPorts(spec)],
            reaches: [
                { pods: labels, ports: [tcp(redisPorts.sentinel)], why: "sentinels vote" },
                ...(watched === undefined
                    ? []
                    : [
                          {
                              pods: redisLabels.redis(watched),
                              ports: [tcp(redisPorts.redis)],
                              why: "sentinels watch every Redis",
                          },
                      ]),
            ],
            operatorReaches: [tcp(redisPorts.sentinel)],
            votes: "sentinels",
        },
    ];
}

/** internal/k8sutils/poddisruption.go: a majority unless the resource says otherwise. */
function budgets(setup: Setup): NonNullable<Behaviour["budgets"]> {
    const labelsOf = setup === "sentinel" ? redisLabels.sentinel : redisLabels.redis;
    return ({ spec, metadata: { name } }) => {
        const { enabled, maxUnavailable, minAvailable } = treeAt(spec, "pdb");
        const majority =
            Math.floor(numberAt(setup === "sentinel" ? 3 : 1, spec, "clusterSize") / 2) + 1;
        const limits =
            typeof maxUnavailable === "number"
                ? { maxUnavailable }
                : { minAvailable: typeof minAvailable === "number" ? minAvailable : majority };
        return enabled === true
            ? [{ name: `${name}-${setup}`, selector: labelsOf(name), ...limits }]
            : [];
    };
}

/** Fields of both kinds. */
const shared: readonly NamedField[] = [
    ...keyOf("spec.kubernetesConfig", ["redisSecret"]),
    ...named(kinds.secret, "spec.TLS.secret.secretName"),
];
const redisImages: readonly ImageField[] = [
    { path: "spec.kubernetesConfig.image" },
    ...["spec.redisExporter.image", "spec.initContainer.image", "spec.sidecars[].image"].map(
        (path) => ({ path, optional: true as const }),
    ),
];
const source = "redis-operator v0.26.0: internal/k8sutils, internal/controller";

/** The rooms of the kinds. */
export const redisOperator: readonly Behaviour[] = [
    {
        kind: REPLICATION,
        source,
        safeguards: replicationSafeguards,
        pods: replication,
        // internal/k8sutils/redis-replication.go, services.go.
        services: (resource) => {
            const pods = redisLabels.redis(resource.metadata.name);
            const of = (suffix: string, role?: "master" | "slave") =>
                serviceOf(
                    resource,
                    suffix,
                    role === undefined ? pods : { ...pods, "redis-role": role },
                    redisPorts.redis,
                );
            return [
                of(""),
                of("-headless"),
                of("-additional"),
                of("-master", "master"),
                of("-replica", "slave"),
            ];
        },
        budgets: budgets("replication"),
        images: redisImages,
        names: [
            ...shared,
            ...named(kinds.storageClass, "spec.storage.volumeClaimTemplate.spec.storageClassName"),
            ...named(kinds.configMap, "spec.redisConfig.additionalRedisConfig"),
            ...named(kinds.secret, "spec.acl.secret.secretName"),
            ...named(kinds.claim, "spec.acl.persistentVolumeClaim"),
        ],
        holdsData: true,
    },
    {
        kind: SENTINEL,
        source,
        pods: sentinels,
        services: (resource) => {
            const pods = redisLabels.sentinel(resource.metadata.name);
            return ["-sentinel", "-sentinel-headless", "-sentinel-additional"].map((suffix) =>
                serviceOf(resource, suffix, pods, redisPorts.sentinel),
            );
        },
        budgets: budgets("sentinel"),
        images: redisImages,
        names: [
            ...shared,
            ...named(REPLICATION, "spec.redisSentinelConfig.redisReplicationName"),
            ...named(kinds.configMap, "spec.redisSentinelConfig.additionalSentinelConfig"),
            ...keyOf("spec.redisSentinelConfig.redisReplicationPassword", ["secretKeyRef"]),
        ],
    },
];
