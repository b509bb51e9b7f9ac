import { needed, systemsOn, type WithIdentity } from "../house";
import { rookCeph } from "../storage/rook-ceph";
import { Tenant, tenants, Tenants } from "./tenants";
import {
    vcluster,
    Vcluster,
    VirtualCluster,
    virtualClusterChecks,
    virtualClusterFlows,
} from "./vcluster";

/** Who else uses the cluster. */
export function deployTenancy(house: WithIdentity): WithIdentity {
    const on = systemsOn(house);
    const { inside, gateway, guards, settings, site } = house;
    const door = { gateway, guards, pages: settings.signOn.pages };
    const clusters = new Map(
        on(tenants, (context) => {
            const parent = { parent: new Tenants(context, inside) };
            return site.tenants.map((tenant) => {
                const own =
                    tenant.kind === "virtual-cluster"
                        ? {
                              flows: virtualClusterFlows(tenant),
                              restoreCheck: virtualClusterChecks(tenant),
                          }
                        : {};
                const made = new Tenant({ ...context, ...door, ...own, tenant }, parent);
                return [tenant, made.home] as const;
            });
        }),
    );
    on(vcluster, (context) => {
        const who = vcluster;
        const parent = { parent: new Vcluster(context, inside) };
        const storage = needed(house.storage, { who, what: rookCeph });
        for (const tenant of site.tenants.filter(({ kind }) => kind === "virtual-cluster")) {
            const home = needed(clusters.get(tenant), { who, what: tenants });
            new VirtualCluster({ ...context, tenant, home, storage }, parent);
        }
    });
    return house;
}
