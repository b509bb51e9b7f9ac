/** How people sign on to Audiobookshelf 2.36.0. Pure. */
import type { GuardedPage, PublicPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import { personRoleNames } from "../foundation/roles";
import type { SignOnProvider } from "../identity/sign-on";

const [firstGroup, ...otherGroups] = personRoleNames;
/** Everybody whom the directory knows by a role. */
const groups: readonly [string, ...string[]] = [firstGroup, ...otherGroups];

/** Its pages, and what its programs on telephones call. */
export const listening: PublicPage = {
    what: "audiobooks and podcasts, for browsers and its programs on telephones",
    guard: "public",
};

/** Files of gigabytes are taken from people who signed on before. */
export const uploadPage: GuardedPage = {
    what: "uploads of audiobooks, from browsers",
    host: "audiobookshelf",
    guard: "sign-on",
    groups,
};

/** Audiobookshelf as a client of the login. */
export const audiobookshelfClient: OidcClient = {
    id: "audiobookshelf",
    name: "Audiobookshelf",
    host: uploadPage.host,
    // Its programs on telephones end in the second, which sends them on.
    redirects: ["/auth/openid/callback", "/auth/openid/mobile-redirect"],
    scopes: ["openid", "profile", "email"],
    groups,
    factors: "one",
};

/**
 * What it is told (server/controllers/MiscController.js, updateAuthSettings); the secret is not among
 * it. Roles are not taken from groups: it knows only groups that are called `admin`, `user` and
 * `guest`. Whoever may do more than listen is told so by the administrator, on its page.
 */
export function signOnSettings({
    issuer,
    endpoints,
}: Pick<SignOnProvider, "issuer" | "endpoints">): Readonly<Record<string, unknown>> {
    return {
        // Without the first nobody could be its administrator; of the people nobody has a password.
        authActiveAuthMethods: ["local", "openid"],
        authOpenIDIssuerURL: issuer,
        authOpenIDAuthorizationURL: endpoints.authorization,
        authOpenIDTokenURL: endpoints.token,
        authOpenIDUserInfoURL: endpoints.userInfo,
        authOpenIDJwksURL: endpoints.keys,
        authOpenIDClientID: audiobookshelfClient.id,
        authOpenIDTokenSigningAlgorithm: "RS256",
        authOpenIDButtonText: "Sign on",
        authOpenIDAutoLaunch: true,
        authOpenIDAutoRegister: true,
        authOpenIDMobileRedirectURIs: ["audiobookshelf://oauth"],
        authOpenIDSubfolderForRedirectURLs: "",
    };
}
