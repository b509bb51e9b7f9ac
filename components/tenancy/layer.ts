import { systemsOn, type WithIdentity } from "../house";
import { Tenant, tenants } from "./tenants";

/** Who else uses the cluster. */
export function deployTenancy(house: WithIdentity): WithIdentity {
    const { inside, gateway, guards, settings } = house;
    const door = { gateway, guards, pages: settings.signOn.pages };
    systemsOn(house)(tenants, (context) =>
        context.site.tenants.map(
            (tenant) => new Tenant({ ...context, ...door, tenant }, inside),
        ),
    );
    return house;
}
