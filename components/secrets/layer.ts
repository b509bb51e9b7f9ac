import { needed, systemsOn, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { ExternalSecrets, externalSecrets } from "./external-secrets";
import { OpenBao, openBao } from "./openbao";

/** Secrets that are kept outside of Git and of the state, and who hands them out. */
export function deploySecrets<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside } = house;
    const store = on(openBao, (context) => {
        const who = openBao;
        const storage = needed(house.storage, { who, what: rookCeph });
        const { issuers } = needed(house.certificates, { who, what: certManager });
        const { gateway, guards, signOnProvider: provider } = house;
        return new OpenBao(
            { ...context, storage, authority: issuers.internal, gateway, guards, provider },
            inside,
        );
    });
    on(externalSecrets, (context) => {
        const who = externalSecrets;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        const certificates = [...manager.ready, issuers.internal];
        return new ExternalSecrets(
            { ...context, store: needed(store, { who, what: openBao }), certificates },
            inside,
        );
    });
    const url = store?.page;
    return { ...house, urls: { ...house.urls, ...(url === undefined ? {} : { openbao: url }) } };
}
