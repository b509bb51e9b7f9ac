import type * as pulumi from "@pulumi/pulumi";
import { backupTier } from "../base/backup-tier";
import { type GuardedPage, none } from "../base/capabilities";
import { define } from "../base/definition";
import type { Flow } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { VolumeCheck } from "../base/restore-check";
import { System } from "../base/system";
import { rbac } from "../foundation/rbac";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { type Tenant as TenantSettings, tenantNamespace } from "../tenant-schema";
import { tenantFlows, tenantTraits } from "./tenant-manifests";
import { hostPods, hostService } from "./tenant-pages";

/** Who else uses the cluster. */
export const tenants = define({
    name: "tenants",
    layer: "tenancy",
    purpose:
        "namespaces for others who use the cluster, each with a quota and apart from all others",
    origin: "000.7, 002.1.3: tenants with quotas, limits and policies",
    charts: {},
    needs: [rbac],
    capabilities: {
        metrics: none("the kubelets and kube-state-metrics measure every namespace"),
        alerts: none("QuotaNearlyFull and those of workloads hold for every namespace"),
        dashboards: none("each tenant has its own, which follows from the settings"),
        routes: none("the names of a tenant follow from the settings"),
        signOn: none("people sign on to the cluster, and to a tenant's pages at the gateway"),
        backup: none("each tenant names the tier of its own namespace"),
        sizing: { by: "the quota of each tenant" },
        flows: "declared",
        retention: none("what a tenant keeps is its own affair"),
    },
    requiredBecause: ({ tenants: all }) =>
        all.length === 0 ? undefined : `tenants has ${all.map(({ name }) => name).join(" and ")}`,
});

/** What lets people open pages. */
export interface TenantDoor {
    readonly gateway: PublicGateway | undefined;
    readonly guards: SignOn | undefined;
    /** The pages that the login knows. */
    readonly pages: readonly GuardedPage[];
}

/** All tenants, each a part of its own. */
export class Tenants extends System<typeof tenants> {
    constructor(context: SystemContext<typeof tenants>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
    }
}

/** Arguments of {@link Tenant}. */
export interface TenantArgs extends SystemContext<typeof tenants>, TenantDoor {
    readonly tenant: TenantSettings;
    /** Further flows of its namespace; default: none but those that follow from its settings. */
    readonly flows?: readonly Flow[];
    /** What proves that a restore of volumes in it is whole; default: nothing is known of any. */
    readonly restoreCheck?: readonly VolumeCheck[];
}

/**
 * A tenant: its namespace, whose pods reach each other, the cluster's DNS and the internet, and no
 * other namespace. Its group deploys into it, or into the virtual cluster that runs in it.
 */
export class Tenant extends System<typeof tenants> {
    readonly home: Namespace;

    constructor(
        { tenant, gateway, guards, pages, flows = [], restoreCheck = [], ...context }: TenantArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { name, kind, group, backup, hosts } = tenant;
        super(
            context,
            { name: `tenant-${name}`, kind: "Tenant", tenant: name, tenantKind: kind, group },
            opts,
        );
        const { site } = context;
        this.home = this.namespace(tenantNamespace(tenant), {
            ...tenantTraits({
                ...tenant,
                backup: typeof backup === "number" ? backupTier(backup) : none(backup.none),
            }),
            restoreCheck,
            flows: [...tenantFlows, ...flows],
        });
        for (const host of hosts) {
            this.object(hostService(tenant, host), { dependsOn: [this.home.object] });
            const page = pages.find((one) => one.host === host.name);
            if (gateway === undefined || guards === undefined || page === undefined) {
                continue;
            }
            new Route(
                `tenant-${name}-${host.name}`,
                {
                    ...{ site, gateway, host: `${host.name}.${site.domain}`, paths: ["/"] },
                    guard: { signOn: guards, page },
                    ...{ service: host.name, port: 80 },
                    to: { namespace: this.home, pods: hostPods(host), ports: [host.port] },
                },
                { parent: this },
            );
        }
    }
}
