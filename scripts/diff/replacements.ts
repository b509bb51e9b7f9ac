/**
 * Which changes of a field make Pulumi delete a resource and make it anew, and which the API refuses.
 * From the sources of the providers, each in its table; whatever stands in none is changed in place.
 * Pure.
 */
import { parseQuantity } from "../../policy/kubernetes/quantities";
import type { FieldChange } from "./fields";
import type { PlanResource } from "./plan";

/** Paths of fields by type of the resource, after its group and version. */
type Table = Readonly<Record<string, readonly string[]>>;

/**
 * pulumi-kubernetes v4.34, provider/pkg/provider/diff.go: `forceNew` and `forceNewProperties`. It
 * deletes before it makes anew, because the name stays. `metadata.name` and `metadata.namespace` are
 * of every kind.
 */
const KUBERNETES: Table = {
    "apps/v1:Deployment": ["spec.selector"],
    "apps/v1:DaemonSet": ["spec.selector"],
    "apps/v1:StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    // The provider of this program keeps the default of `enableConfigMapMutable`.
    "core/v1:ConfigMap": ["data", "binaryData"],
    "core/v1:Secret": ["type", "data", "stringData"],
    "core/v1:PersistentVolume": [
        ...["csi", "hostPath", "local", "nfs", "iscsi", "fc", "rbd", "cephfs"].map(
            (source) => `spec.${source}`,
        ),
    ],
    "core/v1:PersistentVolumeClaim": [
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ],
    // Of a pod by itself nearly everything; what can be changed is not worth a list.
    "core/v1:Pod": ["spec"],
    "core/v1:ResourceQuota": ["spec.scopes"],
    "core/v1:Service": ["spec.clusterIP"],
    "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
    "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** Other providers, by type. */
const OTHERS: Table = {
    /*
     * terraform-provider-proxmox v0.111.1, proxmoxtf/resource/vm/vm.go (`ForceNew` of its schema and
     * `CustomizeDiff`) and vm/disk/schema.go. `nodeName` only without `migrate`.
     */
    "proxmoxve:index/vmLegacy:VmLegacy": [
        "vmId",
        "nodeName",
        "amdSev",
        "clone",
        "disks.fileId",
        "efiDisk.type",
        "tpmState.version",
        "initialization.type",
        "initialization.userDataFileId",
        "initialization.vendorDataFileId",
        "initialization.networkDataFileId",
        "initialization.metaDataFileId",
    ],
    /* The same, fwprovider/nodes/resource_download_file.go, `RequiresReplace`. */
    "proxmoxve:download/file:File": [
        "nodeName",
        "datastoreId",
        "contentType",
        "fileName",
        "url",
        "checksum",
        "checksumAlgorithm",
        "decompressionAlgorithm",
    ],
    /* terraform-provider-random v3, resource_password.go: every attribute `RequiresReplace`. */
    "random:index/randomPassword:RandomPassword": [""],
    /* pulumi-kubernetes, provider.go, `DiffConfig`: another cluster is another provider. */
    "pulumi:providers:kubernetes": ["clusterIdentifier"],
    /* crds/provider.ts of this repository: a CRD belongs to the cluster that has it. */
    "pulumi:providers:crd": ["cluster"],
};

/**
 * What the API server refuses to change although the provider would try: ValidateStorageClassUpdate
 * (pkg/apis/storage/validation), ValidatePriorityClassUpdate (pkg/apis/scheduling/validation),
 * ValidatePersistentVolumeClaimUpdate (pkg/apis/core/validation) and the immutable fields of a Job
 * (pkg/apis/batch/validation) of Kubernetes 1.35.
 */
const REFUSED: Table = {
    "storage.k8s.io/v1:StorageClass": ["reclaimPolicy", "volumeBindingMode"],
    "scheduling.k8s.io/v1:PriorityClass": ["value", "preemptionPolicy"],
    "core/v1:PersistentVolumeClaim": ["spec.volumeMode"],
    "batch/v1:Job": ["spec.completionMode"],
};

/**
 * Sizes that only grow: terraform-provider-proxmox v0.111.1, vm.go ("Cannot shrink"); Kubernetes'
 * ValidatePersistentVolumeClaimUpdate; CloudNativePG's webhook, validateStorageChange.
 */
const GROWING: Table = {
    "proxmoxve:index/vmLegacy:VmLegacy": ["disks.size"],
    "kubernetes:core/v1:PersistentVolumeClaim": ["spec.resources.requests.storage"],
    "kubernetes:postgresql.cnpg.io/v1:Cluster": ["spec.storage.size", "spec.walStorage.size"],
};

const PREFIX = "kubernetes:";
const METADATA = ["metadata.name", "metadata.namespace"];

function isBelow(path: string, prefix: string): boolean {
    return prefix === "" || path === prefix || path.startsWith(`${prefix}.`);
}

/** Fields of a type whose change makes it anew. */
function forcing({ type, inputs }: PlanResource): readonly string[] {
    if (type.startsWith(PREFIX)) {
        return [...METADATA, ...(KUBERNETES[type.slice(PREFIX.length)] ?? [])];
    }
    const fields = OTHERS[type] ?? (type.startsWith("crd:") ? ["metadata.name"] : []);
    return inputs.migrate === true ? fields.filter((field) => field !== "nodeName") : fields;
}

/** Whether an option of Pulumi that lists paths (`ignoreChanges`, `replaceOnChanges`) has the field. */
export function isListed({ path, keys }: FieldChange, listed: readonly string[]): boolean {
    const plain = keys.join(".");
    return listed.some((entry) => {
        if (entry === "*") {
            return true;
        }
        // Entries of lists are numbers or `*` there, and names here.
        const wanted = entry.replaceAll(/\[[^\]]*\]/g, "");
        return isBelow(plain, wanted) || isBelow(path, entry);
    });
}

/** The changes among those given that make the resource anew. */
export function replacing(
    resource: PlanResource,
    changes: readonly FieldChange[],
): readonly FieldChange[] {
    const fields = forcing(resource);
    return changes.filter(
        (change) =>
            fields.some((field) => isBelow(change.keys.join("."), field)) ||
            isListed(change, resource.replaceOnChanges),
    );
}

function shrinks({ before, after }: FieldChange): boolean {
    const [old, now] = [parseQuantity(before), parseQuantity(after)];
    return old !== undefined && now !== undefined && now < old;
}

/** The changes among those given that an update cannot make: its API refuses them. */
export function refused(
    { type }: PlanResource,
    changes: readonly FieldChange[],
): readonly FieldChange[] {
    const fixed = REFUSED[type.slice(PREFIX.length)] ?? [];
    const growing = GROWING[type] ?? [];
    const isOf = ({ keys }: FieldChange, fields: readonly string[]) =>
        fields.some((field) => isBelow(keys.join("."), field));
    return changes.filter(
        (change) => isOf(change, fixed) || (isOf(change, growing) && shrinks(change)),
    );
}
