/** The whole platform on one page: settings, machines, cluster, systems, outputs. */
import { ChangeGate } from "./components/cluster/change-gate";
import { ClusterHealth } from "./components/cluster/cluster-health";
import { ExistingCluster } from "./components/cluster/existing-cluster";
import { outputForPeople } from "./components/cluster/people";
import { TalosCluster } from "./components/cluster/talos-cluster";
import { createGround } from "./components/context";
import { Machines } from "./components/machines/machines";
import { checkProxmox } from "./components/machines/proxmox-check";
import { deployPlatform, Platform } from "./components/platform";
import { readSettings, type Settings } from "./components/settings";

/** New machines with Talos, and the platform on them. */
async function build(settings: Settings): Promise<Record<string, unknown>> {
    const { site } = settings;
    await checkProxmox(site);
    const ground = await createGround(settings);
    const inside = { parent: new Platform("platform", { site, secrets: ground.secrets }) };
    const gate = new ChangeGate(site);
    const machines = new Machines("machines", { site, hooks: gate.hooks }, inside);
    const cluster = new TalosCluster("cluster", { site, machines, gate }, inside);
    const on = { ...inside, providers: [...cluster.providers] };
    const { kubeconfig, talosconfig, talosconfigExpiry, endpoint, nodes } = cluster;
    const { podNetwork, urls } = deployPlatform({ ...ground, talosconfigExpiry }, on);
    // Nodes are ready only once they have a pod network.
    const dependsOn = [...podNetwork];
    new ClusterHealth("cluster-health", { site, cluster }, { ...inside, dependsOn });
    const { installerImage } = machines;
    return {
        kubeconfig,
        ...outputForPeople(site, cluster),
        talosconfig,
        talosconfigExpiry,
        installerImage,
        endpoint,
        nodes,
        urls,
        escrow: ground.secrets.digests(site.stack),
    };
}

/** The platform on a cluster that is there already. */
async function adopt(settings: Settings): Promise<Record<string, unknown>> {
    const { site } = settings;
    if (site.edge !== undefined) {
        await checkProxmox(site);
    }
    const ground = await createGround(settings);
    const inside = { parent: new Platform("platform", { site, secrets: ground.secrets }) };
    const cluster = new ExistingCluster("cluster", { site }, inside);
    const { urls } = deployPlatform(ground, { ...inside, providers: [...cluster.providers] });
    const { kubeconfig, endpoint } = cluster;
    const escrow = ground.secrets.digests(site.stack);
    return { kubeconfig, ...outputForPeople(site, cluster), endpoint, urls, escrow };
}

/** The program; the engine and the embedded preview call it once per stack. */
function main(): Promise<Record<string, unknown>> {
    const settings = readSettings();
    return settings.site.cluster.source === "proxmox" ? build(settings) : adopt(settings);
}

export = main;
