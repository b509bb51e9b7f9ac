import { argoCd } from "../delivery/argo-cd";
import { needed, systemsOn, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { Kratix, kratix } from "./kratix";
import { kratixStates } from "./kratix-alerts";
import { Tenant, tenants, Tenants } from "./tenants";
import { vcluster, Vcluster, VirtualCluster, virtualClusterChecks } from "./vcluster";
import { virtualClusterFlows } from "./vcluster-manifests";

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
            new VirtualCluster({ ...context, tenant, home, storage, gateway }, parent);
        }
    });
    const states = on(kratix, (context) => {
        const who = kratix;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        new Kratix(
            {
                ...context,
                gateway,
                delivering: needed(house.delivering, { who, what: argoCd }),
                certificates: [...manager.ready, issuers.internal],
            },
            inside,
        );
        return kratixStates;
    });
    return states === undefined ? house : { ...house, states };
}
