/** Longhorn: volumes whose copies lie on disks of several nodes, and what its managers make for them. */
import * as yaml from "js-yaml";
import type { Behaviour, Labels, MadePods, Port, Resource, Surroundings, Tree } from "./behaviour";
import { named } from "./names";
import { apart, container, tcp, withSurge } from "./pods";
import { isTree, numberAt, present, textAt } from "./values";

const source =
    "longhorn-manager v1.12.1: csi/deployment.go, controller/{instance_manager,engine_image}_controller.go, controller/controller_manager.go, types/setting.go";

/** Talos mounts the volume of this name at `/var/mnt/<name>` (talos v1.13: UserVolumeConfig). */
export const longhornVolume = "longhorn";
/** Where its disk is on a node. */
export const longhornDataPath = `/var/mnt/${longhornVolume}`;
/** Label of a node whose disk the managers take for volumes (types/types.go). */
export const longhornDiskLabel = { "node.longhorn.io/create-default-disk": "true" } as const;

/** Labels of pods that its managers make (types/types.go, csi/deployment_util.go). */
export const longhornPods = {
    manager: { app: "longhorn-manager" },
    ui: { app: "longhorn-ui" },
    /** One on each node: it serves the copies there and the devices of the pods there. */
    instances: { "longhorn.io/component": "instance-manager" },
    engineImage: { "longhorn.io/component": "engine-image" },
    shares: { "longhorn.io/component": "share-manager" },
    plugin: { app: "longhorn-csi-plugin" },
    sidecar: (name: string): Labels => ({ app: name }),
} as const;

/** Name of its driver, for classes (types/types.go). */
export const longhornDriver = "driver.longhorn.io";

/**
 * Ports by who listens (types/types.go, engineapi/types.go; longhorn-instance-manager v1.12.1:
 * app/cmd/start.go).
 */
export const longhornPorts = {
    api: 9500,
    webhook: 9502,
    recovery: 9503,
    /** Process manager, proxy, disks, instances. */
    instances: { port: 8500, endPort: 8504 },
    /** Engines and copies of volumes, one range for all of them. */
    volumes: { port: 10_000, endPort: 20_000 },
    /** Devices, for the kernel of the node where their pod is. */
    iscsi: 3260,
    /** Copies of base images, and how they get from node to node. */
    images: { port: 8000, endPort: 8001 },
    shares: 9600,
    /** Volumes of several pods, for the kernels of their nodes. */
    nfs: 2049,
    ui: 8000,
} as const;

/** Deployments beside the driver that make, attach, enlarge and copy volumes. */
export const longhornSidecars = [
    "csi-attacher",
    "csi-provisioner",
    "csi-resizer",
    "csi-snapshotter",
] as const;
/** Containers of the plugin, as the setting of their resources calls them (types/setting.go). */
export const longhornPluginContainers = [
    "node-driver-registrar",
    "longhorn-liveness-probe",
    "longhorn-csi-plugin",
] as const;

/** ConfigMap of the chart with the settings that the managers start with, and its key. */
export const longhornSettings = {
    configMap: "longhorn-default-setting",
    key: "default-setting.yaml",
} as const;
/**
 * Annotation of that ConfigMap: how often each sidecar is there, and whether two may be on one node,
 * as JSON. Variables of the Deployment that makes them say it, and no resource of Longhorn does.
 */
export const longhornSidecarsAnnotation = "storage.platform/longhorn-sidecars";

/** What the annotation says. */
export interface LonghornSidecars {
    readonly replicas: number;
    readonly antiAffinity: "soft" | "hard";
}

/** Percent of a node's CPU for its instances, and how often a sidecar is there, unless told. */
const DEFAULTS = { cpuPercent: 12, replicas: 3 } as const;

function parsed(read: () => unknown): Tree {
    try {
        const value = read();
        return isTree(value) ? value : {};
    } catch {
        return {};
    }
}

/** The settings; what cannot be read is as if it were not told. */
function settingsOf(resource: Resource): Tree {
    const text = textAt(resource, "data", longhornSettings.key);
    return text === undefined ? {} : parsed(() => yaml.load(text));
}

/** A setting by data engine is JSON such as `{"v1":"5"}`, or one value for all (types/setting.go). */
function percentOf(settings: Tree): number {
    const told = settings["guaranteed-instance-manager-cpu"];
    const text = typeof told === "string" ? told.trim() : "";
    const value = text.startsWith("{") ? parsed(() => JSON.parse(text)).v1 : told;
    return numberAt(DEFAULTS.cpuPercent, { value }, "value");
}

