/** Tools, caches and derived facts that all systems share, made once from the settings. */
import * as path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { cachePath } from "./base/cache-folder";
import { MeshPlan } from "./base/mesh-plan";
import { traceTarget } from "./base/traces";
import { istio } from "./network/istio";
import { tempo } from "./observability/tempo";
import { ArchiveStore, type ArchiveStoreOptions } from "./base/chart-archive";
import { ChartRenderer } from "./base/chart-renderer";
import type { NetworkMap } from "./base/flows";
import type { AnyDefinition } from "./base/definition";
import { findHelm, type Helm } from "./base/helm";
import type { ChartPin } from "./base/pins";
import type { Ground } from "./foundation/layer";
import type { Settings } from "./settings";
import { SecretPlan } from "./base/secret-plan";
import type { Site } from "./site";
import { systems } from "./systems";
import { helmVersion } from "./versions";

/** Root of the repository: the lock lies there whatever the working directory is. */
const root = path.join(__dirname, "..");
/** Where `make helm` puts the helm of this repository. */
export const helmFolder = (): string => cachePath("helm", helmVersion);

/** API versions beyond the built-in ones that the templates of charts may count on. */
function apiVersions(settings: Settings): string[] {
    return systems.filter(settings.isOn).flatMap(({ serves }) => serves);
}

/** Pins of the systems that are on. */
export function enabledCharts(settings: Settings): ChartPin[] {
    return systems
        .filter(settings.isOn)
        .flatMap(({ charts }: AnyDefinition) => Object.values(charts));
}

/** Every pin of the platform. */
export const allCharts: readonly ChartPin[] = systems.flatMap(({ charts }: AnyDefinition) =>
    Object.values(charts),
);

/** The addresses that the peers of declared flows stand for. */
export function networkMap({ network, controlPlanes, cluster, edge }: Site): NetworkMap {
    const hosts = [...controlPlanes.map(({ address }) => address), cluster.virtualIp];
    const known = hosts.flatMap((address) => (address === undefined ? [] : [`${address}/32`]));
    return {
        // Without a node list (an existing cluster) the API servers are somewhere among the nodes.
        apiServers: controlPlanes.length > 0 ? known : [network.nodes],
        apiServerPort: network.apiServerPort,
        nodes: network.nodes,
        // Whoever may reach the internet reaches no edge site by it.
        inside: [
            ...[network.nodes, network.pods, network.services],
            ...(edge?.sites ?? []).map((one) => one.network),
        ],
    };
}

/**
 * The store of chart archives of this repository.
 *
 * @param options `lockFile` for runs that must not write into the repository's own
 */
export function archiveStore(
    options: Omit<ArchiveStoreOptions, "cacheFolder" | "lockFile"> & { readonly lockFile?: string },
): ArchiveStore {
    return new ArchiveStore({
        cacheFolder: cachePath("charts"),
        lockFile: path.join(root, "charts.lock.json"),
        ...options,
    });
}

/** One line for each archive that is wrong, or also for those that are missing. */
function archiveFaults(
    archives: ArchiveStore,
    pins: readonly ChartPin[],
    which: "wrong" | "missing or wrong",
): string[] {
    return pins.flatMap((pin) => {
        const archive = archives.find(pin);
        return "reason" in archive && (archive.wrong || which !== "wrong")
            ? [`  ${pin.chart} ${pin.version}: ${archive.reason}.`]
            : [];
    });
}

/**
 * Refuses archives whose bytes are not those that they should be: whatever they would render is not
 * what anybody has seen.
 *
 * @throws pulumi.RunError naming every one
 */
export function requireSoundArchives(archives: ArchiveStore, pins: readonly ChartPin[]): void {
    const faults = archiveFaults(archives, pins, "wrong");
    if (faults.length > 0) {
        throw new RunError(`Charts are not what they should be:\n${faults.join("\n")}`);
    }
}

/**
 * Refuses to start an update that could not be finished: every chart that is missing or wrong is
 * named before the first resource is registered.
 */
function requireCharts(archives: ArchiveStore, pins: readonly ChartPin[], helm: boolean): void {
    const faults = archiveFaults(archives, pins, "missing or wrong");
    if (!helm) {
        faults.unshift("  helm is not installed: run `make helm`.");
    }
    if (faults.length > 0) {
        throw new RunError(`Charts cannot be rendered, nothing was changed:\n${faults.join("\n")}`);
    }
}

/** Where charts come from, and what renders them. */
export interface ChartTools {
    readonly archives: ArchiveStore;
    readonly helm: Helm | undefined;
    /** Folder for renderings. */
    readonly renderings: string;
}

/** The helm of a site: on the PATH, else the one of `make helm`. */
export function helmOf(site: Site): Helm | undefined {
    return findHelm(site.toolPath, helmFolder());
}

/** What the house is built on, from archives that are at hand and checked. */
export function toGround(settings: Settings, { archives, helm, renderings }: ChartTools): Ground {
    const { site } = settings;
    const renderer = new ChartRenderer({
        archives,
        helm,
        cacheFolder: renderings,
        kubernetesVersion: site.versions.kubernetes,
        apiVersions: apiVersions(settings),
    });
    // Collectors are there only with what keeps traces.
    const traces = settings.isOn(tempo) ? traceTarget : undefined;
    const mesh = settings.isOn(istio) ? new MeshPlan() : undefined;
    const secrets = new SecretPlan(site.secretGenerations);
    return { settings, renderer, network: { ...networkMap(site), mesh }, secrets, traces };
}

/**
 * Makes what the house is built on: fetches charts that are not at hand, checks all of them, and
 * finds helm.
 *
 * @throws pulumi.RunError naming every chart that cannot be had, unless they may be missing
 */
export async function createGround(settings: Settings): Promise<Ground> {
    const { site } = settings;
    const helm = helmOf(site);
    const archives = archiveStore({ mirror: site.charts.mirror, helm: helm?.file });
    const pins = enabledCharts(settings);
    // The embedded preview has `make charts` run before it and must be quick without a network, so
    // it fetches only what a mirror of modules has.
    await archives.download(
        pins.filter(({ manifests }) => !site.charts.allowMissing || manifests?.modules),
    );
    if (site.charts.allowMissing) {
        archives.check(pins);
        requireSoundArchives(archives, pins);
    } else {
        archives.verify(pins);
        requireCharts(archives, pins, helm !== undefined);
    }
    return toGround(settings, { archives, helm, renderings: cachePath("rendered") });
}
