import * as assert from "node:assert/strict";
import { listeners } from "../../../../policy/criteria/security/listeners";
import { Sound, withValue } from "../../change";
import { type Inputs, type Resource, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { gatewayParts } from "../../sound-gateway";

const stack = new Sound(listeners, gatewayParts);
const API = "gateway.networking.k8s.io/v1";

/** A route of another namespace, on the host of the first one unless it says otherwise. */
function rival(spec: Inputs = {}, home = "rivals", kind = "HTTPRoute"): Resource {
    return within(home, API, kind, "rival", {
        spec: {
            parentRefs: [{ name: "public", namespace: "edge", sectionName: "https" }],
            hostnames: ["web.example.org"],
            rules: [{ backendRefs: [{ name: "web", port: 80 }] }],
            ...spec,
        },
    });
}

const on = (...matches: Inputs[]) => ({ rules: [{ matches, backendRefs: [{ name: "web" }] }] });
const prefix = (value: string) => ({ path: { type: "PathPrefix", value } });
const found = (rivalRoute: Resource) => stack.found(stack.judge({ rivalRoute }));

describe("a host that two namespaces answer for", () => {
    it("is a finding that names both, and what they share", async () => {
        assert.deepEqual(await found(rival()), [
            "HTTPRoute/rivals/rival: it answers for web.example.org at /, and so does HTTPRoute/apps/web of another namespace: the older of them gets every request; give each name and path to one namespace.",
        ]);
    });

    const same: Readonly<Record<string, Resource>> = {
        "the default, written down": rival(on(prefix("/"))),
        "a path without a type": rival(on({ path: { value: "/" } })),
        "an empty match": rival(on({})),
        "no rules at all": rival({ rules: undefined }),
        "one of several paths": rival(on(prefix("/other"), prefix("/"))),
        "one of several hosts": rival({ hostnames: ["other.example.org", "web.example.org"] }),
        "capitals in the host": rival({ hostnames: ["Web.Example.org"] }),
        "a listener by its port": rival({
            parentRefs: [{ name: "public", namespace: "edge", port: 443 }],
        }),
    };
    for (const [what, route] of Object.entries(same)) {
        it(`is one with ${what}`, async () => {
            assert.equal((await found(route)).length, 1);
        });
    }

    const other: Readonly<Record<string, Resource>> = {
        "another host": rival({ hostnames: ["other.example.org"] }),
        "another path": rival(on(prefix("/api"))),
        "an exact path": rival(on({ path: { type: "Exact", value: "/" } })),
        "a header besides": rival(on({ headers: [{ name: "x-canary", value: "1" }] })),
        "a method besides": rival(on({ method: "POST" })),
        "a wildcard, which is wider": rival({ hostnames: ["*.example.org"] }),
        "no host, which is wider still": rival({ hostnames: undefined }),
        "the same namespace": rival({}, "apps"),
        "another Gateway": rival({ parentRefs: [{ name: "private", namespace: "edge" }] }),
        "a redirect to https": rival({
            parentRefs: [{ name: "public", namespace: "edge", sectionName: "http" }],
            rules: [
                { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] },
            ],
        }),
    };
    for (const [what, route] of Object.entries(other)) {
        it(`is none with ${what}`, async () => {
            assert.deepEqual(await found(route), []);
        });
    }

    it("is one with the same prefix, with and without its last slash", async () => {
        const route = withValue(gatewayParts.route, ["spec", "rules"], on(prefix("/api")).rules);
        const judged = stack.judge({ route, rivalRoute: rival(on(prefix("/api/"))) });
        assert.equal((await stack.found(judged)).length, 1);
    });

    it("is told once for a pair, whatever the number of listeners and paths", async () => {
        const both = { parentRefs: [{ name: "public", namespace: "edge" }] };
        const route = withValue(gatewayParts.route, ["spec", "parentRefs"], both.parentRefs);
        const judged = await stack.found(stack.judge({ route, rivalRoute: rival(both) }));
        assert.equal(judged.filter((text) => text.includes("answers for")).length, 1);
    });

    it("is not judged where only the update knows the hosts, the paths or the Gateway", async () => {
        for (const hidden of [
            { hostnames: UNKNOWN },
            { hostnames: [UNKNOWN] },
            { rules: UNKNOWN },
            { rules: [{ matches: UNKNOWN }] },
            { rules: [{ matches: [{ path: { value: UNKNOWN } }] }] },
        ] as Inputs[]) {
            const result = stack.judge({ rivalRoute: rival(hidden) });
            assert.equal(await stack.verdict(result), "not judged", Object.keys(hidden).join(""));
        }
    });
});