/** The pods that the managers and the deployer make, whatever volumes there are. */
function managedPods(resource: Resource, surroundings: Surroundings): MadePods[] {
    const settings = settingsOf(resource);
    const annotation = textAt(resource, "metadata", "annotations", longhornSidecarsAnnotation);
    const told = parsed(() => JSON.parse(annotation ?? "{}"));
    const count = numberAt(DEFAULTS.replicas, told, "replicas");
    const limits = textAt(settings, "system-managed-csi-components-resource-limits") ?? "{}";
    const resources = parsed(() => JSON.parse(limits));
    const common = {
        serviceAccountName: "longhorn-service-account",
        ...present({ priorityClassName: textAt(settings, "priority-class") }),
    };
    const cores = Math.max(0, ...surroundings.nodes.map((node) => node.cores));
    const cpu = Math.round(cores * 10 * percentOf(settings));
    const everyNode = { count: 1, perNode: "DaemonSet", local: true, usesApi: true } as const;
    const privileged = (tree: Tree): Tree => ({ ...tree, securityContext: { privileged: true } });
    const ports = (...list: readonly Port[]) => ({ ports: list });
    return [
        {
            ...everyNode,
            part: "instance manager",
            name: "instance-manager",
            labels: longhornPods.instances,
            pod: {
                ...common,
                containers: [
                    privileged(
                        container(
                            "instance-manager",
                            cpu === 0 ? {} : { requests: { cpu: `${cpu}m` } },
                        ),
                    ),
                ],
            },
            ...ports(longhornPorts.instances, longhornPorts.volumes, tcp(longhornPorts.iscsi)),
        },
        {
            ...everyNode,
            part: "engine image",
            name: "engine-image",
            labels: longhornPods.engineImage,
            pod: { ...common, containers: [privileged(container("engine-image", {}))] },
            ...ports(),
        },
        {
            ...everyNode,
            part: "plugin",
            name: "longhorn-csi-plugin",
            labels: longhornPods.plugin,
            pod: {
                ...common,
                containers: longhornPluginContainers.map((name) => {
                    const own = container(name, resources[name]);
                    return name === "longhorn-liveness-probe" ? own : privileged(own);
                }),
            },
            ...ports(),
        },
        ...longhornSidecars.map((name): MadePods => {
            return {
                part: name,
                name,
                labels: longhornPods.sidecar(name),
                count,
                most: withSurge(count),
                usesApi: true,
                pod: {
                    ...common,
                    containers: [container(name, resources[name])],
                    affinity: {
                        podAntiAffinity: apart(
                            longhornPods.sidecar(name),
                            told.antiAffinity === "hard",
                            undefined,
                            1,
                        ),
                    },
                },
                ...ports(tcp(8000, name)),
            };
        }),
    ];
}

/** A pod that serves one volume to several pods, of a resource that the managers write for it. */
const share = {
    part: "share",
    name: "share-manager",
    labels: longhornPods.shares,
    count: 1,
    pod: { containers: [container("share-manager", {})] },
    ports: [tcp(longhornPorts.shares), tcp(longhornPorts.nfs)],
} as const;

const passing = (part: string, name: string): MadePods => ({
    part,
    name,
    labels: {},
    count: 1,
    passing: true,
    usesApi: true,
    pod: {
        serviceAccountName: "longhorn-service-account",
        containers: [container(part, {})],
    },
    ports: [],
});

/** The rooms of the kinds, and of the ConfigMap that tells of all pods besides. */
export const longhorn: readonly Behaviour[] = [
    {
        kind: "/ConfigMap",
        only: [longhornSettings.configMap],
        source,
        pods: managedPods,
        objects: () => [{ kind: "storage.k8s.io/CSIDriver", name: longhornDriver }],
    },
    { kind: "longhorn.io/ShareManager", source, pods: () => [share] },
    {
        kind: "longhorn.io/RecurringJob",
        source: "longhorn-manager v1.12.1: controller/recurring_job_controller.go",
        pods: ({ metadata: { name } }) => [passing("recurring job", name)],
    },
    {
        kind: "longhorn.io/BackingImage",
        source,
        pods: () => [passing("base image", "backing-image-ds")],
        holdsData: true,
    },
    {
        kind: "longhorn.io/BackingImageDataSource",
        source,
        pods: () => [passing("base image", "backing-image-ds")],
    },
    {
        kind: "longhorn.io/SystemBackup",
        source,
        pods: () => "its managers make it themselves, with a Job for some versions",
    },
    {
        kind: "longhorn.io/SystemRestore",
        source,
        pods: ({ metadata: { name } }) => [passing("restore", `longhorn-system-rollout-${name}`)],
    },
    {
        kind: "longhorn.io/SupportBundle",
        source,
        pods: ({ metadata: { name } }) => [passing("support bundle", name)],
    },
    {
        kind: "longhorn.io/BackupTarget",
        source,
        names: named("/Secret", "spec.credentialSecret"),
    },
];
