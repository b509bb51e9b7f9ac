/**
 * What a system asks of whoever signs people on by OpenID Connect, as data of its definition: the
 * provider is configured from the list of definitions that are on, so neither knows the other. Pure.
 */

/** Claims that a client may ask for; `groups` are those of the directory. */
export type OidcScope = "openid" | "profile" | "email" | "groups" | "offline_access";

/** A client of the provider. */
export interface OidcClient {
    /** Its `client_id`: lower-case letters, digits and hyphens, unique on the platform. */
    readonly id: string;
    /** What people read when they are asked whether it may know them. */
    readonly name: string;
    /** Label of the host name below the site's domain under which people reach it. */
    readonly host: string;
    /**
     * Where people are sent back to: paths of that host, or whole addresses for programs on people's
     * own machines, such as `http://localhost:8000`.
     */
    readonly redirects: readonly [string, ...string[]];
    readonly scopes: readonly OidcScope[];
    /** Groups of the directory whose people may sign on to it. */
    readonly groups: readonly [string, ...string[]];
    /** How sure it must be who somebody is; default: two. */
    readonly factors?: "one" | "two";
    /**
     * Whether it can keep a secret; default: it can. One that cannot, because it runs in a browser or
     * on people's machines, has none and proves itself by PKCE.
     */
    readonly isPublic?: boolean;
    /** How it shows its secret at the token endpoint; default: `client_secret_basic`. */
    readonly showsSecretBy?: "client_secret_basic" | "client_secret_post";
}

/** The addresses to which people are sent back. */
export function redirectAddresses({ host, redirects }: OidcClient, domain: string): string[] {
    return redirects.map((redirect) =>
        redirect.startsWith("/") ? `https://${host}.${domain}${redirect}` : redirect,
    );
}

/** A system signs people on by itself, as a client of the provider. */
export interface AsClient {
    readonly client: OidcClient;
}

/** Nobody reaches the system who has not signed on at the gateway. */
export interface AtGateway {
    /** What it knows of people then, in one sentence. */
    readonly atGateway: string;
}

/** Asks for a client. */
export function client(asked: OidcClient): AsClient {
    return { client: asked };
}

/** Has people signed on before they reach it; it asks no provider itself. */
export function atGateway(knows: string): AtGateway {
    return { atGateway: knows };
}

/**
 * What is wrong with a list of clients, as sentences: each id once, and of a form that every
 * provider takes.
 */
export function clientFaults(clients: readonly OidcClient[]): string[] {
    return clients.flatMap(({ id, redirects }, index) => [
        ...(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(id)
            ? []
            : [
                  `The client ${JSON.stringify(id)} has an id that is none: lower-case letters, digits and hyphens.`,
              ]),
        ...(clients.findIndex((other) => other.id === id) < index
            ? [`Two clients have the id ${id}: each needs its own.`]
            : []),
        ...redirects
            .filter(
                (redirect) =>
                    !/^(\/|https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(redirect),
            )
            .map(
                (redirect) =>
                    `The client ${id} sends people back to ${redirect}: only a path, an https:// address, or http:// on their own machine.`,
            ),
    ]);
}
