/**
 * What a stack's machine configuration says about the programs of the control plane, so that the
 * rehearsal judges objects as the cluster will. Pure.
 *
 * Merging follows Talos (siderolabs/talos: control_plane_static_pod.go and render_config_static_pods.go
 * of internal/app/machined/pkg/controllers/k8s): a few lists add up, every other flag is replaced.
 */
import { z } from "zod";
import { isTree, type Tree } from "../../policy/kernel/tree";
import { UsageError } from "../../preview/stack-file";

/** Flags of a program by their name, without the leading hyphens. */
export type Flags = Readonly<Record<string, string>>;

/** The part of a control plane's configuration that a rehearsal takes over. */
export interface ControlPlaneConfiguration {
    readonly apiServer: Flags;
    readonly controllerManager: Flags;
    readonly scheduler: Flags;
    /** Plugins of an `AdmissionConfiguration`. */
    readonly admission: readonly AdmissionPlugin[];
    /** Fields of a `KubeSchedulerConfiguration`. */
    readonly schedulerConfiguration: Tree;
    /** First networks of pods and of Services, if the documents name them. */
    readonly podNetwork?: string;
    readonly serviceNetwork?: string;
}

/** A plugin of an `AdmissionConfiguration`. */
interface AdmissionPlugin {
    readonly name: string;
    readonly configuration: Tree;
}

const tree = z.record(z.string(), z.unknown());
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const extraArgs = z
    .record(z.string(), z.union([scalar, z.array(scalar).transform((list) => list.join(","))]))
    .default({});

const subnets = z.array(z.string()).default([]);
const plugin = z.object({
    name: z.string(),
    $patch: z.literal("delete").optional(),
    configuration: tree.default({}),
});

/** The fields that are read; everything else is somebody else's. */
const cluster = z.object({
    network: z.object({ podSubnets: subnets, serviceSubnets: subnets }).prefault({}),
    apiServer: z.object({ extraArgs, admissionControl: z.array(plugin).default([]) }).prefault({}),
    controllerManager: z.object({ extraArgs }).prefault({}),
    scheduler: z.object({ extraArgs, config: tree.default({}) }).prefault({}),
});
type ClusterSection = z.infer<typeof cluster>;
const document = z.object({ cluster: cluster.optional() });

/**
 * Flags about what a rehearsal does not have or decides itself: etcd's certificates, keys, logs on
 * disk, other ways to log in, cloud providers.
 */
const NOT_HERE =
    /^(etcd|encryption|audit|tls|oidc|requestheader|proxy-client|client-ca|kubelet|cloud)-|^(authentication|authorization-webhook)-|^(anonymous-auth|cloud-provider|bind-address)$/;

/** Whether a flag makes sense without the machine's disk. */
function transferable([name, value]: [string, string]): boolean {
    return !NOT_HERE.test(name) && !value.split(",").some((part) => /^(file:\/\/)?\//.test(part));
}

/** Merges as Talos does: objects by key, lists one after the other, everything else replaced. */
function merge(base: unknown, patch: unknown): unknown {
    if (Array.isArray(base) && Array.isArray(patch)) {
        return [...(base as unknown[]), ...(patch as unknown[])];
    }
    if (!isTree(base) || !isTree(patch)) {
        return patch;
    }
    const merged = Object.entries(patch).map(([key, value]) => [
        key,
        key in base ? merge(base[key], value) : value,
    ]);
    return { ...base, ...(Object.fromEntries(merged) as Tree) };
}

function mergeTrees(trees: readonly Tree[]): Tree {
    return trees.reduce<Tree>((base, patch) => merge(base, patch) as Tree, {});
}

function read(content: unknown): ClusterSection[] {
    const { data, error } = document.safeParse(content);
    if (error !== undefined) {
        const places = error.issues.map(({ path }) => path.join("."));
        throw new UsageError(
            `A Talos patch cannot be read: ${places.join(", ")} ${places.length === 1 ? "is" : "are"} not of the shape that Talos allows.`,
        );
    }
    return data.cluster === undefined ? [] : [data.cluster];
}

function mergePlugins(sections: readonly ClusterSection[]): AdmissionPlugin[] {
    const merged = new Map<string, Tree>();
    const entries = sections.flatMap(({ apiServer }) => apiServer.admissionControl);
    for (const { name, $patch, configuration } of entries) {
        if ($patch === "delete") {
            merged.delete(name);
        } else {
            merged.set(name, mergeTrees([merged.get(name) ?? {}, configuration]));
        }
    }
    return [...merged].map(([name, configuration]) => ({ name, configuration }));
}

/**
 * Reads the documents of one control plane's machine configuration, in the order of their merging.
 * Without any, the answer is what Kubernetes does by itself.
 *
 * @throws UsageError when a field that is read has another shape than Talos allows
 */
export function controlPlaneConfiguration(
    documents: readonly unknown[],
): ControlPlaneConfiguration {
    const sections = documents.flatMap(read);
    const flags = (component: "apiServer" | "controllerManager" | "scheduler"): Flags =>
        Object.fromEntries(
            sections
                .flatMap((section) => Object.entries(section[component].extraArgs))
                .filter(transferable),
        );
    return {
        apiServer: flags("apiServer"),
        controllerManager: flags("controllerManager"),
        scheduler: flags("scheduler"),
        admission: mergePlugins(sections),
        schedulerConfiguration: mergeTrees(sections.map(({ scheduler }) => scheduler.config)),
        podNetwork: sections.flatMap(({ network }) => network.podSubnets)[0],
        serviceNetwork: sections.flatMap(({ network }) => network.serviceSubnets)[0],
    };
}
