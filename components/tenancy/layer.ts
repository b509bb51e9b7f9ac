import { needed, systemsOn, type WithIdentity } from "../house";
import { rookCeph } from "../storage/rook-ceph";
import { Tenant, tenants } from "./tenants";
import { vcluster, VirtualCluster, virtualClusterChecks, virtualClusterFlows } from "./vcluster";

/** Who else uses the cluster. */
export function deployTenancy(house: WithIdentity): WithIdentity {
    const on = systemsOn(house);
    const { inside, gateway, guards, settings, site } = house;
    const door = { gateway, guards, pages: settings.signOn.pages };
    for (const tenant of site.tenants) {
        const own =
            tenant.kind === "virtual-cluster"
                ? { flows: virtualClusterFlows(tenant), restoreCheck: virtualClusterChecks(tenant) }
                : {};
        const made = on(
            tenants,
            (context) => new Tenant({ ...context, ...door, ...own, tenant }, inside),
        );
        if (tenant.kind === "virtual-cluster") {
            on(vcluster, (context) => {
                const who = vcluster;
                const { home } = needed(made, { who, what: tenants });
                const storage = needed(house.storage, { who, what: rookCeph });
                return new VirtualCluster({ ...context, tenant, home, storage }, inside);
            });
        }
    }
    return house;
}
