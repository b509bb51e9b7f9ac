/**
 * Pinned versions, as a system's definition writes them. Renovate reads the calls themselves, in
 * whatever file under `components/` they stand (`renovate.json`), so the arguments are literals in
 * this order. The sha256 of a chart archive is in `charts.lock.json`, written by `make charts`.
 */

/** Go module of the same release that holds the same manifests, for sites that mirror modules. */
export interface ManifestModule {
    readonly module: string;
    /** Files in it; `folder/` stands for every YAML file right in that folder. */
    readonly files: readonly string[];
}

/**
 * Where the plain manifests of an upstream without a chart are. What is published comes first: all
 * of `assets`, `files` and `addresses` together; then the modules. Both must give the same objects.
 */
export interface ManifestSource {
    /** Repository on GitHub of which the pinned version is a tag. */
    readonly repository: string;
    /** Files attached to the release of the tag. */
    readonly assets?: readonly string[];
    /** Files of the repository at the tag; a `kustomization.yaml` stands for what it gathers. */
    readonly files?: readonly string[];
    /** Files elsewhere; `{version}` stands for the pinned one. */
    readonly addresses?: readonly string[];
    readonly modules?: readonly ManifestModule[];
    /**
     * Namespace that upstream has written in, or the word that stands for it: the system's own takes
     * its place, wherever it is named.
     */
    readonly namespace?: string;
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

/** Plain manifests of a release on GitHub. */
export function manifests(name: string, version: string, source: ManifestSource): ChartPin {
    return { chart: name, version, repository: source.repository, manifests: source };
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
