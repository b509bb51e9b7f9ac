/** Which nodes have GPUs, and what Talos needs to show them to pods. Pure. */
import type { Fault } from "./base/definition";
import type { SiteConfiguration } from "./site-schema";

/** Modules of the kernel (siderolabs/docs v1.13: "NVIDIA GPU (OSS drivers)"). */
export const gpuModules: readonly string[] = [
    "nvidia",
    "nvidia_uvm",
    "nvidia_drm",
    "nvidia_modeset",
];

/** What brings GPUs into pods; its name ends with the branch of the driver: `lts` or `production`. */
const TOOLKIT = "siderolabs/nvidia-container-toolkit-";

/** Names of the extensions with the kernel's modules, before the branch (siderolabs/extensions v1.13: nvidia-gpu). */
const MODULES: readonly string[] = [
    "siderolabs/nvidia-open-gpu-kernel-modules-",
    "siderolabs/nonfree-kmod-nvidia-",
];

type Extended = Pick<SiteConfiguration, "talosExtensions">;
type Node = Pick<SiteConfiguration["nodes"][number], "devices">;

/** Branches of the driver whose extension of one of these kinds the image has. */
function branches({ talosExtensions }: Extended, kinds: readonly string[]): string[] {
    return talosExtensions.flatMap((extension) =>
        kinds.flatMap((kind) => (extension.startsWith(kind) ? [extension.slice(kind.length)] : [])),
    );
}

/** Whether the image of the nodes brings GPUs of NVIDIA into pods. */
export function showsGpus(site: Extended): boolean {
    return branches(site, [TOOLKIT]).length > 0;
}

/** GPUs that a node has, whether its image can show them or not. */
function cardsOf({ devices }: Node): number {
    return devices.filter(({ gpu }) => gpu).length;
}

/** How many GPUs a node offers to pods: none where the image cannot show them. */
export function gpusOf(site: Extended, node: Node): number {
    return showsGpus(site) ? cardsOf(node) : 0;
}

/** Where pods run: without workers control planes run everything. */
function placesOf(nodes: SiteConfiguration["nodes"]): SiteConfiguration["nodes"] {
    const workers = nodes.filter(({ role }) => role === "worker");
    return workers.length > 0 ? workers : nodes;
}

/** On how many nodes a pod with so many GPUs finds a place. */
export function placesFor(gpus: number, { nodes }: Pick<SiteConfiguration, "nodes">): number {
    return placesOf(nodes).filter((node) => cardsOf(node) >= gpus).length;
}

/** Most GPUs that one node has on which pods run, by which a pod is bounded. */
export function mostGpus({ nodes }: Pick<SiteConfiguration, "nodes">): number {
    return Math.max(0, ...placesOf(nodes).map(cardsOf));
}

/** Extensions of NVIDIA that are nothing without each other: both are of one branch of the driver. */
export function halfDrivers(site: Extended): Fault[] {
    const [toolkits, modules] = [branches(site, [TOOLKIT]), branches(site, MODULES)];
    const lacking = toolkits.filter((branch) => !modules.includes(branch));
    return [
        ...(new Set(toolkits).size > 1
            ? [
                  {
                      key: "talosExtensions",
                      found: toolkits.map((branch) => `${TOOLKIT}${branch}`).join(", "),
                      allowed: "one of the two branches of NVIDIA's driver",
                  },
              ]
            : []),
        ...lacking.map((branch) => ({
            key: "talosExtensions",
            found: `${TOOLKIT}${branch} alone`,
            allowed: `${MODULES.map((kind) => `${kind}${branch}`).join(" or ")} beside it, without which the kernel knows no GPU`,
        })),
    ];
}
