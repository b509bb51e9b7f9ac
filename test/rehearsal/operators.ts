/** Custom resources whose operators make Services, budgets and roles. */
import type { Inputs, Resource } from "../policy/harness";
import { inApps } from "./stacks";

const cnpg = "postgresql.cnpg.io/v1";
const redis = "redis.redis.opstreelabs.in/v1beta2";
const rook = "ceph.rook.io/v1";

export const database = (spec: Inputs = {}): Resource =>
    inApps(cnpg, "Cluster", "db", { spec: { instances: 3, ...spec } });

export const cache = (spec: Inputs = {}): Resource =>
    inApps(redis, "RedisReplication", "cache", { spec: { clusterSize: 3, ...spec } });

export const sentinels = (spec: Inputs = {}): Resource =>
    inApps(redis, "RedisSentinel", "cache", {
        spec: {
            clusterSize: 3,
            redisSentinelConfig: {
                redisReplicationName: "cache",
                downAfterMilliseconds: "5000",
            },
            ...spec,
        },
    });

export const ceph = (spec: Inputs = {}): Resource =>
    inApps(rook, "CephCluster", "ceph", {
        spec: {
            mon: { count: 3 },
            mgr: { count: 2 },
            disruptionManagement: { managePodBudgets: true },
            ...spec,
        },
    });

export const pool = (spec: Inputs = {}): Resource =>
    inApps(rook, "CephBlockPool", "blocks", {
        spec: { failureDomain: "host", replicated: { size: 3 }, ...spec },
    });

export const filesystem = (metadataServer: Inputs): Resource =>
    inApps(rook, "CephFilesystem", "files", { spec: { metadataServer } });

export const objectStore = (instances: number): Resource =>
    inApps(rook, "CephObjectStore", "store", { spec: { gateway: { port: 80, instances } } });
