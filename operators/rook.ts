/** Rook: Ceph clusters, their pools, file systems and object stores. */
import type { Behaviour, MadeBudget, Resource, Surroundings, Tree } from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { unnamedKeys } from "./pods";
import { cephClusterPods, dashboardPort, managersOf, monitorsOf } from "./rook-cluster";
import { cephLabels } from "./rook-daemon";
import { clusterSafeguards, preserved } from "./rook-safeguards";
import {
    clusterOf,
    filesystemPods,
    filesystemPools,
    objectStorePods,
    objectStoreServices,
} from "./rook-stores";
import { labelsAt, namespaceOf, numberAt, textAt, treeAt } from "./values";

export { cephLabels, cephPorts } from "./rook-daemon";

/**
 * Keys of the Secret of an ObjectBucketClaim, which are the names of S3's own variables
 * (lib-bucket-provisioner: pkg/apis/objectbucket.io/v1alpha1/objectbucket_types.go).
 */
export const bucketKeys = { id: "AWS_ACCESS_KEY_ID", secret: "AWS_SECRET_ACCESS_KEY" } as const;

const GROUP = "ceph.rook.io";
const STORE = `${GROUP}/CephObjectStore`;
const FILESYSTEM = `${GROUP}/CephFilesystem`;
const POOL = `${GROUP}/CephBlockPool`;
const source = "rook v1.20.6: pkg/operator/ceph, pkg/apis/ceph.rook.io/v1";

function managesBudgets(spec: unknown): boolean {
    return treeAt(spec, "disruptionManagement").managePodBudgets === true;
}

/**
 * cluster/mon/drain.go (getMaxUnavailableMonPodCount), cluster/mgr/drain.go and
 * disruption/clusterdisruption/osd.go, which while an OSD is down forbids every other failure
 * domain to lose one: `maxUnavailable: 1` for all of them comes to the same.
 */
function clusterBudgets(resource: Resource, { all }: Surroundings): MadeBudget[] {
    const { spec } = resource;
    const monitors = monitorsOf(spec);
    const hasPools = [POOL, FILESYSTEM, STORE].some((kind) =>
        all(kind).some((other) => namespaceOf(other) === namespaceOf(resource)),
    );
    return managesBudgets(spec)
        ? [
              ...(monitors > 2
                  ? [
                        {
                            name: "rook-ceph-mon-pdb",
                            selector: cephLabels.monitor,
                            maxUnavailable: monitors >= 5 ? 2 : 1,
                        },
                    ]
                  : []),
              ...(managersOf(spec) > 1
                  ? [
                        {
                            name: "rook-ceph-mgr-pdb",
                            selector: cephLabels.manager,
                            maxUnavailable: 1,
                        },
                    ]
                  : []),
              ...(hasPools
                  ? [{ name: "rook-ceph-osd", selector: cephLabels.storage, maxUnavailable: 1 }]
                  : []),
          ]
        : [];
}

/** disruption/clusterdisruption/pools.go: all but one, and none where that leaves none. */
function daemonBudget(
    label: string,
    prefix: string,
    count: (spec: unknown) => number,
): Behaviour["budgets"] {
    return (resource, surroundings) => {
        const { name } = resource.metadata;
        const minAvailable = count(resource.spec) - 1;
        return minAvailable >= 1 && managesBudgets(clusterOf(resource, surroundings))
            ? [{ name: `${prefix}-${name}`, selector: { [label]: name }, minAvailable }]
            : [];
    };
}

/** https://rook.io/docs/rook/v1.20/Storage-Configuration/Ceph-CSI/ and cluster/mon. */
const clusterSecrets = [
    ...["rook-ceph-mon", "rook-ceph-config", "rook-ceph-admin-keyring"],
    ...["rook-csi-rbd-provisioner", "rook-csi-rbd-node"],
    ...["rook-csi-cephfs-provisioner", "rook-csi-cephfs-node"],
].map(unnamedKeys);
const clusterConfigMaps = [
    ...["rook-ceph-mon-endpoints", "rook-config-override", "rook-ceph-csi-config"],
].map(unnamedKeys);

const activeManager = { ...cephLabels.manager, mgr_role: "active" };

/** cluster/mgr/spec.go (makeDashboardService) and dashboard.go, with their default ports. */
function dashboardService(dashboard: Tree) {
    if (dashboard.enabled !== true) {
        return [];
    }
    const port = dashboardPort(dashboard);
    return [
        {
            name: "rook-ceph-mgr-dashboard",
            selector: activeManager,
            ports: [
                {
                    name: dashboard.ssl === true ? "https-dashboard" : "http-dashboard",
                    port,
                    target: port,
                },
            ],
        },
    ];
}

