/**
 * Quotas and default limits by tier. Pure data: a namespace chooses a tier and may raise single
 * values of its quota. The tenant tier is the one the seeds demand (TEN-01).
 */

/** What kind of thing lives in a namespace. */
export type Tier = "platform" | "storage" | "monitoring" | "app" | "tenant";

/** The hard limits of a ResourceQuota; quantities as Kubernetes writes them. */
export type Quota = Readonly<Record<string, string>>;

interface TierLimits {
    readonly quota: Quota;
    /** Limits of a container that names none. */
    readonly defaultLimits: Readonly<Record<string, string>>;
    /** Requests of a container that names none. */
    readonly defaultRequests: Readonly<Record<string, string>>;
}

/**
 * Space on the node's disk that a container may fill with logs, its own files and emptyDir volumes
 * before the kubelet evicts it: no chart names any, and a container that runs away would evict its
 * neighbours. The kubelet keeps 5 log files of 10 MiB each, so the limit leaves room for what a
 * program writes beside them; one that caches more names its own.
 */
export const diskDefaults = {
    limits: { "ephemeral-storage": "2Gi" },
    requests: { "ephemeral-storage": "64Mi" },
} as const;

const DEFAULT_REQUESTS = { cpu: "100m", memory: "128Mi", ...diskDefaults.requests };
// Outside of tenants no CPU limit: throttling a controller or a storage daemon because a neighbour
// is idle helps nobody, requests already divide the CPU fairly.
const MEMORY_ONLY = { memory: "512Mi", ...diskDefaults.limits };

/** The limits of each tier. */
export const tiers: Readonly<Record<Tier, TierLimits>> = {
    platform: {
        quota: {
            "requests.cpu": "4",
            "requests.memory": "8Gi",
            "limits.memory": "16Gi",
            "requests.ephemeral-storage": "16Gi",
            "limits.ephemeral-storage": "360Gi",
            persistentvolumeclaims: "10",
            pods: "60",
        },
        defaultLimits: MEMORY_ONLY,
        defaultRequests: DEFAULT_REQUESTS,
    },
    storage: {
        quota: {
            "requests.cpu": "32",
            "requests.memory": "64Gi",
            "limits.memory": "128Gi",
            "requests.ephemeral-storage": "48Gi",
            "limits.ephemeral-storage": "1200Gi",
            persistentvolumeclaims: "50",
            pods: "200",
        },
        defaultLimits: MEMORY_ONLY,
        defaultRequests: DEFAULT_REQUESTS,
    },
    monitoring: {
        quota: {
            "requests.cpu": "12",
            "requests.memory": "32Gi",
            "limits.memory": "64Gi",
            "requests.ephemeral-storage": "32Gi",
            "limits.ephemeral-storage": "720Gi",
            persistentvolumeclaims: "40",
            pods: "120",
        },
        defaultLimits: MEMORY_ONLY,
        defaultRequests: DEFAULT_REQUESTS,
    },
    app: {
        quota: {
            "requests.cpu": "6",
            "requests.memory": "12Gi",
            "limits.memory": "24Gi",
            "requests.ephemeral-storage": "16Gi",
            "limits.ephemeral-storage": "360Gi",
            persistentvolumeclaims: "20",
            pods: "60",
        },
        defaultLimits: MEMORY_ONLY,
        defaultRequests: DEFAULT_REQUESTS,
    },
    tenant: {
        quota: {
            "requests.cpu": "4",
            "requests.memory": "8Gi",
            "limits.cpu": "8",
            "limits.memory": "16Gi",
            "requests.ephemeral-storage": "24Gi",
            "limits.ephemeral-storage": "600Gi",
            persistentvolumeclaims: "20",
            pods: "100",
        },
        defaultLimits: { cpu: "500m", ...MEMORY_ONLY },
        defaultRequests: DEFAULT_REQUESTS,
    },
};
