import * as assert from "node:assert/strict";
import { listeners } from "../../../../policy/criteria/security/listeners";
import { type Path, Sound, withValue } from "../../change";
import { type Inputs, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { gatewayParts, route } from "../../sound-gateway";

const stack = new Sound(listeners, gatewayParts);
const HTTPS: Path = ["spec", "listeners", 0];
const HTTP: Path = ["spec", "listeners", 1];
const GATEWAY = "Gateway/edge/public";

describe("SEC-09", () => {
    it("is met by TLS with a certificate of the stack and a redirect", async () => {
        const result = await stack.judge();
        assert.deepEqual(result.of("SEC-09"), []);
        assert.equal(result.verdict("SEC-09").subjects, 2);
    });

    it("is not applicable without listeners", async () => {
        const result = stack.without("gateway", "clients");
        assert.equal(await stack.verdict(result), "not applicable");
    });

    const bad: readonly (readonly [keyof typeof gatewayParts, Path, unknown, string])[] = [
        [
            "gateway",
            [...HTTPS, "protocol"],
            "TCP",
            `${GATEWAY}: listener https speaks TCP without TLS`,
        ],
        [
            "gateway",
            [...HTTPS, "tls", "mode"],
            "Passthrough",
            `${GATEWAY}: listener https has TLS mode`,
        ],
        [
            "gateway",
            [...HTTPS, "tls"],
            undefined,
            `${GATEWAY}: listener https names no certificate`,
        ],
        [
            "certificate",
            ["spec", "secretName"],
            "b",
            `${GATEWAY}: no Certificate of the stack makes`,
        ],
        [
            "certificate",
            ["metadata", "namespace"],
            "apps",
            `${GATEWAY}: no Certificate of the stack`,
        ],
        [
            "clients",
            ["spec", "tls", "minVersion"],
            "1.1",
            "ClientTrafficPolicy/edge/clients: spec.tls.minVersion",
        ],
    ];
    for (const [name, path, value, message] of bad) {
        it(`is violated by ${name} with ${path.slice(-1).join("")} ${String(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with(name, path, value));
            assert.ok(found.startsWith(message), found);
            assert.deepEqual(more, []);
        });
    }

    describe("a listener that hands connections through", () => {
        const listener = (change: Inputs = {}) => ({
            name: "clusters",
            protocol: "TLS",
            port: 443,
            hostname: "*.clusters.example.org",
            tls: { mode: "Passthrough" },
            allowedRoutes: {
                namespaces: { from: "Selector", selector: { matchLabels: { team: "a" } } },
            },
            ...change,
        });
        const through = (change: Inputs = {}, kind = "TLSRoute") =>
            within("apps", "gateway.networking.k8s.io/v1", kind, "blue", {
                spec: {
                    parentRefs: [{ name: "public", namespace: "edge", sectionName: "clusters" }],
                    hostnames: ["blue.clusters.example.org"],
                    rules: [{ backendRefs: [{ name: "blue", port: 443 }] }],
                    ...change,
                },
            });
        const service = (selector: unknown) =>
            within("apps", "v1", "Service", "blue", { spec: { selector } });
        const trusted = { app: "vcluster", release: "blue" };
        const judge = (parts: Record<string, object>, change: Inputs = {}) =>
            stack.judge({
                gateway: withValue(
                    gatewayParts.gateway,
                    ["spec", "listeners", 2],
                    listener(change),
                ),
                ...parts,
            });

        it("is sound without routes, and with one to pods that end TLS themselves", async () => {
            assert.equal(await stack.verdict(judge({})), "met");
            for (const kind of ["TLSRoute", "TCPRoute"]) {
                const result = judge({ route2: through({}, kind), service: service(trusted) });
                assert.equal(await stack.verdict(result), "met", kind);
            }
        });

        it("is a fault where it leads to other pods, or to nobody who is known", async () => {
            const named =
                /^TLSRoute\/apps\/blue: it hands connections through to Service blue, and trust/;
            for (const selector of [{ app: "web" }, {}, undefined]) {
                const found = await stack.found(
                    judge({ route2: through(), service: service(selector) }),
                );
                assert.equal(found.length, 1);
                assert.match(found[0] ?? "", named);
            }
            assert.match((await stack.found(judge({ route2: through() })))[0] ?? "", named);
            const other = {
                rules: [
                    {
                        backendRefs: [
                            { kind: "Backend", group: "gateway.envoyproxy.io", name: "blue" },
                        ],
                    },
                ],
            };
            assert.match(
                (
                    await stack.found(judge({ route2: through(other), service: service(trusted) }))
                )[0] ?? "",
                /through to Backend blue/,
            );
        });

        it("leaves routes alone that do not attach to it", async () => {
            const elsewhere = {
                parentRefs: [{ name: "public", namespace: "edge", sectionName: "https" }],
            };
            assert.deepEqual(
                await stack.found(
                    judge({ route2: through(elsewhere), service: service({ app: "web" }) }),
                ),
                [],
            );
        });

        it("has a name, and does not take routes of every namespace", async () => {
            for (const change of [{ hostname: undefined }, { hostname: "" }]) {
                assert.match((await stack.found(judge({}, change)))[0] ?? "", /takes every name/);
            }
            const all = { allowedRoutes: { namespaces: { from: "All" } } };
            assert.match((await stack.found(judge({}, all)))[0] ?? "", /routes of every namespace/);
        });

        it("is not judged where something is unknown", async () => {
            for (const change of [
                { hostname: UNKNOWN },
                { allowedRoutes: { namespaces: { from: UNKNOWN } } },
            ]) {
                assert.equal(await stack.verdict(judge({}, change)), "not judged");
            }
            for (const change of [
                { rules: UNKNOWN },
                { rules: [{ backendRefs: UNKNOWN }] },
                { rules: [{ backendRefs: [{ name: UNKNOWN, port: 443 }] }] },
            ]) {
                const result = judge({ route2: through(change), service: service(trusted) });
                assert.equal(await stack.verdict(result), "not judged");
            }
            const hidden = judge({ route2: through(), service: service(UNKNOWN) });
            assert.equal(await stack.verdict(hidden), "not judged");
        });
    });

    it("is met by the annotation from which cert-manager makes certificates", async () => {
        const annotations = { "cert-manager.io/cluster-issuer": "acme" };
        const gateway = withValue(gatewayParts.gateway, ["metadata", "annotations"], annotations);
        const result = stack.judge({ gateway, certificate: undefined });
        assert.equal(await stack.verdict(result), "met");
    });

    it("is violated by a route that answers without TLS", async () => {
        const plain = `HTTPRoute/apps/web: it answers without TLS at listener http of ${GATEWAY}; redirect to https, or name the listener with TLS.`;
        const section = ["spec", "parentRefs", 0, "sectionName"];
        assert.deepEqual(await stack.found(stack.with("route", section, "http")), [plain]);
        // Without a section it attaches to both.
        assert.deepEqual(await stack.found(stack.with("route", section, undefined)), [plain]);
        const scheme = ["spec", "rules", 0, "filters", 0, "requestRedirect", "scheme"];
        assert.equal((await stack.found(stack.with("redirect", scheme, "http"))).length, 1);
        const port = withValue(gatewayParts.route, ["spec", "parentRefs", 0], {
            name: "public",
            namespace: "edge",
            port: 443,
        });
        assert.deepEqual(await stack.found(stack.judge({ route: port })), []);
    });

    it("knows which routes a listener lets in", async () => {
        const plain = route("plain", "http", { backendRefs: [{ name: "web" }] });
        const count = async (namespaces: Inputs | undefined) => {
            const path = [...HTTP, "allowedRoutes"];
            const allowed = namespaces && { namespaces };
            const gateway = withValue(gatewayParts.gateway, path, allowed);
            return (await stack.found(stack.judge({ gateway, plain }))).length;
        };
        assert.equal(await count({ from: "All" }), 1);
        // The API's default is the Gateway's own namespace.
        assert.equal(await count(undefined), 0);
        assert.equal(
            await count({ from: "Selector", selector: { matchLabels: { team: "a" } } }),
            1,
        );
        assert.equal(
            await count({ from: "Selector", selector: { matchLabels: { team: "b" } } }),
            0,
        );
    });

    it("judges the listeners of a ListenerSet like those of a Gateway", async () => {
        const set = within("apps", "gateway.networking.k8s.io/v1", "ListenerSet", "more", {
            spec: { listeners: [{ name: "https", protocol: "HTTPS", port: 443 }] },
        });
        assert.deepEqual(await stack.found(stack.judge({ set })), [
            "ListenerSet/apps/more: listener https names no certificate; set tls.certificateRefs.",
        ]);
    });

    it("wants TLS for every host of an Ingress", async () => {
        const ingress = (spec: Inputs) =>
            stack.found(
                stack.judge({
                    ingress: within("edge", "networking.k8s.io/v1", "Ingress", "web", { spec }),
                }),
            );
        const rules = [{ host: "web.example.org" }];
        assert.deepEqual(await ingress({ rules }), [
            "Ingress/edge/web: host web.example.org has no TLS; add it to spec.tls.",
        ]);
        for (const host of ["web.example.org", "*.example.org"]) {
            const tls = [{ hosts: [host], secretName: "public-tls" }];
            assert.deepEqual(await ingress({ rules, tls }), [], host);
        }
        const tls = [{ hosts: ["web.example.org"], secretName: "other" }];
        assert.equal((await ingress({ rules, tls })).length, 1);
    });

    it("is not judged where listeners, certificates or routes are unknown", async () => {
        const unknown: readonly (readonly [keyof typeof gatewayParts, Path])[] = [
            ["gateway", ["spec", "listeners"]],
            ["gateway", [...HTTPS, "protocol"]],
            ["gateway", [...HTTPS, "tls"]],
            ["gateway", [...HTTPS, "tls", "certificateRefs", 0]],
            ["certificate", ["spec", "secretName"]],
            ["redirect", ["spec", "rules"]],
            ["route", ["spec", "parentRefs", 0, "sectionName"]],
            ["clients", ["spec", "tls", "minVersion"]],
        ];
        for (const [name, path] of unknown) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", `${name} ${path.join(".")}`);
        }
    });
});
