/** Releases of Talos, and which steps between them are safe. Pure. */

type Release = readonly [major: number, minor: number, patch: number];

/**
 * Reads `v1.13.9`, `1.13.9` or `v1.14.0-rc.1`; what follows the patch does not count.
 *
 * @returns undefined when it is no release
 */
export function releaseOf(text: string): Release | undefined {
    const found = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text.trim());
    return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Negative when the first is older, positive when it is newer, 0 when they are the same. */
export function compareReleases(one: Release, other: Release): number {
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/**
 * Why a program must not go from one release to another in one step; undefined when it may.
 *
 * @param what the program and where it runs, at the start of the sentence
 */
export function stepFault(what: string, from: string, to: string): string | undefined {
    const [old, wanted] = [releaseOf(from), releaseOf(to)];
    if (old === undefined || wanted === undefined) {
        const wrong = old === undefined ? from : to;
        return `${what}: "${wrong}" is no release; allowed: such as 1.13.9.`;
    }
    if (old[0] !== wanted[0]) {
        return `${what} runs ${from}, and ${to} is another major release: there is no upgrade between them.`;
    }
    if (wanted[1] > old[1] + 1) {
        return `${what} runs ${from}, and ${to} is ${wanted[1] - old[1]} minor releases away: go to the latest ${old[0]}.${old[1] + 1} first.`;
    }
    return compareReleases(wanted, old) < 0
        ? `${what} runs ${from}, and ${to} is older: an upgrade never goes back.`
        : undefined;
}

/**
 * Why a talosctl must not be used for a release of Talos; undefined when it may. An older one does not
 * know what the newer Talos asks of an upgrade.
 */
export function clientFault(file: string, version: string, target: string): string | undefined {
    const [own, wanted] = [releaseOf(version), releaseOf(target)];
    if (own === undefined) {
        return `${file} does not say which release it is.`;
    }
    return wanted !== undefined && compareReleases(own, wanted) < 0
        ? `${file} is talosctl ${version}, older than its target ${target}: take it off the PATH, and the right one is fetched, or install ${target}.`
        : undefined;
}
