import * as assert from "node:assert/strict";
import { peopleDocuments } from "../../../../components/cluster/authentication";
import { machines } from "../../../../policy/criteria/security/machines";
import { type Inputs, judge, platform } from "../../harness";
import { soundMachine, soundPatches, soundSite } from "../../sound-parts";

const found = async (...patches: unknown[]) => {
    const machine = soundMachine([...soundPatches(), ...patches]);
    return (await judge([platform(soundSite), ...machine], { judgedBy: [machines] })).of("SEC-13");
};
const apiServer = (extraArgs: Inputs, more: Inputs = {}) => ({
    cluster: { apiServer: { extraArgs, ...more } },
});

/** A control plane that reads this AuthenticationConfiguration. */
function reads(jwt: Inputs, more: Inputs = {}, path = "/var/lib/people/people.yaml") {
    const content = JSON.stringify({
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: [{ issuer: { url: "https://auth.example.org", audiences: ["kubernetes"] }, ...jwt }],
        ...more,
    });
    return {
        machine: { files: [{ path, op: "create", permissions: 292, content }] },
        ...apiServer(
            { "authentication-config": "/etc/people/people.yaml" },
            { extraVolumes: [{ hostPath: "/var/lib/people", mountPath: "/etc/people/" }] },
        ),
    };
}
const mapped = (username: Inputs, groups?: Inputs) => ({ claimMappings: { username, groups } });
const user = { claim: "sub", prefix: "oidc:" };

describe("SEC-13, sign-on at the API server", () => {
    for (const [title, patch] of [
        ["what this project writes", peopleDocuments([{ url: "https://auth.example.org" }])[0]],
        ["prefixes of users and groups", reads(mapped(user, { claim: "groups", prefix: "a:" }))],
        ["a prefix in an expression", reads(mapped({ expression: "'oidc:' + claims.sub" }))],
        [
            "a prefix of each group",
            reads(mapped(user, { expression: 'claims.groups.map(g, "oidc:" + g)' })),
        ],
        ["no groups at all", reads(mapped(user))],
        [
            "flags with prefixes",
            apiServer({ "oidc-groups-claim": "groups", "oidc-groups-prefix": "oidc:" }),
        ],
        ["flags without groups", apiServer({ "oidc-issuer-url": "https://auth.example.org" })],
    ] as const) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual(await found(patch), []);
        });
    }

    for (const [title, patch, name] of [
        ["groups without a prefix", reads(mapped(user, { claim: "groups", prefix: "" })), "auth"],
        ["groups whose prefix is not said", reads(mapped(user, { claim: "groups" })), "auth"],
        [
            "groups with a prefix of Kubernetes",
            reads(mapped(user, { claim: "groups", prefix: "system:" })),
            "auth",
        ],
        ["groups as they come", reads(mapped(user, { expression: "claims.groups" })), "auth"],
        ["users as they come", reads(mapped({ expression: "claims.sub" })), "auth"],
        ["users without a prefix", reads(mapped({ claim: "sub", prefix: "" })), "auth"],
        ["no mapping", reads({}), "auth"],
        ["anonymous requests", reads(mapped(user), { anonymous: { enabled: true } }), "auth"],
        ["a file that nobody writes", reads(mapped(user), {}, "/var/lib/other.yaml"), "auth"],
        [
            "a file that is not there",
            apiServer({ "authentication-config": "/etc/people/people.yaml" }),
            "auth",
        ],
        ["a flag without a prefix", apiServer({ "oidc-groups-claim": "groups" }), "oidc-groups"],
        ["users by flag without a prefix", apiServer({ "oidc-username-prefix": "-" }), "oidc-user"],
        ["an empty prefix by flag", apiServer({ "oidc-groups-prefix": "" }), "oidc-groups-prefix"],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const [message = "", ...more] = await found(patch);
            assert.match(message, new RegExp(`apiServer\\.extraArgs\\.${name}`));
            assert.deepEqual(more, []);
        });
    }
});
