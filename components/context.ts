/** Tools, caches and derived facts that all systems share, made once from the settings. */
import * as path from "node:path";
import { ArchiveStore } from "./base/chart-archive";
import { ChartRenderer } from "./base/chart-renderer";
import type { NetworkMap } from "./base/flows";
import { findHelm } from "./base/helm";
import type { PlatformContext } from "./base/system";
import type { Settings } from "./settings";
import { charts, type ChartPin } from "./versions";

/** Root of the repository: caches and the lock lie there whatever the working directory is. */
const root = path.join(__dirname, "..");
const cacheFolder = path.join(root, ".cache");

/** Folders in which helm is looked for: the PATH, then what `make helm` installs. */
function helmFolders({ toolPath }: Settings): string[] {
    return [...toolPath, path.join(cacheFolder, "bin")];
}

/** API groups beyond the built-in ones that the templates of charts may count on. */
function apiVersions({ systems }: Settings): string[] {
    return [
        ...(systems.certManager.enabled ? ["cert-manager.io/v1"] : []),
        ...(systems.gatewayApi.enabled ? ["gateway.networking.k8s.io/v1"] : []),
    ];
}

/** Pins of the systems that are on; a chart belongs to the system that its name starts with. */
export function enabledCharts({ systems }: Settings): ChartPin[] {
    const ownedBy: Partial<Record<keyof typeof charts, keyof Settings["systems"]>> = {
        cephCsiDrivers: "rookCeph",
    };
    return Object.entries(charts).flatMap(([name, pin]) => {
        const system = ownedBy[name as keyof typeof charts] ?? (name as keyof Settings["systems"]);
        return systems[system].enabled ? [pin] : [];
    });
}

/** The addresses that the peers of declared flows stand for. */
export function networkMap({ network, controlPlanes, cluster }: Settings): NetworkMap {
    const hosts = [...controlPlanes.map(({ address }) => address), cluster.virtualIp];
    const known = hosts.flatMap((address) => (address === undefined ? [] : [`${address}/32`]));
    return {
        // Without a node list (an existing cluster) the API servers are somewhere among the nodes.
        apiServers: controlPlanes.length > 0 ? known : [network.nodes],
        nodes: network.nodes,
        inside: [network.nodes, network.pods, network.services],
    };
}

/** The store of chart archives, as the settings want it. */
export function archiveStore(settings: Settings): ArchiveStore {
    return new ArchiveStore({
        cacheFolder: path.join(cacheFolder, "charts"),
        lockFile: path.join(root, "charts.lock.json"),
        mirror: settings.charts.mirror,
        helm: findHelm(helmFolders(settings))?.file,
    });
}

/**
 * Fetches what is missing of the charts and makes the context. Charts that cannot be had are
 * reported when they are rendered.
 */
export async function createContext(settings: Settings): Promise<PlatformContext> {
    const archives = archiveStore(settings);
    await archives.prepare(enabledCharts(settings));
    const renderer = new ChartRenderer({
        archives,
        helm: findHelm(helmFolders(settings)),
        cacheFolder: path.join(cacheFolder, "rendered"),
        kubernetesVersion: settings.versions.kubernetes,
        apiVersions: apiVersions(settings),
    });
    const { apiServerPort } = settings.network;
    return { settings, renderer, network: networkMap(settings), apiServerPort };
}
