import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { judged, violations } from "./stack";

const API = "gateway.networking.k8s.io/v1";
const edge: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "edge" } };
const gateway = (...listeners: unknown[]): Manifest => ({
    apiVersion: API,
    kind: "Gateway",
    metadata: { name: "main", namespace: "edge" },
    spec: { gatewayClassName: "cilium", listeners },
});
const http = (changes: Inputs = {}) => ({
    name: "web",
    port: 80,
    protocol: "HTTP",
    allowedRoutes: { namespaces: { from: "All" } },
    ...changes,
});
const route = (parent: unknown = {}, more: Inputs = {}, kind = "HTTPRoute") =>
    inApps(API, kind, {
        spec: {
            parentRefs: [
                typeof parent === "object"
                    ? { name: "main", namespace: "edge", ...parent }
                    : parent,
            ],
            ...more,
        },
    });
const verdict = async (...items: Manifest[]) =>
    (await judged(edge, ...items)).verdict("HA-14").verdict;
const said = (...items: Manifest[]) => violations(edge, ...items);

describe("HA-14, routes and their gateway,", () => {
    const R = "HTTPRoute/apps/own";
    const G = "Gateway/edge/main";

    it("are met by a listener that takes them", async () => {
        assert.deepEqual(await said(gateway(http()), route()), []);
        assert.deepEqual(await said(gateway(http()), route({ sectionName: "web" })), []);
        assert.deepEqual(await said(gateway(http()), route({ port: 80 })), []);
    });

    it("are violated by a listener that is not there, with the one that was meant", async () => {
        assert.deepEqual(await said(gateway(http()), route({ sectionName: "wbe" })), [
            `${R}: a parent names listener wbe of ${G}, which has web; perhaps web is meant.`,
        ]);
        assert.deepEqual(await said(gateway(http()), route({ port: 8080 })), [
            `${R}: a parent names listener on port 8080 of ${G}, which has web.`,
        ]);
    });

    const namespaces: Record<string, [Inputs | undefined, boolean]> = {
        "no namespaces, so its own": [undefined, false],
        "its own namespace": [{ from: "Same" }, false],
        "every namespace": [{ from: "All" }, true],
        "no namespace": [{ from: "None" }, false],
        "namespaces with a label of this one": [
            { from: "Selector", selector: { matchLabels: { team: "web" } } },
            true,
        ],
        "namespaces with another label": [
            { from: "Selector", selector: { matchLabels: { team: "data" } } },
            false,
        ],
    };
    for (const [title, [allowed, isMet]] of Object.entries(namespaces)) {
        it(`are ${isMet ? "met" : "violated"} by a listener for ${title}`, async () => {
            const listener = http({ allowedRoutes: { namespaces: allowed } });
            assert.deepEqual(
                await said(gateway(listener), route()),
                isMet
                    ? []
                    : [`${R}: ${G} takes no routes of namespace apps; see its allowedRoutes.`],
            );
        });
    }

    const kinds: readonly (readonly [string, Inputs, boolean])[] = [
        ["HTTPRoute", { protocol: "HTTPS" }, true],
        ["GRPCRoute", { protocol: "HTTP" }, true],
        ["TCPRoute", { protocol: "HTTP" }, false],
        ["TLSRoute", { protocol: "TLS" }, true],
        ["TCPRoute", { protocol: "TCP" }, true],
        ["UDPRoute", { protocol: "UDP" }, true],
    ];
    for (const [kind, changes, isMet] of kinds) {
        it(`of kind ${kind} are ${isMet ? "met" : "violated"} by ${JSON.stringify(changes)}`, async () => {
            const found = await said(gateway(http(changes)), route({}, {}, kind));
            assert.deepEqual(found, isMet ? [] : [`${kind}/apps/own: ${G} takes no ${kind}.`]);
        });
    }

    it("are violated by a listener that names other kinds", async () => {
        const allowedRoutes = { namespaces: { from: "All" }, kinds: [{ kind: "GRPCRoute" }] };
        assert.deepEqual(await said(gateway(http({ allowedRoutes })), route()), [
            `${R}: ${G} takes no HTTPRoute.`,
        ]);
    });

    const hosts: readonly (readonly [string | undefined, string[] | undefined, boolean])[] = [
        [undefined, ["a.example.org"], true],
        ["a.example.org", undefined, true],
        ["a.example.org", ["a.example.org"], true],
        ["*.example.org", ["a.example.org"], true],
        ["*.example.org", ["a.b.example.org"], true],
        ["a.example.org", ["*.example.org"], true],
        ["*.example.org", ["example.org"], false],
        ["a.example.org", ["b.example.org"], false],
        ["a.example.org", ["b.example.org", "a.example.org"], true],
    ];
    for (const [hostname, hostnames, isMet] of hosts) {
        it(`for ${String(hostnames)} are ${isMet ? "met" : "violated"} by a listener for ${String(hostname)}`, async () => {
            const found = await said(gateway(http({ hostname })), route({}, { hostnames }));
            assert.deepEqual(found, isMet ? [] : [`${R}: ${G} has no listener for its hostnames.`]);
        });
    }

    it("may be met by any of several listeners, but by one that meets all", async () => {
        const open = { namespaces: { from: "All" } };
        const closed = http({ name: "closed", allowedRoutes: undefined });
        assert.deepEqual(await said(gateway(closed, http()), route()), []);
        const host = http({ name: "host", hostname: "a.example.org", allowedRoutes: open });
        const other = http({ name: "other", allowedRoutes: { namespaces: { from: "Same" } } });
        const found = await said(gateway(host, other), route({}, { hostnames: ["b.example.org"] }));
        assert.deepEqual(found, [`${R}: ${G} has no listener for its hostnames.`]);
    });

    it("are not judged where parents, listeners or hostnames are unknown", async () => {
        for (const [listener, item] of [
            [http(), route({ sectionName: UNKNOWN })],
            [http(), route({ port: UNKNOWN })],
            [http(), route(UNKNOWN)],
            [http(), route({}, { hostnames: UNKNOWN })],
            [UNKNOWN, route()],
            [http({ name: UNKNOWN }), route({ sectionName: "web" })],
            [http({ allowedRoutes: UNKNOWN }), route()],
            [http({ hostname: UNKNOWN }), route({}, { hostnames: ["a.example.org"] })],
        ] as const) {
            assert.equal(await verdict(gateway(listener), item), "not judged");
        }
    });
});

