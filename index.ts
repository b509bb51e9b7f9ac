/** The whole platform on one page: settings, machines, cluster, systems, outputs. */
import { ClusterHealth } from "./components/cluster/cluster-health";
import { ExistingCluster } from "./components/cluster/existing-cluster";
import { TalosCluster } from "./components/cluster/talos-cluster";
import { createContext } from "./components/context";
import { Machines } from "./components/machines/machines";
import { Platform } from "./components/platform";
import { readSettings, type Settings } from "./components/settings";

/** New machines with Talos, and the platform on them. */
async function build(settings: Settings): Promise<Record<string, unknown>> {
    const context = await createContext(settings);
    const platform = new Platform("platform", { settings });
    const inside = { parent: platform };
    const machines = new Machines("machines", { settings }, inside);
    const cluster = new TalosCluster("cluster", { settings, machines }, inside);
    const { cilium, urls } = platform.deploy(context, cluster.provider);
    // Nodes are ready only once they have a pod network.
    const dependsOn = [...(cilium?.ready ?? [])];
    new ClusterHealth("cluster-health", { settings, cluster }, { ...inside, dependsOn });
    const { kubeconfig, talosconfig, talosconfigExpiry, endpoint, nodes } = cluster;
    const { installerImage } = machines;
    return { kubeconfig, talosconfig, talosconfigExpiry, installerImage, endpoint, nodes, urls };
}

/** The platform on a cluster that is there already. */
async function adopt(settings: Settings): Promise<Record<string, unknown>> {
    const context = await createContext(settings);
    const platform = new Platform("platform", { settings });
    const cluster = new ExistingCluster("cluster", { settings }, { parent: platform });
    const { urls } = platform.deploy(context, cluster.provider);
    const { kubeconfig, endpoint } = cluster;
    return { kubeconfig, endpoint, urls };
}

/** The program; the engine and the embedded preview call it once per stack. */
function main(): Promise<Record<string, unknown>> {
    const settings = readSettings();
    return settings.cluster.source === "proxmox" ? build(settings) : adopt(settings);
}

export = main;
