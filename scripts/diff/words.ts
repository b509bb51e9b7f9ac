/** What resources are called and what goes with them when they go, for whoever reviews a change. Pure. */
import { stackClaims } from "../../policy/engines/scheduling/claims";
import { plus, showAmount, times } from "../../policy/engines/scheduling/amounts";
import type { Facts } from "../../policy/kernel/facts";
import { isRecord } from "../../components/base/object";
import { labelOf, plural } from "../../preview/scorecard/judged";
import type { PlanResource } from "./plan";

/** What a resource is, and what is lost with it. */
interface Meaning {
    readonly noun: string;
    /** Present where more than the resource itself goes. */
    readonly loss?: string;
}

const POOL = "all data in it go with it";

/** Kinds whose end is more than their own, and kinds that people call by another name. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
    "postgresql.cnpg.io/Cluster": { noun: "database" },
    "redis.redis.opstreelabs.in/Redis": { noun: "Redis" },
    "redis.redis.opstreelabs.in/RedisReplication": { noun: "Redis" },
    "redis.redis.opstreelabs.in/RedisCluster": { noun: "Redis cluster" },
    "kafka.strimzi.io/Kafka": { noun: "Kafka cluster" },
    "ceph.rook.io/CephCluster": { noun: "Ceph cluster", loss: POOL },
    "ceph.rook.io/CephBlockPool": { noun: "Ceph pool", loss: POOL },
    "ceph.rook.io/CephFilesystem": { noun: "Ceph file system", loss: POOL },
    "ceph.rook.io/CephFilesystemSubVolumeGroup": { noun: "Ceph volume group", loss: POOL },
    "ceph.rook.io/CephObjectStore": { noun: "object store", loss: POOL },
    "objectbucket.io/ObjectBucketClaim": { noun: "bucket", loss: POOL },
    "/PersistentVolume": { noun: "volume", loss: "its data may go with it" },
    "/Namespace": { noun: "namespace", loss: "everything in it goes with it" },
    "apiextensions.k8s.io/CustomResourceDefinition": {
        noun: "CRD",
        loss: "its provider refuses while there are objects of its kind",
    },
    "proxmoxve:index/vmLegacy:VmLegacy": { noun: "machine" },
    "proxmoxve:download/file:File": { noun: "image on the Proxmox host" },
    "talos:machine/secrets:Secrets": {
        noun: "secrets of the Talos cluster",
        loss: "its certificate authorities and keys go with them",
    },
    "talos:machine/configurationApply:ConfigurationApply": { noun: "machine configuration" },
    "random:index/randomPassword:RandomPassword": { noun: "password" },
    "pulumi:providers:kubernetes": {
        noun: "provider of the cluster",
        loss: "every object in the cluster is made anew with it",
    },
    "pulumi:providers:crd": {
        noun: "provider of CRDs",
        loss: "every CRD is made anew with it",
    },
};

/** Kinds that hold nothing and that nobody reaches: gone and back within an update. */
const PLAIN = new Set([
    ...["ConfigMap", "Secret", "ServiceAccount", "LimitRange", "ResourceQuota", "Job"],
    ...["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PodDisruptionBudget"],
    ...["NetworkPolicy", "CiliumNetworkPolicy", "PodMonitor", "ServiceMonitor", "PrometheusRule"],
    ...["StorageClass", "PriorityClass", "File", "RulesLegacy", "OptionsLegacy"],
]);

/** `group/Kind` of an object, the type of anything else. */
function kindOf({ type, inputs }: PlanResource): string {
    const { apiVersion, kind } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string") {
        return type;
    }
    return `${apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : ""}/${kind}`;
}

/** What a resource is called in a sentence: `the database n8n/n8n-db`. */
export function nameInWords(resource: PlanResource): { noun: string; name: string } {
    const label = labelOf(resource);
    const [kind = "", ...rest] = label.split("/");
    return {
        noun: MEANINGS[kindOf(resource)]?.noun ?? kind,
        name: rest.length === 0 ? resource.name : rest.join("/"),
    };
}

/** What is lost with each resource of a plan. */
export class Losses {
    private readonly volumes: ReadonlyMap<string, string>;
    private readonly retained: ReadonlySet<string>;

    constructor(facts: Facts) {
        const claims = stackClaims(facts).claims.filter(({ scratch }) => !scratch);
        const totals = new Map<string, { count: number; bytes: number }>();
        for (const { fact, bytes, count } of claims) {
            const total = totals.get(fact.urn) ?? { count: 0, bytes: 0 };
            totals.set(fact.urn, {
                count: total.count + count,
                bytes: plus({ bytes: total.bytes }, times({ bytes }, count)).bytes ?? 0,
            });
        }
        this.volumes = new Map(
            [...totals].map(([urn, { count, bytes }]) => [
                urn,
                `${plural(count, "volume")} (${showAmount("storage", bytes)})`,
            ]),
        );
        this.retained = new Set(
            facts
                .objects("storage.k8s.io", "StorageClass")
                .filter(({ inputs }) => inputs.reclaimPolicy === "Retain")
                .map(({ object }) => object.name),
        );
    }

    /** What more than the resource itself goes with it; undefined when nothing does. */
    of(resource: PlanResource): string | undefined {
        const { inputs, urn } = resource;
        const kind = kindOf(resource);
        const volumes = this.volumes.get(urn);
        if (kind === "/PersistentVolumeClaim") {
            return this.ofClaim(inputs.spec);
        }
        if (kind === "apps/StatefulSet") {
            return this.ofStatefulSet(inputs.spec, volumes);
        }
        if (kind === "proxmoxve:index/vmLegacy:VmLegacy") {
            const count = Array.isArray(inputs.disks) ? inputs.disks.length : 0;
            return count === 0
                ? undefined
                : `its ${plural(count, "disk")} and all data on them go with it`;
        }
        if (volumes !== undefined) {
            return `its ${volumes} and their data go with it`;
        }
        return MEANINGS[kind]?.loss;
    }

    private ofClaim(spec: unknown): string {
        const name = isRecord(spec) ? spec.storageClassName : undefined;
        return typeof name === "string" && this.retained.has(name)
            ? "its data stay on a volume that nobody uses any more"
            : "its data go with it";
    }

    /** Kubernetes' default for `persistentVolumeClaimRetentionPolicy.whenDeleted` is `Retain`. */
    private ofStatefulSet(spec: unknown, volumes: string | undefined): string | undefined {
        const policy = isRecord(spec) ? spec.persistentVolumeClaimRetentionPolicy : undefined;
        const isDeleted = isRecord(policy) && policy.whenDeleted === "Delete";
        if (volumes === undefined) {
            return undefined;
        }
        return isDeleted ? `its ${volumes} and their data go with it` : undefined;
    }
}

/** Whether nothing is lost and nobody is interrupted when a resource is made anew. */
export function isPlain({ type }: PlanResource): boolean {
    return PLAIN.has((type.split(":").at(-1) ?? "").replace(/Patch$/, ""));
}
