/**
 * The site: what every part of the program may know of the stack, without any system's own
 * settings. Pure: `settings.ts` reads the configuration, this file says what follows from it.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Issuer, NodeSettings, Profile, SiteConfiguration, SiteSecret } from "./site-schema";
import { kubernetesVersion, talosVersion } from "./versions";

/** How much it hurts when the last replica of a workload is gone. */
export type Importance = "critical" | "serving";

/** The site's validated configuration, with what follows from it. Deeply frozen. */
export interface Site extends Omit<SiteConfiguration, "versions"> {
    readonly stack: string;
    readonly controlPlanes: readonly NodeSettings[];
    readonly workers: readonly NodeSettings[];
    readonly versions: { readonly talos: string; readonly kubernetes: string };
    /** Folders of the PATH, in which tools such as helm are looked for. */
    readonly toolPath: readonly string[];
    /** Networks from which people reach the Talos and Kubernetes APIs. */
    readonly administrators: readonly string[];
    /** OpenID Connect issuers whose people the Kubernetes API lets in. */
    readonly issuers: readonly Issuer[];
    /** Whether somebody on each node takes what its services and its kernel write. */
    readonly machineLogs: boolean;
    /** Name of the pool of nodes that come and go by demand; undefined where none do. */
    readonly nodePool: string | undefined;
    /** Whether machines, volumes and databases are protected against deletion. */
    readonly protect: boolean;
    /** Replicas of a workload: dev 1, staging 2, prod 3 where critical and 2 where serving. */
    replicas(importance: Importance): number;
    /** A secret of the site; reading the settings has made sure that it is there. */
    secret(key: SiteSecret): pulumi.Output<string>;
}

const REPLICAS: Readonly<Record<Profile, Readonly<Record<Importance, number>>>> = {
    dev: { critical: 1, serving: 1 },
    staging: { critical: 2, serving: 2 },
    prod: { critical: 3, serving: 2 },
};

/** Replicas of a workload in a profile, for who has the configuration and no site yet. */
export function replicasIn(profile: Profile, importance: Importance): number {
    return REPLICAS[profile][importance];
}

/** What the site takes from outside its configuration. */
export interface SiteSurroundings {
    readonly stack: string;
    /** Path of a directory or address that replaces every chart repository. */
    readonly chartMirror?: string;
    readonly toolPath: readonly string[];
    /** Who signs people on where the configuration does not say; default: nobody. */
    readonly issuers?: readonly Issuer[];
    /** Whether somebody on each node takes what its services and its kernel write; default: nobody. */
    readonly machineLogs?: boolean;
    /** Name of the pool of nodes that come and go by demand; default: there is none. */
    readonly nodePool?: string | undefined;
    readonly secret: (key: SiteSecret) => pulumi.Output<string>;
}

/** The site that follows from a checked configuration. */
export function toSite(
    { versions, charts, ...rest }: SiteConfiguration,
    {
        stack,
        chartMirror,
        toolPath,
        issuers = [],
        machineLogs = false,
        nodePool,
        secret,
    }: SiteSurroundings,
): Site {
    return {
        ...rest,
        stack,
        charts: { ...charts, mirror: chartMirror ?? charts.mirror },
        toolPath,
        controlPlanes: rest.nodes.filter((node) => node.role === "controlPlane"),
        workers: rest.nodes.filter((node) => node.role === "worker"),
        versions: {
            talos: versions.talos ?? talosVersion,
            kubernetes: versions.kubernetes ?? kubernetesVersion,
        },
        administrators: rest.network.administrators ?? [rest.network.nodes],
        issuers: rest.cluster.issuers ?? issuers,
        machineLogs,
        nodePool,
        protect: rest.profile === "prod",
        replicas: (importance) => replicasIn(rest.profile, importance),
        secret,
    };
}
