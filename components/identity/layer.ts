import { identityDb } from "../data/identity-db";
import { needed, systemsOn, type WithData, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { Lldap, lldap } from "./lldap";

/** Who people are, and how they sign on. */
export function deployIdentity(house: WithData): WithIdentity {
    const on = systemsOn(house);
    const { inside } = house;
    const directory = on(lldap, (context) => {
        const who = lldap;
        const server = needed(house.identityDatabases, { who, what: identityDb });
        const { issuers } = needed(house.certificates, { who, what: certManager });
        return new Lldap({ ...context, server, authority: issuers.internal }, inside);
    });
    return { ...house, directory, signOnProvider: undefined };
}
