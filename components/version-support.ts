/** Which release of Talos runs which Kubernetes, and whether a site's releases go together. Pure. */
import type { Fault } from "./base/definition";
import type { SiteConfiguration } from "./site-schema";
import { whereReadable } from "./unreadable";
import { kubernetesVersion, talosVersion } from "./versions";

/**
 * Minor releases of Kubernetes, the oldest and the newest, by minor release of Talos:
 * siderolabs/talos, `pkg/machinery/compatibility/talos1*.go` (`MinimumKubernetesVersion`,
 * `MaximumKubernetesVersion`), the source of its support matrix. Older than 1.12 has no document for
 * the host name, with which this project gives a node its name.
 */
export const supported: Readonly<Record<string, { readonly from: number; readonly to: number }>> = {
    "1.12": { from: 30, to: 35 },
    "1.13": { from: 31, to: 36 },
    "1.14": { from: 32, to: 37 },
};

/**
 * No minor release gets so many patches: Talos and Kubernetes publish one or two in a month, for
 * less than fifteen months (kubernetes.io, "Patch Releases").
 */
const MOST_PATCHES = 30;

function numbers(version: string): [major: number, minor: number, patch: number] {
    const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, "").split(".").map(Number);
    return [major, minor, patch];
}

function minorOf(version: string): string {
    return numbers(version).slice(0, 2).join(".");
}

/** Whether the first release is older than the second. */
function isOlder(one: string, other: string): boolean {
    const [left, right] = [numbers(one), numbers(other)];
    const index = left.findIndex((part, at) => part !== right[at]);
    return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}

function impossiblePatch(key: string, found: string): Fault[] {
    const [, , patch] = numbers(found);
    return patch > MOST_PATCHES
        ? [
              {
                  key,
                  found,
                  allowed: `a release that exists: ${minorOf(found)} has no patch ${patch}`,
              },
          ]
        : [];
}

function talosFaults({ versions }: SiteConfiguration): Fault[] {
    const found = versions.talos ?? talosVersion;
    const known = Object.keys(supported).map((minor) => `v${minor}`);
    const key = "versions.talos";
    return Object.hasOwn(supported, minorOf(found))
        ? impossiblePatch(key, found)
        : [
              {
                  key,
                  found,
                  allowed: `a release of Talos ${known.join(", ")} such as ${talosVersion}`,
              },
          ];
}

function kubernetesFaults(site: SiteConfiguration, key: string, found: string): Fault[] {
    const { cluster, versions } = site;
    const talos = versions.talos ?? talosVersion;
    const ranges =
        cluster.source === "proxmox"
            ? [supported[minorOf(talos)]].filter((range) => range !== undefined)
            : Object.values(supported);
    const [major, minor] = numbers(found);
    if (ranges.length === 0) {
        return impossiblePatch(key, found);
    }
    const from = Math.min(...ranges.map((range) => range.from));
    const to = Math.max(...ranges.map((range) => range.to));
    const why = cluster.source === "proxmox" ? `, which Talos ${talos} runs` : "";
    return major === 1 && minor >= from && minor <= to
        ? impossiblePatch(key, found)
        : [{ key, found, allowed: `a release of Kubernetes 1.${from} to 1.${to}${why}` }];
}

/** New nodes would run a newer kubelet than the API server, and charts be rendered for it. */
function backwards({ cluster, versions }: SiteConfiguration): Fault[] {
    const created = versions.kubernetes ?? kubernetesVersion;
    const upgraded = cluster.upgradedKubernetes;
    return upgraded !== undefined && isOlder(upgraded, created)
        ? [
              {
                  key: "cluster.upgradedKubernetes",
                  found: upgraded,
                  allowed: `a release from versions.kubernetes (${created}) on: an upgrade never goes back; while the nodes run ${upgraded}, set versions.kubernetes to it`,
              },
          ]
        : [];
}

/** Releases that do not exist, do not go together or go back. */
export function versionFaults(site: SiteConfiguration): Fault[] {
    const kubernetes: [key: string, read: () => string | undefined][] = [
        ["versions.kubernetes", () => site.versions.kubernetes ?? kubernetesVersion],
        ["cluster.upgradedKubernetes", () => site.cluster.upgradedKubernetes],
    ];
    return [
        ...whereReadable(() => talosFaults(site)),
        ...kubernetes.flatMap(([key, read]) =>
            whereReadable(() => {
                const found = read();
                return found === undefined ? [] : kubernetesFaults(site, key, found);
            }),
        ),
        ...whereReadable(() => backwards(site)),
    ];
}
