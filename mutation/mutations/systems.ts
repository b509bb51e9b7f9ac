/** Mutations of single systems: charts, CRDs, Ceph, databases, Cilium, Kyverno. */
import { at, change, drop, isKind, list, remove, rewire } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const chart = ({ type }: StackResource) => type === "platform:base:Chart";
const site = ({ type }: StackResource) => type === "platform:base:Platform";
const kind =
    (...kinds: string[]) =>
    (resource: StackResource) =>
        isKind(resource, ...kinds);
const named = (wanted: string, name: string) => (resource: StackResource) =>
    isKind(resource, wanted) && at(resource.inputs, "metadata").name === name;
const volumes = (resource: StackResource) =>
    isKind(resource, "StorageClass") && "allowVolumeExpansion" in resource.inputs;
const admission = kind("ValidatingPolicy");
const cilium = named("ConfigMap", "cilium-config");
const POOLS = ["CephBlockPool", "CephFilesystem", "CephObjectStore"];

function poolsOf(inputs: Inputs): Inputs[] {
    const spec = at(inputs, "spec");
    const parts = [
        spec,
        at(spec, "metadataPool"),
        at(spec, "dataPool"),
        ...list(spec, "dataPools"),
    ];
    return parts.filter((part) => "replicated" in part);
}

/** A filter and an edit for what the pack must protect. */
function protectable({ type, inputs }: StackResource): boolean {
    return (
        type.endsWith(":VmLegacy") ||
        type.endsWith("secrets:Secrets") ||
        ["CephCluster", ...POOLS].includes(String(inputs.kind)) ||
        inputs.apiVersion === "postgresql.cnpg.io/v1"
    );
}

