/**
 * Pinned versions, as a system's definition writes them. Renovate reads the calls themselves, in
 * whatever file under `components/` they stand (`renovate.json`), so the arguments are literals in
 * this order. The sha256 of a chart archive is in `charts.lock.json`, written by `make charts`.
 */

/** Where the plain manifests of an upstream without a chart are. */
export interface ManifestSource {
    /** Repository whose release of the pinned version has the asset. */
    readonly repository: string;
    readonly asset: string;
    /** Go module that holds the same manifests, and the folder in it. */
    readonly module: string;
    readonly folder: string;
}

/** A Helm chart from one repository at one exact version. */
export interface ChartPin {
    /** Name of the chart in its repository. */
    readonly chart: string;
    /** Exact chart version, with the leading `v` where upstream writes one. */
    readonly version: string;
    /** `https://` repository or `oci://` registry folder that holds the chart. */
    readonly repository: string;
    /** Set for upstreams without a chart, whose plain manifests are applied. */
    readonly manifests?: ManifestSource;
}

/** A chart of a Helm repository (`https://`) or of a registry (`oci://`). */
export function chart(name: string, version: string, repository: string): ChartPin {
    return { chart: name, version, repository };
}

/**
 * Plain manifests of a release on GitHub.
 *
 * @param module Go module of the same release, which also holds the manifests
 */
export function manifests(
    name: string,
    version: string,
    module: string,
    { folder, repository, asset }: Omit<ManifestSource, "module">,
): ChartPin {
    return {
        chart: name,
        version,
        repository,
        manifests: { repository, asset, module, folder },
    };
}

/** An image at one exact tag, for objects that the program writes itself. */
export interface ImagePin {
    /** Full name without the tag, registry included. */
    readonly repository: string;
    readonly tag: string;
    /** `repository:tag`, as a pod names it. */
    readonly reference: string;
}

/** An image of a registry; how its tags are ordered is Renovate's affair. */
export function image(repository: string, tag: string): ImagePin {
    return { repository, tag, reference: `${repository}:${tag}` };
}