describe("HA-14, what routes and gateways take from other namespaces,", () => {
    const service: Manifest = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "api", namespace: "edge" },
        spec: { ports: [{ port: 80 }] },
    };
    const rules = [{ backendRefs: [{ name: "api", namespace: "edge", port: 80 }] }];
    const crossing = inApps(API, "HTTPRoute", { spec: { rules } });
    const grant = (from: unknown, to: unknown, namespace = "edge"): Manifest => ({
        apiVersion: "gateway.networking.k8s.io/v1beta1",
        kind: "ReferenceGrant",
        metadata: { name: "grant", namespace },
        spec: { from: [from], to: [to] },
    });
    const from = { group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "apps" };
    const to = { group: "", kind: "Service" };
    const missing = [
        "HTTPRoute/apps/own: a backend names Service/edge/api, but no ReferenceGrant there allows HTTPRoute of namespace apps to.",
    ];

    it("is met where that namespace grants it", async () => {
        assert.deepEqual(await said(service, crossing, grant(from, to)), []);
        assert.deepEqual(await said(service, crossing, grant(from, { ...to, name: "api" })), []);
    });

    it("is violated where it does not", async () => {
        assert.deepEqual(await said(service, crossing), missing);
        for (const item of [
            grant({ ...from, namespace: "other" }, to),
            grant({ ...from, kind: "GRPCRoute" }, to),
            grant(from, { ...to, name: "web" }),
            grant(from, { group: "", kind: "Secret" }),
            grant(from, to, "apps"),
        ]) {
            assert.deepEqual(await said(service, crossing, item), missing);
        }
    });

    it("is judged of certificates too", async () => {
        const certificate: Manifest = {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "tls", namespace: "edge" },
        };
        const certificateRefs = [{ name: "tls", namespace: "edge" }];
        const listener = { name: "web", tls: { certificateRefs } };
        const own = inApps(API, "Gateway", {
            spec: { gatewayClassName: "cilium", listeners: [listener] },
        });
        assert.equal((await said(certificate, own)).length, 1);
        const consent = grant({ ...from, kind: "Gateway" }, { group: "", kind: "Secret" });
        assert.deepEqual(await said(certificate, own, consent), []);
    });

    it("is not judged where the grant is unknown", async () => {
        assert.equal(await verdict(service, crossing, grant(UNKNOWN, to)), "not judged");
    });
});
