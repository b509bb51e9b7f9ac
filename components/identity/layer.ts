import { identityDb } from "../data/identity-db";
import { needed, systemsOn, type WithData, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { redisOperator } from "../data/redis-operator";
import { gatewayApi } from "../foundation/gateway-api";
import { envoyGateway } from "../gateway/envoy-gateway";
import { Route } from "../gateway/route";
import { rookCeph } from "../storage/rook-ceph";
import { Authelia, authelia } from "./authelia";
import { Keycloak, keycloak } from "./keycloak";
import { name } from "./keycloak-objects";
import { Lldap, lldap } from "./lldap";
import { RouteGuards } from "./route-guards";

/** Gives the pages of the layers so far their names, once somebody can sign on to them. */
function openPages({
    site,
    gateway,
    guards,
    pages,
}: Pick<WithIdentity, "site" | "gateway" | "pages"> & {
    readonly guards: RouteGuards | undefined;
}): WithIdentity["urls"] {
    if (gateway === undefined || guards === undefined) {
        return {};
    }
    return Object.fromEntries(
        pages.map(({ name, page, ...place }) => {
            const guard = { signOn: guards, page };
            const host = `${page.host}.${site.domain}`;
            const args = { site, gateway, host, paths: ["/"], guard, ...place };
            return [name, new Route(name, args, { parent: guards }).url];
        }),
    );
}

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
    const pages = [...house.pages, ...(directory === undefined ? [] : [directory.page])];
    const { signOn } = house.settings;
    // Whoever answers knows all clients; the login always knows Keycloak, which brokers to it.
    const inRealm = signOn.answeredBy === "keycloak";
    const atLogin = inRealm ? signOn.clients.filter(({ id }) => id === name) : signOn.clients;
    const inRealmClients = signOn.clients.filter((client) => !atLogin.includes(client));
    const login = on(authelia, (context) => {
        const who = authelia;
        const { mail } = house.site;
        return new Authelia(
            {
                ...context,
                server: needed(house.identityDatabases, { who, what: identityDb }),
                redis: needed(house.redis, { who, what: redisOperator }),
                storage: needed(house.storage, { who, what: rookCeph }),
                directory: needed(directory, { who, what: lldap }),
                issuers: needed(house.certificates, { who, what: certManager }).issuers,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                ...signOn,
                clients: atLogin,
                mailPassword: mail && house.site.secret("smtpPassword"),
            },
            inside,
        );
    });
    const guards =
        login === undefined
            ? undefined
            : new RouteGuards(
                  "route-guards",
                  {
                      site: house.site,
                      login,
                      gateway: needed(house.gateway, { who: authelia, what: envoyGateway }),
                      gatewayApi: needed(house.gatewayApi, { who: authelia, what: gatewayApi }),
                      pages: signOn.pages,
                  },
                  inside,
              );
    const realms = on(keycloak, (context) => {
        const who = keycloak;
        return new Keycloak(
            {
                ...context,
                server: needed(house.identityDatabases, { who, what: identityDb }),
                directory: needed(directory, { who, what: lldap }),
                login: needed(login, { who, what: authelia }),
                guards: needed(guards, { who, what: authelia }),
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                clients: inRealmClients,
            },
            inside,
        );
    });
    const signOnProvider = inRealm ? realms : login;
    const named = { ...house, directory, signOnProvider, guards, pages };
    return { ...named, urls: { ...house.urls, ...openPages(named) } };
}
