/** What the namespace of a tenant is, for an entry of the settings as for an order. Pure. */
import type { BackupAnswer } from "../base/backup-tier";
import type { Flow } from "../base/flow";
import type { NamespaceTraits } from "../base/namespace-manifests";
import { hardQuota, type QuotaValues, type Tenant } from "../tenant-schema";

/** What its namespace follows from. */
export interface TenantTraits extends Pick<Tenant, "name" | "kind" | "group" | "costLabel"> {
    readonly hosts: readonly unknown[];
    readonly quota: QuotaValues;
    readonly backup: BackupAnswer;
}

/** Its namespace. */
export function tenantTraits({
    name,
    kind,
    group,
    costLabel,
    hosts,
    quota,
    backup,
}: TenantTraits): NamespaceTraits {
    return {
        tier: "tenant",
        backup,
        // Pages, or the API of its cluster.
        routed: hosts.length > 0 || kind === "virtual-cluster",
        quota: hardQuota(quota),
        tenant: { name, cost: costLabel, ...(kind === "virtual-cluster" ? {} : { group }) },
    };
}

/** Inside of a tenant nobody is shut out: who of its pods may speak to whom is its own affair. */
const EVERY_PORT = (["TCP", "UDP"] as const).map((protocol) => ({
    port: 1,
    endPort: 65_535,
    protocol,
}));

/** Whom its pods reach: each other and the internet. */
export const tenantFlows: readonly Flow[] = [
    { name: "among-themselves", to: { pods: {} }, ports: EVERY_PORT },
    { name: "among-themselves", from: { pods: {} }, ports: EVERY_PORT },
    { name: "internet", to: "internet", ports: [80, 443] },
];