const cluster: Behaviour = {
    kind: `${GROUP}/CephCluster`,
    source,
    pods: cephClusterPods,
    services: ({ spec }) => [
        {
            name: "rook-ceph-mgr",
            selector: activeManager,
            ports: [{ name: "http-metrics", port: 9283, target: 9283 }],
        },
        ...dashboardService(treeAt(spec, "dashboard")),
    ],
    secrets: () => clusterSecrets,
    configMaps: () => clusterConfigMaps,
    // The bucket provisioner that StorageClasses name.
    objects: (resource) => [
        {
            kind: "storage.k8s.io/CSIDriver",
            name: `${resource.metadata.namespace ?? ""}.ceph.rook.io/bucket`,
        },
    ],
    budgets: clusterBudgets,
    images: [{ path: "spec.cephVersion.image" }],
    names: [
        ...named(kinds.secret, "spec.security.kms.tokenSecretName"),
        ...named(
            kinds.storageClass,
            "spec.mon.volumeClaimTemplate.spec.storageClassName",
            "spec.storage.storageClassDeviceSets[].volumeClaimTemplates[].spec.storageClassName",
        ),
    ],
    monitor: {
        kind: "ServiceMonitor",
        switch: "spec.monitoring.enabled",
        // pkg/operator/k8sutil/prometheus.go and cluster/mgr/mgr.go.
        labels: ({ spec }) => ({ team: "rook", ...labelsAt(spec, "labels", "monitoring") }),
    },
    retention: {
        what: "Reports of crashed storage daemons",
        path: "spec.crashCollector.daysToRetain",
    },
    holdsData: true,
    safeguards: clusterSafeguards,
};

const filesystem: Behaviour = {
    kind: FILESYSTEM,
    source,
    pods: filesystemPods,
    objects: filesystemPools,
    budgets: daemonBudget("rook_file_system", "rook-ceph-mds", (spec) => {
        const { activeStandby, ...server } = treeAt(spec, "metadataServer");
        return numberAt(1, server, "activeCount") + (activeStandby === true ? 1 : 0);
    }),
    holdsData: true,
    safeguards: preserved("preserveFilesystemOnDelete"),
};

const objectStore: Behaviour = {
    kind: STORE,
    source,
    pods: objectStorePods,
    services: objectStoreServices,
    budgets: daemonBudget("rgw", "rook-ceph-rgw", (spec) =>
        numberAt(1, spec, "gateway", "instances"),
    ),
    names: [
        ...named(
            kinds.secret,
            "spec.gateway.sslCertificateRef",
            "spec.gateway.caBundleRef",
            "spec.auth.keystone.serviceUserSecretName",
            "spec.security.kms.tokenSecretName",
            "spec.security.s3.tokenSecretName",
        ),
        ...named(
            POOL,
            "spec.sharedPools.metadataPoolName",
            "spec.sharedPools.dataPoolName",
            "spec.sharedPools.poolPlacements[].metadataPoolName",
        ),
        ...named(`${GROUP}/CephObjectZone`, "spec.zone.name"),
    ],
    holdsData: true,
    safeguards: preserved("preservePoolsOnDelete"),
};

/** Kinds of which nobody makes pods. */
const others: readonly Omit<Behaviour, "source">[] = [
    { kind: POOL, holdsData: true },
    {
        kind: `${GROUP}/CephFilesystemSubVolumeGroup`,
        names: named(FILESYSTEM, "spec.filesystemName"),
    },
    { kind: `${GROUP}/CephBlockPoolRadosNamespace`, names: named(POOL, "spec.blockPoolName") },
    {
        kind: `${GROUP}/CephObjectStoreUser`,
        names: [
            ...named(STORE, "spec.store"),
            ...keyOf("spec.keys[]", ["accessKeyRef", "secretKeyRef"]),
        ],
        secrets: ({ spec, metadata: { name } }) => [
            {
                name: `rook-ceph-object-user-${textAt(spec, "store") ?? ""}-${name}`,
                keys: ["AccessKey", "SecretKey", "Endpoint"],
            },
        ],
    },
    { kind: `${GROUP}/CephObjectStoreAccount`, names: named(STORE, "spec.store") },
    {
        kind: `${GROUP}/CephBucketTopic`,
        names: [
            ...named(STORE, "spec.objectStoreName"),
            ...keyOf("spec.endpoint.kafka", ["passwordSecretRef", "userSecretRef"]),
        ],
    },
    {
        kind: `${GROUP}/CephBucketNotification`,
        names: named(`${GROUP}/CephBucketTopic`, "spec.topic"),
    },
    {
        kind: `${GROUP}/CephObjectZone`,
        names: named(`${GROUP}/CephObjectZoneGroup`, "spec.zoneGroup"),
    },
    {
        kind: `${GROUP}/CephObjectZoneGroup`,
        names: named(`${GROUP}/CephObjectRealm`, "spec.realm"),
    },
    {
        kind: `${GROUP}/CephClient`,
        secrets: ({ spec, metadata: { name } }) => [
            unnamedKeys(textAt(spec, "secretName") ?? `rook-ceph-client-${name}`),
        ],
    },
    {
        kind: "objectbucket.io/ObjectBucketClaim",
        names: named(kinds.storageClass, "spec.storageClassName"),
        secrets: ({ metadata: { name } }) => [{ name, keys: Object.values(bucketKeys) }],
        configMaps: ({ metadata: { name } }) => [
            {
                name,
                keys: ["NAME", "HOST", "PORT", "REGION", "SUBREGION"].map((key) => `BUCKET_${key}`),
            },
        ],
        holdsData: true,
    },
];

/** The rooms of the kinds. */
export const rook: readonly Behaviour[] = [
    cluster,
    filesystem,
    objectStore,
    ...others.map((other): Behaviour => ({ ...other, source })),
];
