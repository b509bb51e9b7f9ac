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

const DEFAULT_REQUESTS = { cpu: "100m", memory: "128Mi" };
// Outside of tenants no CPU limit: throttling a controller or a storage daemon because a neighbour
// is idle helps nobody, requests already divide the CPU fairly.
const MEMORY_ONLY = { memory: "512Mi" };

/** The limits of each tier. */
export const tiers: Readonly<Record<Tier, TierLimits>> = {
    platform: {
        quota: {
            "requests.cpu": "4",
            "requests.memory": "8Gi",
            "limits.memory": "16Gi",
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
            persistentvolumeclaims: "20",
            pods: "100",
        },
        defaultLimits: { cpu: "500m", memory: "512Mi" },
        defaultRequests: DEFAULT_REQUESTS,
    },
};
