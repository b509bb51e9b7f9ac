/** What the target of backups must be: outside of what it protects. Pure. */
import type { Fault } from "./base/definition";
import { hostOf } from "./base/values";
import { endedBefore } from "./base/pem";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

/** Names that the DNS of the cluster answers for, or the pod itself. */
const OF_CLUSTER = /\.svc$|\.cluster\.local$|(^|\.)localhost$|^[^.]+$/;

/** Keys that name machines on whose disks the cluster is. */
function hosts({ proxmox }: SiteConfiguration): [key: string, host: string | undefined][] {
    const endpoints = proxmox?.hosts ?? [];
    return [
        ...whereReadable((): [string, string | undefined][] => [
            ["proxmox.endpoint", hostOf(proxmox?.endpoint ?? "")],
        ]),
        ...eachReadable(endpoints, ({ endpoint }, i): [string, string | undefined][] => [
            [`proxmox.hosts[${i}].endpoint`, hostOf(endpoint ?? "")],
        ]),
    ];
}

/**
 * A target that is lost with what it protects: a Service of the cluster, or a Proxmox host. Addresses
 * of the cluster are told with all others (`site-addresses.ts`).
 */
export function backupInside(site: SiteConfiguration): Fault[] {
    const key = "backup.endpoint";
    const found = site.backup?.endpoint ?? "";
    const host = hostOf(found)?.toLowerCase();
    if (host === undefined) {
        return [];
    }
    if (OF_CLUSTER.test(host)) {
        const allowed = `an S3 server outside of the cluster, by its full name or address: ${host} is a name inside`;
        return [{ key, found, allowed }];
    }
    const [same] = whereReadable(() => hosts(site)).find(([, other]) => other === host) ?? [];
    return same === undefined
        ? []
        : [
              {
                  key,
                  found,
                  allowed: `an S3 server on another machine than ${same}, whose disks the cluster is on`,
              },
          ];
}

/** An authority that signs nothing any more. */
export function endedAuthority(site: SiteConfiguration, today: string): Fault[] {
    const [ended] = endedBefore(site.backup?.authority ?? "", today);
    return ended === undefined
        ? []
        : [
              {
                  key: "backup.authority",
                  found: `a certificate that ended on ${ended}`,
                  allowed: "certificates of authorities that are still valid",
              },
          ];
}
