import * as assert from "node:assert/strict";
import { routeExposure } from "../../../../policy/criteria/security/exposure";
import { type Path, Sound, withValue } from "../../change";
import { type Inputs, type Resource, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { gatewayParts } from "../../sound-gateway";

const stack = new Sound(routeExposure({}), gatewayParts);
const WEB = "HTTPRoute/apps/web";

function onRoute(kind: string, spec: Inputs): Resource {
    return within("apps", "gateway.envoyproxy.io/v1alpha1", kind, "web", {
        spec: { targetRefs: [{ kind: "HTTPRoute", name: "web" }], ...spec },
    });
}

describe("SEC-10", () => {
    it("is met by policies on the Gateway; a redirect needs none", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("SEC-10"), []);
        assert.equal(result.verdict("SEC-10").subjects, 1);
    });

    it("is not applicable without routes", async () => {
        const result = stack.without("route", "redirect");
        assert.equal(await stack.verdict(result), "not applicable");
    });

    it("is violated by each guard that is missing", async () => {
        const all = await stack.found(stack.without("signOn", "limits", "clients"));
        assert.deepEqual(
            all.map((message) => message.slice(`${WEB}: it has no `.length).split(";")[0]),
            [
                "single sign-on",
                "rate limit",
                "limit on the size of requests",
                "header strict-transport-security",
                "header x-content-type-options",
                "header x-frame-options or content-security-policy",
            ],
        );
    });

    it("lets a route off the sign-on that is listed with a reason, and off nothing else", async () => {
        const open = new Sound(routeExposure({ [WEB]: "a page for everybody" }), gatewayParts);
        assert.equal(await open.verdict(open.without("signOn")), "met");
        assert.equal((await open.found(open.without("limits"))).length, 2);
    });

    it("takes external authorization, not basic authentication", async () => {
        const of = (spec: Inputs) =>
            stack.verdict(stack.judge({ signOn: onRoute("SecurityPolicy", spec) }));
        assert.equal(await of({ extAuth: { http: {} } }), "met");
        assert.equal(await of({ basicAuth: {} }), "violated");
    });

    it("replaces the policy of the Gateway by that of the route, unless it merges", async () => {
        const judged = (spec: Inputs) =>
            stack.found(stack.judge({ own: onRoute("BackendTrafficPolicy", spec) }));
        assert.deepEqual(await judged({ rateLimit: {} }), [
            `${WEB}: it has no limit on the size of requests; target it with a BackendTrafficPolicy that has requestBuffer.limit.`,
        ]);
        assert.deepEqual(await judged({ rateLimit: {}, mergeType: "StrategicMerge" }), []);
    });

    it("counts only policies that target the listener of the route, in the namespace of the Gateway", async () => {
        const target: Path = ["spec", "targetRefs", 0];
        const bad: readonly (readonly [Path, unknown])[] = [
            [[...target, "name"], "other"],
            [[...target, "sectionName"], "http"],
            [["metadata", "namespace"], "apps"],
        ];
        for (const [path, value] of bad) {
            assert.equal((await stack.found(stack.with("signOn", path, value))).length, 1);
        }
        const section = stack.with("signOn", [...target, "sectionName"], "https");
        assert.deepEqual(await stack.found(section), []);
        const selecting = withValue(gatewayParts.signOn, ["spec", "targetRefs"], undefined);
        const labels = { "app.kubernetes.io/name": "test" };
        const signOn = withValue(
            selecting,
            ["spec", "targetSelectors"],
            [{ kind: "Gateway", matchLabels: labels }],
        );
        assert.deepEqual(await stack.found(stack.judge({ signOn })), []);
    });

    it("takes headers that every rule of the route sets", async () => {
        const rule = (...names: string[]) => ({
            filters: [{ responseHeaderModifier: { set: names.map((name) => ({ name })) } }],
        });
        const all = [
            "strict-transport-security",
            "x-content-type-options",
            "content-security-policy",
        ];
        const count = async (...rules: Inputs[]) => {
            const route = withValue(gatewayParts.route, ["spec", "rules"], rules);
            return (await stack.found(stack.judge({ route, clients: undefined }))).length;
        };
        assert.equal(await count(rule(...all)), 0);
        assert.equal(await count(rule(...all), rule("x-content-type-options")), 2);
    });

    it("does not judge routes of another controller, or what is unknown", async () => {
        const other = stack.with(
            "class",
            ["spec", "controllerName"],
            "io.cilium/gateway-controller",
        );
        assert.equal(await stack.verdict(other), "not judged");
        const unknown: readonly (readonly [keyof typeof gatewayParts, Path])[] = [
            ["route", ["spec", "parentRefs"]],
            ["signOn", ["spec", "targetRefs"]],
            ["signOn", ["spec", "oidc"]],
            ["limits", ["spec"]],
            ["clients", ["spec", "headers", "lateResponseHeaders", "set"]],
            ["class", ["spec"]],
        ];
        for (const [name, path] of unknown) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", `${name} ${path.join(".")}`);
        }
    });

    const service = (externalIPs: unknown) =>
        within("apps", "v1", "Service", "published", { spec: { externalIPs } });
    const PUBLISHED = "Service/apps/published";

    it("is violated by a Service that takes the traffic of other addresses", async () => {
        for (const addresses of [["192.0.2.1"], ["1.1.1.1", "2606:4700:4700::1111"]]) {
            assert.deepEqual(await stack.found(stack.judge({ service: service(addresses) })), [
                `${PUBLISHED}: spec.externalIPs is ${JSON.stringify(addresses)}, whose traffic every node would take; publish it with a route of a Gateway, or as type LoadBalancer with an address of network.loadBalancers.`,
            ]);
        }
    });

    it("says nothing of a Service without them", async () => {
        for (const nothing of [[], undefined]) {
            const result = await stack.judge({ service: service(nothing) });
            assert.deepEqual(result.of("SEC-10"), []);
            assert.equal(result.verdict("SEC-10").subjects, 1);
        }
    });

    it("does not judge addresses that only the update knows", async () => {
        const result = await stack.judge({ service: service(UNKNOWN) });
        assert.deepEqual(result.notJudged("SEC-10"), [
            `${PUBLISHED}: spec.externalIPs is known only at the update`,
        ]);
    });

    const page = (parents: readonly Inputs[] | undefined): Resource =>
        within("apps", "gateway.networking.k8s.io/v1", "HTTPRoute", "page", {
            spec: {
                hostnames: ["page.example.org"],
                rules: [{ backendRefs: [{ name: "page", port: 80 }] }],
                ...(parents === undefined ? {} : { parentRefs: parents }),
            },
        });
    const unguarded = (resources: Readonly<Record<string, Resource | undefined>>) =>
        stack
            .found(stack.judge(resources))
            .then((all) => all.filter((message) => message.includes("single sign-on")));
    const PAGE = "HTTPRoute/apps/page: it has no single sign-on";

    it("is violated by each page without sign-on, however many others have one or are public", async () => {
        const open = new Sound(routeExposure({ [WEB]: "for everybody" }), gatewayParts);
        const parents = [{ name: "public", namespace: "edge", sectionName: "https" }];
        const found = await open.found(open.judge({ signOn: undefined, page: page(parents) }));
        assert.deepEqual(found.length, 1);
        assert.ok(found[0]?.startsWith(PAGE), found[0]);
    });

    it("takes no guard that lets everybody in while the login is down", async () => {
        const guarded = (extAuth: Inputs) =>
            unguarded({ signOn: onRoute("SecurityPolicy", { extAuth }) });
        assert.equal((await guarded({ http: {}, failOpen: true })).length, 1);
        assert.deepEqual(await guarded({ http: {}, failOpen: false }), []);
        const hidden = { signOn: onRoute("SecurityPolicy", { extAuth: { failOpen: UNKNOWN } }) };
        assert.equal(await stack.verdict(stack.judge(hidden)), "not judged");
    });

    it("says nothing of a route in a mesh, and counts one that waits for its Gateway", async () => {
        const mesh = page([{ group: "", kind: "Service", name: "page" }]);
        assert.deepEqual(await stack.found(stack.judge({ page: mesh })), []);
        for (const parents of [[], undefined]) {
            assert.equal((await unguarded({ page: page(parents) })).length, 1);
        }
        const both = [
            { group: "", kind: "Service", name: "page" },
            { name: "public", namespace: "edge", sectionName: "https" },
        ];
        assert.equal((await unguarded({ signOn: undefined, page: page(both) })).length, 2);
    });

    it("judges a route of a ListenerSet by the policies of its Gateway", async () => {
        const set = within("apps", "gateway.networking.k8s.io/v1", "ListenerSet", "more", {
            spec: {
                parentRef: { name: "public", namespace: "edge" },
                listeners: [{ name: "page", protocol: "HTTPS", port: 443 }],
            },
        });
        const route = page([{ kind: "ListenerSet", name: "more", sectionName: "page" }]);
        assert.deepEqual(await unguarded({ set, page: route }), []);
        const without = await unguarded({ set, page: route, signOn: undefined });
        assert.ok(without.some((message) => message.startsWith(PAGE)));
    });

    it("takes a guard of the route's own where its Gateway is not of the stack", async () => {
        const route = page([{ name: "elsewhere", namespace: "other" }]);
        assert.equal((await unguarded({ page: route })).length, 1);
        const own = within("apps", "gateway.envoyproxy.io/v1alpha1", "SecurityPolicy", "page", {
            spec: { targetRefs: [{ kind: "HTTPRoute", name: "page" }], oidc: { clientID: "a" } },
        });
        assert.deepEqual(await unguarded({ page: route, own }), []);
    });

    it("says nothing of an application whose page has no route", async () => {
        const ui = within("apps", "v1", "Service", "ui", {
            spec: { ports: [{ name: "http", port: 80 }] },
        });
        assert.deepEqual(await stack.found(stack.judge({ ui })), []);
    });

    const ingress = (metadata: Inputs, ingressClassName: unknown = "nginx") => {
        const made = within("apps", "networking.k8s.io/v1", "Ingress", "page", {
            spec: { ingressClassName, rules: [{ host: "page.example.org" }] },
        });
        return withValue(made, ["metadata", "annotations"], metadata);
    };
    const AUTH = "nginx.ingress.kubernetes.io/auth-url";

    it("is violated by an Ingress without sign-on, and takes one with it", async () => {
        const found = (page: Resource) => unguarded({ page });
        assert.deepEqual(
            (await found(ingress({}))).map((message) => message.split(";")[0]),
            ["Ingress/apps/page: it has no single sign-on"],
        );
        assert.equal((await found(ingress({ [AUTH]: "" }))).length, 1);
        assert.deepEqual(await found(ingress({ [AUTH]: "https://login/api/verify" })), []);
        const old = { "kubernetes.io/ingress.class": "nginx" };
        assert.equal((await found(ingress(old, undefined))).length, 1);
        const listed = new Sound(routeExposure({ "Ingress/apps/page": "open" }), gatewayParts);
        assert.deepEqual(await listed.found(listed.judge({ page: ingress({}) })), []);
    });

    it("does not judge an Ingress whose controller may sign people on", async () => {
        const global = within("edge", "v1", "ConfigMap", "nginx", {
            data: { "global-auth-url": "https://login" },
        });
        const cases: readonly Readonly<Record<string, Resource>>[] = [
            { page: ingress({}, "tailscale") },
            { page: ingress({}, UNKNOWN) },
            { page: ingress({ [AUTH]: UNKNOWN }) },
            { page: ingress({}), global },
        ];
        for (const resources of cases) {
            const result = stack.judge(resources);
            assert.deepEqual(await stack.found(result), []);
            assert.equal(await stack.verdict(result), "not judged");
        }
    });
});
