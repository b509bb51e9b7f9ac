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
});
