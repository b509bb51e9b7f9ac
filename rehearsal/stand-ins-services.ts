/**
 * The Services and PodDisruptionBudgets that operators make for the pods of `stand-ins.ts`, so that
 * databases and the daemons of Ceph are measured and drained like everything else.
 */
import type { Manifest } from "../components/base/object";
import type { Fact, Facts, ObjectFact } from "../policy/kernel/facts";
import { readString, readTree, type Tree } from "../policy/kernel/tree";
import { MADE } from "../policy/engines/references/made";
import type { Made } from "../policy/engines/references/maker";

type ObjectOf = Fact & { readonly object: ObjectFact };
type Budgets = (fact: ObjectOf, facts: Facts) => readonly Manifest[];

function budget(
    { object: { namespace } }: ObjectOf,
    name: string,
    limits: Tree,
    matchLabels: Tree,
): Manifest {
    return {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace },
        spec: { ...limits, selector: { matchLabels } },
    };
}

/** cloudnative-pg 1.30: `pkg/specs/poddisruptionbudget.go`. */
const postgres: Budgets = (fact) => {
    const { name } = fact.object;
    const spec = readTree(fact.inputs, "spec");
    const { inProgress, reusePVC } = readTree(spec, "nodeMaintenanceWindow");
    const isMaintained = inProgress === true && reusePVC !== false;
    const instances = Number(spec.instances ?? 1);
    const role = (value: string) => ({ "cnpg.io/cluster": name, "cnpg.io/instanceRole": value });
    if (spec.enablePDB === false) {
        return [];
    }
    return [
        ...(isMaintained && instances === 1
            ? []
            : [budget(fact, `${name}-primary`, { minAvailable: 1 }, role("primary"))]),
        ...(isMaintained || instances < 3
            ? []
            : [budget(fact, name, { minAvailable: instances - 2 }, role("replica"))]),
    ];
};

/** redis-operator v0.26.0: `internal/k8sutils/poddisruption.go`. */
function redis(role: "replication" | "sentinel"): Budgets {
    return (fact) => {
        const { name } = fact.object;
        const spec = readTree(fact.inputs, "spec");
        const { enabled, maxUnavailable, minAvailable } = readTree(spec, "pdb");
        const quorum = Math.floor(Number(spec.clusterSize ?? 1) / 2) + 1;
        const limits =
            maxUnavailable === undefined
                ? { minAvailable: minAvailable ?? quorum }
                : { maxUnavailable };
        const app = role === "sentinel" ? `${name}-sentinel` : name;
        return enabled === true ? [budget(fact, `${name}-${role}`, limits, { app, role })] : [];
    };
}

/** Whether Rook makes budgets for the Ceph cluster of a namespace. */
function managesBudgets(facts: Facts, namespace: string | undefined): boolean {
    return facts
        .objects("ceph.rook.io", "CephCluster")
        .filter(({ object }) => object.namespace === namespace)
        .some(
            ({ inputs }) =>
                readTree(inputs, "spec", "disruptionManagement").managePodBudgets === true,
        );
}

/**
 * rook v1.20.6: `pkg/operator/ceph/cluster/mon/drain.go`, `cluster/mgr/drain.go` and
 * `disruption/clusterdisruption/osd.go`, which while an OSD is down forbids every other failure
 * domain to lose one: `maxUnavailable: 1` for all of them comes to the same.
 */
const ceph: Budgets = (fact, facts) => {
    const { namespace } = fact.object;
    const monitors = Number(readTree(fact.inputs, "spec", "mon").count ?? 3);
    const managers = Number(readTree(fact.inputs, "spec", "mgr").count ?? 1);
    const hasPools = ["CephBlockPool", "CephFilesystem", "CephObjectStore"].some((kind) =>
        facts.objects("ceph.rook.io", kind).some(({ object }) => object.namespace === namespace),
    );
    const of = (name: string, app: string, maxUnavailable: number) =>
        budget(fact, name, { maxUnavailable }, { app });
    return [
        ...(monitors > 2 ? [of("rook-ceph-mon-pdb", "rook-ceph-mon", monitors >= 5 ? 2 : 1)] : []),
        ...(managers > 1 ? [of("rook-ceph-mgr-pdb", "rook-ceph-mgr", 1)] : []),
        ...(hasPools ? [of("rook-ceph-osd", "rook-ceph-osd", 1)] : []),
    ];
};

/** rook v1.20.6: `pkg/operator/ceph/disruption/clusterdisruption/pools.go`. */
function cephDaemons(label: string, prefix: string, count: (inputs: Tree) => number): Budgets {
    return (fact) => {
        const { name } = fact.object;
        const minAvailable = count(fact.inputs) - 1;
        return minAvailable < 1
            ? []
            : [budget(fact, `${prefix}-${name}`, { minAvailable }, { [label]: name })];
    };
}

/** The table, by `<group>/<Kind>`. */
const BUDGETS: Readonly<Record<string, Budgets>> = {
    "postgresql.cnpg.io/Cluster": postgres,
    "redis.redis.opstreelabs.in/RedisReplication": redis("replication"),
    "redis.redis.opstreelabs.in/RedisSentinel": redis("sentinel"),
    "ceph.rook.io/CephCluster": ceph,
    "ceph.rook.io/CephFilesystem": cephDaemons("rook_file_system", "rook-ceph-mds", (inputs) => {
        const { activeCount, activeStandby } = readTree(inputs, "spec", "metadataServer");
        return Number(activeCount ?? 1) + (activeStandby === true ? 1 : 0);
    }),
    "ceph.rook.io/CephObjectStore": cephDaemons("rgw", "rook-ceph-rgw", (inputs) =>
        Number(readTree(inputs, "spec", "gateway").instances ?? 1),
    ),
};

function toService({ namespace, name, selector, ports = [] }: Made): Manifest[] {
    return selector === undefined || ports.length === 0
        ? []
        : [
              {
                  apiVersion: "v1",
                  kind: "Service",
                  metadata: { name, namespace },
                  spec: {
                      selector,
                      ports: ports.map(({ port, target, protocol, ...named }) => ({
                          name: named.name ?? `port-${port}`,
                          port,
                          protocol,
                          targetPort: target,
                      })),
                  },
              },
          ];
}

/** What the operators of a stack make besides pods, as far as it decides who serves. */
export function standInServices(facts: Facts): Manifest[] {
    return facts.all().flatMap((fact) => {
        const { object } = fact;
        if (object === undefined) {
            return [];
        }
        const id = `${object.group}/${object.kind}`;
        const subject = { ...fact, object };
        const services = (MADE[id]?.(subject) ?? []).filter(({ kind }) => kind === "/Service");
        const isUnmanaged =
            object.group === "ceph.rook.io" && !managesBudgets(facts, object.namespace);
        return [
            ...services.flatMap(toService),
            ...(isUnmanaged ? [] : (BUDGETS[id]?.(subject, facts) ?? [])),
        ];
    });
}

/** The name by which reports call a Service or a budget. */
export function namespacedName(manifest: Manifest): string {
    return `${readString(manifest, "metadata", "namespace") ?? "default"}/${manifest.metadata.name ?? ""}`;
}
