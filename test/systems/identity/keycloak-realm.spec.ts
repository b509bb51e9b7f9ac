import * as assert from "node:assert/strict";
import type { OidcClient } from "../../../components/base/oidc-client";
import { withSecrets } from "../../../components/identity/keycloak-apply";
import { realmDocument } from "../../../components/identity/keycloak-realm";
import {
    type Fields,
    isFields,
    isSo,
    laidOver,
    Realm,
} from "../../../components/identity/keycloak-realm-state";

const issuer = "https://auth.home.test";
const asked: OidcClient = {
    id: "grafana",
    name: "Grafana",
    host: "grafana",
    redirects: ["/login/generic_oauth"],
    scopes: ["openid", "profile", "email", "groups"],
    groups: ["platform-admin"],
};
const documentFor = (clients: readonly OidcClient[]) =>
    realmDocument({
        domain: "home.test",
        directory: {
            url: "ldaps://lldap.lldap.svc:636",
            baseDn: "dc=home,dc=test",
            dn: "uid=keycloak,ou=people,dc=home,dc=test",
        },
        broker: {
            issuer,
            endpoints: {
                discovery: `${issuer}/.well-known/openid-configuration`,
                authorization: `${issuer}/auth`,
                token: `${issuer}/token`,
                userInfo: `${issuer}/userinfo`,
                keys: `${issuer}/jwks`,
            },
            groupsClaim: "groups",
            clientId: "keycloak",
        },
        groups: ["platform-admin", "app-developer"],
        administrators: "platform-admin",
        clients,
    }) as Readonly<Record<string, Fields[] | undefined>> & Fields;

