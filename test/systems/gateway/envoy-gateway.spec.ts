import assert from "node:assert/strict";
import { envoyGateway } from "../../../components/gateway/envoy-gateway";
import { certManager } from "../../../components/security/cert-manager";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { acme, alone, existing } from "../variants";

const HOME = "envoy-gateway-system";

interface ProxySpec {
    readonly envoyDeployment: { readonly replicas: number };
    readonly envoyPDB?: object;
    readonly envoyService: Readonly<Record<string, unknown>>;
}

function kubernetesOf(recorded: RecordedStack): ProxySpec {
    const { spec } = recorded.object(`EnvoyProxy/${HOME}/public`);
    return (spec as { provider: { kubernetes: ProxySpec } }).provider.kubernetes;
}

describe("EnvoyGateway", () => {
    it("replaces the Job of the chart by certificates of an authority of its own", async function () {
        const envoy = (await stack("prod")).component("envoy-gateway");
        const issued = envoy
            .ofKind("Certificate")
            .map(({ spec }) => spec as { secretName: string; issuerRef: { name: string } });
        assert.deepEqual(
            issued.map(({ secretName, issuerRef }) => [secretName, issuerRef.name]).sort(),
            [
                ["envoy", "envoy-gateway-ca"],
                ["envoy-gateway", "envoy-gateway-ca"],
                ["envoy-gateway-ca", "envoy-gateway-root"],
            ],
        );
        needsCharts(this, envoy);
        assert.deepEqual(envoy.ofKind("Job"), []);
    });

    it("mounts only Secrets that somebody makes", async function () {
        const envoy = (await stack("prod")).component("envoy-gateway");
        needsCharts(this, envoy);
        const text = JSON.stringify(envoy.object(`Deployment/${HOME}/envoy-gateway`).spec);
        const mounted = [...text.matchAll(/"secretName":"([^"]+)"/g)].map(([, name]) => name);
        assert.deepEqual(mounted, ["envoy-gateway"]);
        assert.ok(
            envoy.ofKind("Secret").some(({ metadata }) => metadata.name === "envoy-oidc-hmac"),
        );
    });

    it("has two proxies with a budget in prod, one without in dev", async () => {
        const prod = kubernetesOf(await stack("prod"));
        assert.deepEqual([prod.envoyDeployment.replicas, "envoyPDB" in prod], [2, true]);
        const dev = kubernetesOf(await stack("dev"));
        assert.deepEqual([dev.envoyDeployment.replicas, "envoyPDB" in dev], [1, false]);
    });

    it("keeps the client's address where routers know which nodes have a proxy", async () => {
        assert.equal(
            kubernetesOf(await stack("prod")).envoyService.externalTrafficPolicy,
            "Cluster",
        );
    });

    it("asks for the address of the settings, and for none without", async () => {
        const address = "192.168.68.210";
        const [asked, any] = [await alone(envoyGateway, { address }), await alone(envoyGateway)];
        assert.equal(kubernetesOf(asked).envoyService.loadBalancerIP, address);
        assert.ok(!("loadBalancerIP" in kubernetesOf(any).envoyService));
    });

    it("refuses an address that the pool does not have", async () => {
        await assert.rejects(
            alone(envoyGateway, { address: "192.168.68.99" }),
            /systems\.envoyGateway\.address.*192\.168\.68\.99.*network\.loadBalancers/s,
        );
    });

    it("is open to the internet and the house on the ports of its listeners alone", async () => {
        const flows = declaredFlows((await stack("prod")).component("envoy-gateway"));
        const open = flows.filter(
            ({ direction, peers }) => direction === "in" && peers.some(({ ipBlock }) => ipBlock),
        );
        assert.deepEqual(
            open.map(({ name, ports }) => [name, ports]),
            ["internet", "nodes"].map((name) => [
                name,
                [10_080, 10_443].map((port) => ({ port, protocol: "TCP" })),
            ]),
        );
    });
});

describe("PublicGateway", () => {
    it("has a certificate that browsers trust where there is ACME, else of the internal authority", async () => {
        const issuerOf = (recorded: RecordedStack) =>
            (
                recorded.object(`Certificate/${HOME}/public`).spec as {
                    issuerRef: { name: string };
                }
            ).issuerRef.name;
        assert.equal(issuerOf(await stack("prod")), "internal");
        const systems = { certManager: acme };
        assert.equal(issuerOf(await stackWith({ ...existing, systems })), "acme");
    });

    it("takes routes only from namespaces that the program marked", async () => {
        const { listeners } = (await stack("prod")).object(`Gateway/${HOME}/public`).spec as {
            listeners: { name: string; allowedRoutes: { namespaces: object } }[];
        };
        assert.deepEqual(
            listeners.map(({ name, allowedRoutes }) => [name, allowedRoutes.namespaces]),
            [
                ["http", { from: "Same" }],
                [
                    "https",
                    {
                        from: "Selector",
                        selector: { matchLabels: { "platform/routes": "public" } },
                    },
                ],
            ],
        );
    });

    it("lets nobody in by a route that has no policy of its own", async () => {
        const { spec } = (await stack("prod")).object(`SecurityPolicy/${HOME}/nobody`);
        const { targetRefs, authorization } = spec as {
            targetRefs: { kind: string; sectionName: string }[];
            authorization: object;
        };
        assert.deepEqual(authorization, { defaultAction: "Deny" });
        assert.deepEqual(
            targetRefs.map(({ kind, sectionName }) => [kind, sectionName]),
            [["Gateway", "https"]],
        );
    });

    it("believes forwarded addresses only of the proxies of the settings", async () => {
        const detection = (recorded: RecordedStack) =>
            (
                recorded.object(`ClientTrafficPolicy/${HOME}/public`).spec as {
                    clientIPDetection?: object;
                }
            ).clientIPDetection;
        assert.equal(detection(await stack("prod")), undefined);
        const trustedProxies = ["10.244.0.0/16"];
        assert.deepEqual(detection(await alone(envoyGateway, { trustedProxies })), {
            xForwardedFor: { trustedCIDRs: trustedProxies },
        });
    });

    it("is not there when the gateway is off", async () => {
        const recorded = await alone(certManager);
        assert.deepEqual(recorded.ofKind("Gateway"), []);
    });
});