/** IAC, HA-09, HA-10, DR-10, OBS-09, SEC-05, SEC-08, CMP-05, COST-04. */
export const systemMutations: readonly Mutation[] = [
    change(["no-chart-digest", "IAC-01", "drops a chart's digest"], chart, (inputs) => {
        drop(inputs, "digest");
    }),
    change(["floating-chart", "IAC-01", "lets a chart's version float"], chart, (inputs) => {
        inputs.version = "^1.0.0";
    }),
    change(
        ["foreign-chart", "IAC-01", "takes a chart from an unlisted repository"],
        chart,
        (inputs) => {
            inputs.repository = "https://charts.stranger.example";
        },
    ),
    rewire(
        ["unprotected", "IAC-05", "drops the protection of what holds data"],
        protectable,
        (resource) => ({ ...resource, protect: false }),
    ),
    remove(["no-definition", "IAC-06", "removes the CRD of a custom resource"], (resource) =>
        [
            "clusters.postgresql.cnpg.io",
            "cephclusters.ceph.rook.io",
            "clusterissuers.cert-manager.io",
            "validatingpolicies.policies.kyverno.io",
        ].includes(String(at(resource.inputs, "metadata").name)),
    ),
    rewire(
        ["no-dependency", "IAC-06", "depends on nothing"],
        kind("ClusterIssuer", "ValidatingPolicy", "CephCluster", "postgresql.cnpg.io/Cluster"),
        (resource) => ({ ...resource, dependencies: [] }),
    ),
    change(
        ["even-monitors", "HA-09", "has an even number of monitors"],
        kind("CephCluster"),
        (inputs) => {
            at(inputs, "spec", "mon").count = 4;
        },
    ),
    change(
        ["two-instances", "HA-09", "has two database instances"],
        kind("postgresql.cnpg.io/Cluster"),
        (inputs) => {
            at(inputs, "spec").instances = 2;
        },
    ),
    change(["two-sentinels", "HA-09", "has two sentinels"], kind("RedisSentinel"), (inputs) => {
        at(inputs, "spec").clusterSize = 2;
    }),
    change(["two-copies", "HA-10", "keeps two copies"], kind(...POOLS), (inputs) => {
        for (const pool of poolsOf(inputs)) {
            at(pool, "replicated").size = 2;
        }
    }),
    change(
        ["single-copy-writes", "HA-10", "accepts writes with a single copy"],
        kind(...POOLS),
        (inputs) => {
            for (const pool of poolsOf(inputs)) {
                pool.parameters = { min_size: "1" };
            }
        },
    ),
    change(["disk-domain", "HA-10", "keeps copies on one node"], kind(...POOLS), (inputs) => {
        for (const pool of poolsOf(inputs)) {
            pool.failureDomain = "osd";
        }
    }),
    change(
        ["node-domain", "HA-16", "keeps copies on nodes of one Proxmox host"],
        kind(...POOLS),
        (inputs) => {
            for (const pool of poolsOf(inputs)) {
                pool.failureDomain = "host";
            }
        },
    ),
    change(
        ["all-copies-needed", "HA-16", "stops when a copy is missing"],
        kind(...POOLS),
        (inputs) => {
            for (const pool of poolsOf(inputs)) {
                pool.parameters = { min_size: "3" };
            }
        },
    ),
    change(
        ["wished-hosts", "HA-16", "only wishes its members on different hosts"],
        kind("postgresql.cnpg.io/Cluster", "RedisSentinel"),
        (inputs) => {
            for (const constraint of list(inputs, "spec", "topologySpreadConstraints")) {
                if (constraint.topologyKey !== "kubernetes.io/hostname") {
                    constraint.whenUnsatisfiable = "ScheduleAnyway";
                }
            }
        },
    ),
    change(
        ["monitors-on-one-host", "HA-16", "lets monitors share a Proxmox host"],
        kind("CephCluster"),
        (inputs) => {
            drop(at(inputs, "spec", "placement", "mon"), "topologySpreadConstraints");
        },
    ),
    change(
        ["two-storage-hosts", "HA-10", "has disks on two hosts"],
        kind("CephCluster"),
        (inputs) => {
            const storage = at(inputs, "spec", "storage");
            storage.nodes = list(storage, "nodes").slice(0, 2);
        },
    ),
    change(
        ["monitors-together", "HA-10", "lets monitors share a node"],
        kind("CephCluster"),
        (inputs) => {
            at(inputs, "spec", "mon").allowMultiplePerNode = true;
        },
    ),
    change(["no-checksums", "HA-10", "turns checksums off"], kind("CephCluster"), (inputs) => {
        at(inputs, "spec", "cephConfig", "osd").bluestore_csum_type = "none";
    }),
    change(
        ["deleted-volumes", "DR-10", "deletes volumes with their claims"],
        kind("StorageClass"),
        (inputs) => {
            inputs.reclaimPolicy = "Delete";
        },
    ),
    change(["fixed-volumes", "DR-10", "forbids volumes to grow"], volumes, (inputs) => {
        inputs.allowVolumeExpansion = false;
    }),
    change(["no-hubble", "OBS-09", "turns Hubble off"], cilium, (inputs) => {
        at(inputs, "data")["enable-hubble"] = "false";
    }),
    change(["no-hubble-metrics", "OBS-09", "turns Hubble's metrics off"], cilium, (inputs) => {
        drop(at(inputs, "data"), "hubble-metrics");
    }),
    change(["audit-mode", "SEC-08", "only audits network policies"], cilium, (inputs) => {
        at(inputs, "data")["policy-audit-mode"] = "true";
    }),
    change(["plain-network", "SEC-08", "turns encryption off"], cilium, (inputs) => {
        at(inputs, "data")["enable-wireguard"] = "false";
    }),
    remove(["no-admission-policy", "SEC-05", "removes an admission policy"], admission),
    change(
        ["audited-admission", "SEC-05", "only audits what it should refuse"],
        admission,
        (inputs) => {
            at(inputs, "spec").validationActions = ["Audit"];
        },
    ),
    change(
        ["open-admission", "SEC-05", "lets pods in while Kyverno is down"],
        admission,
        (inputs) => {
            at(inputs, "spec").failurePolicy = "Ignore";
        },
    ),
    change(["true-expression", "SEC-05", "admits everything"], admission, (inputs) => {
        for (const validation of list(inputs, "spec", "validations")) {
            validation.expression = "true";
        }
    }),
    change(
        ["exempt-namespace", "SEC-05", "leaves one more namespace alone"],
        admission,
        (inputs) => {
            for (const item of list(
                inputs,
                "spec",
                "matchConstraints",
                "namespaceSelector",
                "matchExpressions",
            )) {
                item.values = [...(item.values as string[]), "n8n"];
            }
        },
    ),
    change(
        ["exempt-by-label", "SEC-05", "lets namespaces exempt themselves"],
        admission,
        (inputs) => {
            list(inputs, "spec", "matchConstraints", "namespaceSelector", "matchExpressions").push({
                key: "exempt",
                operator: "DoesNotExist",
            });
        },
    ),
    change(
        ["two-admission-controllers", "SEC-05", "runs two admission controllers"],
        named("Deployment", "kyverno-admission-controller"),
        (inputs) => {
            at(inputs, "spec").replicas = 2;
        },
    ),
    change(
        ["short-retention", "CMP-05", "keeps reports for a day"],
        kind("CephCluster"),
        (inputs) => {
            at(inputs, "spec", "crashCollector").daysToRetain = 1;
        },
    ),
    change(["no-retention", "CMP-05", "declares no retention"], kind("CephCluster"), (inputs) => {
        drop(at(inputs, "spec"), "crashCollector");
    }),
    change(["over-budget", "COST-04", "sets a budget that the requests exceed"], site, (inputs) => {
        inputs.cost = {
            currency: "EUR",
            kilowattHour: 0.35,
            wattsPerCore: 8,
            wattsPerGibibyte: 0.4,
            hardware: 50,
            monthlyBudget: 51,
        };
    }),
];
