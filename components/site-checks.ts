/**
 * What the site's values mean across keys. Every check is a pure function that returns all its
 * faults, so that a user sees every mistake at once; one that reads what could not be read is left
 * out, and only that one. A new check is one line of `siteChecks`.
 */
import type { Fault } from "./base/definition";
import { talosPatches } from "./cluster/talos-patches";
import {
    announcement,
    backwardRange,
    collisions,
    lostServers,
    outsideOfNodeNetwork,
} from "./site-addresses";
import { backupInside, endedAuthority } from "./site-backup";
import { nestedApplications, repeatedApplications, repositoryAccess } from "./site-delivery";
import {
    edgeWithoutProxmox,
    knownEdgeHosts,
    oddEdgeServers,
    overlappingEdgeNetworks,
    repeatedEdgeMachines,
    repeatedEdgeSites,
    strayEdgeAddresses,
    unreachableFromEdge,
} from "./site-edge";
import { halfDrivers } from "./site-gpus";
import { expiredExceptions, repeatedDeclarations, unknownCriteria } from "./site-exceptions";
import { olderSignOn, repeatedIssuers } from "./site-issuers";
import {
    knownHosts,
    machines,
    oddControlPlanes,
    repeatedHosts,
    repeatedNodes,
    sourceNeeds,
    unattended,
} from "./site-machines";
import {
    networkSizes,
    overlappingNetworks,
    publicAdministrators,
    takenPort,
} from "./site-networks";
import type { SiteConfiguration } from "./site-schema";
import { whereReadable } from "./unreadable";
import { secretGenerationFaults } from "./site-secrets";
import {
    groupsOfThePlatform,
    hostsOfVirtualClusters,
    namesOfKubernetes,
    promisedRoom,
    repeatedTenantHosts,
    repeatedTenants,
    sharedGroups,
    tightVirtualClusters,
} from "./site-tenants";
import { versionFaults } from "./version-support";

type Check = (site: SiteConfiguration, today: string) => readonly Fault[];

/** Names that only the cluster itself answers for. */
const domainOfCluster: Check = ({ domain: found }) =>
    /(^|\.)cluster\.local$/.test(found)
        ? [{ key: "domain", found, allowed: "a domain outside cluster.local, the cluster's own" }]
        : [];

/** All checks of the site, in the order in which their faults are printed. */
const siteChecks: readonly Check[] = [
    domainOfCluster,
    sourceNeeds,
    unattended,
    repeatedNodes,
    repeatedHosts,
    knownHosts,
    oddControlPlanes,
    machines,
    halfDrivers,
    outsideOfNodeNetwork,
    backwardRange,
    announcement,
    collisions,
    lostServers,
    backupInside,
    secretGenerationFaults,
    endedAuthority,
    repositoryAccess,
    repeatedApplications,
    nestedApplications,
    repeatedTenants,
    sharedGroups,
    groupsOfThePlatform,
    namesOfKubernetes,
    repeatedTenantHosts,
    hostsOfVirtualClusters,
    tightVirtualClusters,
    promisedRoom,
    edgeWithoutProxmox,
    repeatedEdgeSites,
    overlappingEdgeNetworks,
    unreachableFromEdge,
    strayEdgeAddresses,
    oddEdgeServers,
    knownEdgeHosts,
    repeatedEdgeMachines,
    overlappingNetworks,
    networkSizes,
    publicAdministrators,
    takenPort,
    versionFaults,
    talosPatches,
    repeatedIssuers,
    olderSignOn,
    unknownCriteria,
    expiredExceptions,
    repeatedDeclarations,
];

/**
 * Every fault of a site.
 *
 * @param site guarded where a part of it could not be read
 * @param today `YYYY-MM-DD`
 */
export function checkSite(site: SiteConfiguration, today: string): Fault[] {
    return siteChecks.flatMap((check) => whereReadable(() => check(site, today)));
}