/** Every text of a tree. */
function texts(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** A realm that only has what its lists are, by path; what is changed is kept. */
function fake(answers: Readonly<Record<string, unknown>>) {
    const calls: string[] = [];
    const realm = new Realm((method, path) => {
        if (method !== "GET") {
            calls.push(`${method} ${path}`);
        }
        return Promise.resolve(method === "GET" ? answers[path] : {});
    });
    return { realm, calls };
}

describe("the realm of people", () => {
    it("asks no password anywhere, so that nothing leads past the second factor", () => {
        const { authenticationFlows = [], clients = [], ...realm } = documentFor([asked]);
        const used = authenticationFlows.flatMap((flow) =>
            (flow.authenticationExecutions as Fields[]).map((step) => step.authenticator),
        );
        assert.deepEqual(
            used.filter((step) => /password|form|otp|spnego/.test(String(step))),
            [],
        );
        const aliases = authenticationFlows.map(({ alias }) => alias);
        for (const flow of ["browserFlow", "directGrantFlow", "firstBrokerLoginFlow"] as const) {
            assert.ok(aliases.includes(realm[flow]), flow);
        }
        assert.ok(clients.every((client) => client.directAccessGrantsEnabled === false));
        assert.ok(clients.some(({ clientId }) => clientId === "admin-cli"));
    });

    it("lets nobody in whom the directory does not have", () => {
        const { authenticationFlows = [], firstBrokerLoginFlow } = documentFor([]);
        const link = authenticationFlows.find(({ alias }) => alias === firstBrokerLoginFlow);
        assert.deepEqual(
            (link?.authenticationExecutions as Fields[]).map((step) => [
                step.authenticator,
                step.requirement,
            ]),
            [
                ["idp-detect-existing-broker-user", "REQUIRED"],
                ["idp-auto-link", "REQUIRED"],
            ],
        );
    });

    it("denies a client to everybody outside of its groups, with a session and without", () => {
        const { authenticationFlows = [], groups = [], clients = [] } = documentFor([asked]);
        const denials = authenticationFlows.filter((flow) =>
            (flow.authenticationExecutions as Fields[]).some(
                ({ authenticator }) => authenticator === "conditional-user-role",
            ),
        );
        assert.deepEqual(
            denials.map(({ alias }) => alias),
            ["session grafana", "login grafana"],
        );
        const scopes = clients.find(({ clientId }) => clientId === "grafana")?.defaultClientScopes;
        assert.ok((scopes as string[]).includes("sign-on-grafana"));
        assert.deepEqual(
            groups.map(({ name, realmRoles }) => [name, realmRoles]),
            [
                ["platform-admin", ["platform-admin", "sign-on-grafana"]],
                ["app-developer", ["app-developer"]],
            ],
        );
    });

    it("gives the console to administrators alone", () => {
        assert.deepEqual(
            documentFor([]).groups?.map(({ clientRoles }) => clientRoles),
            [{ "realm-management": ["realm-admin"] }, { "realm-management": [] }],
        );
    });

    it("names secrets, and has none", () => {
        const named = texts(documentFor([asked])).filter((text) => text.includes("${"));
        assert.deepEqual(named.sort(), [
            "${file.client-grafana}",
            "${vault.authelia}",
            "${vault.directory}",
        ]);
        assert.equal(
            withSecrets({ a: ["x-${file.k}"] }, (name) => `<${name}>`) !== undefined,
            true,
        );
        assert.deepEqual(
            withSecrets({ a: ["x-${file.k}", "${vault.k}"] }, (name) => `<${name}>`),
            { a: ["x-<k>", "${vault.k}"] },
        );
    });

    it("has no secret for a client that can keep none", () => {
        const { clients = [] } = documentFor([{ ...asked, isPublic: true }]);
        const made = clients.find(({ clientId }) => clientId === "grafana");
        assert.ok(made !== undefined && isFields(made.attributes));
        assert.equal(made.publicClient, true);
        assert.equal("secret" in made, false);
        assert.equal(made.attributes["pkce.code.challenge.method"], "S256");
    });
});

describe("whoever applies a realm", () => {
    it("takes what is there and more for what is wanted, in any order of lists", () => {
        assert.equal(
            isSo({ a: ["1", "2"], b: { c: true } }, { a: ["2", "1"], b: { c: true, d: 1 } }),
            true,
        );
        assert.equal(isSo({ a: ["1"] }, { a: ["1", "2"] }), false);
        assert.equal(isSo({ a: "" }, {}), true);
        assert.equal(isSo({ a: 1 }, undefined), false);
        assert.deepEqual(laidOver({ a: { b: 1 } }, { a: { b: 2, c: 3 }, d: 4 }), {
            a: { b: 1, c: 3 },
            d: 4,
        });
    });

    it("changes nothing that is so", async () => {
        const { realm, calls } = fake({
            "": { realm: "x", enabled: true, id: "1" },
            "roles/r": { name: "r", id: "2" },
        });
        await realm.apply({ realm: "x", enabled: true, roles: { realm: [{ name: "r" }] } });
        assert.deepEqual([calls, realm.changes], [[], []]);
    });

    it("makes what is missing, the realm shut until all is in its place", async () => {
        const { realm, calls } = fake({});
        await realm.apply({ realm: "x", enabled: true, roles: { realm: [{ name: "r" }] } });
        assert.deepEqual(calls, ["POST ", "POST roles", "POST "]);
    });

    it("keeps the steps of a flow that are wanted, and adds or removes the others", async () => {
        const path = "authentication/flows/f/executions";
        const flows = { "": { realm: "x" }, "authentication/flows": [{ alias: "f", id: "1" }] };
        const steps = (...authenticators: string[]) => ({
            realm: "x",
            authenticationFlows: [
                {
                    alias: "f",
                    topLevel: true,
                    authenticationExecutions: authenticators.map((authenticator) => ({
                        authenticator,
                        requirement: "REQUIRED",
                    })),
                },
            ],
        });
        const is = (providerId: string, id: string) => ({
            providerId,
            id,
            level: 0,
            requirement: "REQUIRED",
        });
        const there = { ...flows, [path]: [is("a", "1"), is("b", "2")] };
        const run = async (...wanted: string[]) => {
            const { realm, calls } = fake(there);
            await realm.apply(steps(...wanted));
            return calls.filter((call) => !call.startsWith("PUT"));
        };
        assert.deepEqual(await run("a", "b"), []);
        assert.deepEqual(await run("a", "b", "c"), [`POST ${path}/execution`]);
        assert.deepEqual(await run("a"), ["DELETE authentication/executions/2"]);
        assert.deepEqual(await run("b", "a"), [
            "DELETE authentication/executions/1",
            "DELETE authentication/executions/2",
            `POST ${path}/execution`,
            `POST ${path}/execution`,
        ]);
    });
});
