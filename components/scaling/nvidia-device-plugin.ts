import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import type { SystemContext } from "../base/foundation";
import { gpuRuntime } from "../base/gpu-runtime";
import { image } from "../base/pins";
import { System } from "../base/system";
import { gpusOf } from "../site-gpus";
import type { SiteConfiguration } from "../site-schema";
import { gpuAlerts, gpuDashboards } from "./nvidia-device-plugin-alerts";
import { devicePlugin, NVIDIA_DEVICE_PLUGIN } from "./nvidia-device-plugin-manifests";

/** Why the settings show no GPU, or undefined when they do. */
function withoutGpus(site: SiteConfiguration): string | undefined {
    return site.nodes.some((node) => gpusOf(site, node) > 0)
        ? undefined
        : "a node has a GPU: a PCI mapping in `nodes[].devices`, and NVIDIA's kernel modules and container toolkit in `talosExtensions`";
}

/** What offers GPUs to pods. */
export const nvidiaDevicePlugin = define({
    name: "nvidiaDevicePlugin",
    layer: "scaling",
    purpose: "offers the GPUs of nodes to pods that ask for them",
    origin: "002.4.2: GPU scheduling for those who train and serve models",
    charts: {},
    images: { devicePlugin: image("nvcr.io/nvidia/k8s-device-plugin", "v0.20.0") },
    offWithout: withoutGpus,
    check: (_own, site) =>
        // Of a cluster that is there already nobody lists devices.
        site.cluster.source !== "proxmox" || withoutGpus(site) === undefined
            ? []
            : [
                  {
                      key: "systems.nvidiaDevicePlugin.enabled",
                      found: "true, and no node has a GPU",
                      allowed:
                          "a node with a PCI mapping in nodes[].devices, and siderolabs/nvidia-open-gpu-kernel-modules-… with siderolabs/nvidia-container-toolkit-… in talosExtensions",
                  },
              ],
    capabilities: {
        metrics: none(
            "it serves no metrics (k8s-device-plugin v0.20.0: cmd/nvidia-device-plugin); kube-state-metrics tells what nodes offer",
        ),
        alerts: gpuAlerts,
        dashboards: gpuDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("it keeps nothing: it looks at the cards anew when it starts"),
        sizing: { by: "one on each node with a GPU" },
        flows: none("it speaks to the kubelet of its node by a socket, and to nobody else"),
        retention: none("it keeps nothing"),
    },
});

const exceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NVIDIA_DEVICE_PLUGIN}/${NVIDIA_DEVICE_PLUGIN}`,
        reason: "It opens a socket in the folder of the node's kubelet, which belongs to root, and sees every GPU of the node.",
        guard:
            "that one folder and nothing else of the node, no capability, no escalation, a root " +
            "filesystem that nobody writes to, no token of the API and no way into the network",
        expires: "2027-05-31",
    },
];

/** NVIDIA's device plugin on each node with a GPU, and the RuntimeClass of pods that get one. */
export class NvidiaDevicePlugin extends System<typeof nvidiaDevicePlugin> {
    /** What a pod with a GPU waits for: the class of its runtime. */
    readonly runtime: readonly pulumi.Resource[];

    constructor(
        context: SystemContext<typeof nvidiaDevicePlugin>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace(NVIDIA_DEVICE_PLUGIN, {
            tier: "platform",
            backup: none("it keeps nothing: it looks at the cards anew when it starts"),
            podSecurity: "privileged",
            flows: [],
        });
        this.runtime = [this.object(gpuRuntime, {})];
        this.waitFor(
            this.object(devicePlugin(nvidiaDevicePlugin.images.devicePlugin.reference), {
                dependsOn: [...context.pods, ...namespace.guardrails, ...this.runtime],
            }),
        );
        this.observe(namespace);
    }
}
