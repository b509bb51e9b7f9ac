/** Routes through the shared Gateway: what each brings, and what does not go together. */
import assert from "node:assert/strict";
import { n8n } from "../../../components/apps/n8n";
import {
    defaultLimits,
    httpRoute,
    securityPolicy,
    trafficPolicy,
} from "../../../components/gateway/route-manifests";
import { publicGateway } from "../../../components/gateway/public-names";
import type { Guard, RouteArgs } from "../../../components/gateway/route";
import { PublicGateway } from "../../../components/gateway/public-gateway";
import { objectKey } from "../../../components/base/object";
import { publicRoutes } from "../../../trust/access";
import { type RecordedStack, stack } from "../../fixtures/stack";
import { EVERYTHING, recordedStackFile } from "../../fixtures/stack-files";
import { declaredFlows } from "../flows";
import { alone } from "../variants";

interface Targets {
    readonly targetRefs: readonly { readonly kind: string; readonly name: string }[];
}

function routesOf(recorded: RecordedStack) {
    return recorded
        .ofKind("HTTPRoute")
        .filter(({ metadata }) => metadata.namespace !== publicGateway.namespace);
}

for (const profile of ["prod", "dev"] as const) {
    describe(`every route in ${profile}`, () => {
        let recorded: RecordedStack;
        before(async () => {
            recorded = await stack(profile);
        });

        it("has limits and a guard of its own, in its namespace", () => {
            const routes = routesOf(recorded);
            assert.ok(routes.length > 0);
            for (const kind of ["BackendTrafficPolicy", "SecurityPolicy"]) {
                const targets = recorded
                    .ofKind(kind)
                    .flatMap(({ metadata, spec }) =>
                        (spec as Targets).targetRefs
                            .filter((target) => target.kind === "HTTPRoute")
                            .map(({ name }) => `HTTPRoute/${metadata.namespace ?? ""}/${name}`),
                    );
                assert.deepEqual(targets.sort(), routes.map(objectKey).sort(), kind);
            }
        });

        it("is below the domain, at the listener with TLS, from a namespace that may", () => {
            const { domain } = recorded.settings.site;
            for (const { metadata, spec } of routesOf(recorded)) {
                const { hostnames, parentRefs } = spec as {
                    hostnames: string[];
                    parentRefs: { sectionName: string }[];
                };
                assert.ok(hostnames.every((host) => host.endsWith(`.${domain}`)));
                assert.deepEqual(
                    parentRefs.map(({ sectionName }) => sectionName),
                    ["https"],
                );
                const { labels } = recorded.object(
                    `Namespace/${metadata.namespace ?? ""}`,
                ).metadata;
                assert.equal(labels?.["platform/routes"], "public");
            }
        });

        it("is open only where trust/ says so, and trust/ names no other", async () => {
            const open = recorded
                .ofKind("SecurityPolicy")
                .filter(({ spec }) => JSON.stringify(spec).includes('"defaultAction":"Allow"'))
                .map(
                    ({ metadata }) =>
                        `HTTPRoute/${metadata.namespace ?? ""}/${metadata.name ?? ""}`,
                );
            const named = Object.keys(publicRoutes).sort();
            assert.deepEqual(
                open.filter((key) => !named.includes(key)),
                [],
            );
            if (profile === "prod") {
                const everything = await recordedStackFile(EVERYTHING);
                const routes = everything
                    .filter(({ inputs }) => inputs.kind === "HTTPRoute")
                    .map(({ inputs }) => inputs.metadata as { namespace: string; name: string })
                    .map(({ namespace, name }) => `HTTPRoute/${namespace}/${name}`);
                assert.deepEqual(
                    named.filter((key) => !routes.includes(key)),
                    [],
                );
            }
        });
    });
}

describe("Route", () => {
    it("does not compile without a guard, or with a permission that trust/ does not give", () => {
        // @ts-expect-error: a guard is part of every route.
        const unguarded: Pick<RouteArgs, "guard"> = {};
        // @ts-expect-error: no reason stands for it.
        const unknown: Guard = { open: "HTTPRoute/n8n/n8n-editor" };
        assert.ok([unguarded, unknown].length === 2);
    });

    it("leads webhooks to their processors, and lets the gateway in there", async () => {
        const recorded = await stack("prod");
        const { rules, hostnames } = recorded.object("HTTPRoute/n8n/n8n-webhooks").spec as {
            rules: { matches: { path: { value: string } }[]; backendRefs: object[] }[];
            hostnames: string[];
        };
        assert.deepEqual(hostnames, ["n8n.home.example.org"]);
        assert.deepEqual(
            rules.map(({ matches, backendRefs }) => [
                matches.map(({ path }) => path.value),
                backendRefs,
            ]),
            [[["/webhook", "/webhook-waiting"], [{ name: "n8n-webhook", port: 5678 }]]],
        );
        const ends = declaredFlows(recorded).filter(({ name }) => name === "n8n-webhooks-route");
        assert.deepEqual(
            ends.map(({ namespace, direction }) => `${namespace} ${direction}`).sort(),
            ["envoy-gateway-system out", "n8n in"],
        );
    });

    it("is not there without the gateway, and its namespace may have none", async () => {
        const recorded = await alone(n8n);
        assert.deepEqual(recorded.ofKind("HTTPRoute"), []);
        const { labels = {} } = recorded.object("Namespace/n8n").metadata;
        assert.ok(!("platform/routes" in labels));
    });

    it("says both names when two routes want the same path of a host", () => {
        const taken = new Map<string, string>();
        const take = (host: string, path: string, route: string) => {
            PublicGateway.prototype.take.call({ taken } as never, host, path, route);
        };
        take("shop.example.org", "/", "HTTPRoute/shop/shop");
        take("shop.example.org", "/api", "HTTPRoute/shop/api");
        take("mail.example.org", "/", "HTTPRoute/mail/mail");
        assert.throws(() => {
            take("shop.example.org", "/", "HTTPRoute/mall/mall");
        }, /^Error: shop\.example\.org\/ is given to two routes, HTTPRoute\/shop\/shop and HTTPRoute\/mall\/mall: name each once\.$/);
    });
});

describe("the objects of a route", () => {
    const place = {
        name: "shop",
        namespace: "apps",
        host: "shop.example.org",
        paths: ["/"],
        service: "shop",
        port: 80,
    };

    it("are limited in rate, size and time", () => {
        const { spec } = trafficPolicy(place, { ...defaultLimits, requestSize: 3 });
        const { rateLimit, requestBuffer, timeout } = spec as Record<string, object>;
        assert.deepEqual(rateLimit, {
            type: "Local",
            local: { rules: [{ limit: { requests: 50, unit: "Second" } }] },
        });
        assert.deepEqual(requestBuffer, { limit: "3Mi" });
        assert.deepEqual(timeout, {
            tcp: { connectTimeout: "5s" },
            http: { requestTimeout: "60s" },
        });
    });

    it("are guarded by what signs people on, when that is there", () => {
        const { spec } = securityPolicy(place, { extAuth: { http: { path: "/api/authz" } } });
        assert.deepEqual(spec, {
            targetRefs: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "shop" }],
            extAuth: { http: { path: "/api/authz" } },
        });
        assert.equal((httpRoute(place).spec as { rules: object[] }).rules.length, 1);
    });
});
