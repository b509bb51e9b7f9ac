import assert from "node:assert/strict";
import { tailscale as definition } from "../../../components/network/tailscale";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { allSecrets, changed, faultsOf } from "../../settings/fixture";
import { alone, existing } from "../variants";
import { workloads } from "../workloads";

const CONNECTOR = "Connector/site";

describe("Tailscale", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await alone(definition)).component("tailscale");
    });

    it("tells the network of the nodes to the tailnet, from two connectors", () => {
        assert.deepEqual(recorded.object(CONNECTOR).spec, {
            hostnamePrefix: "home",
            proxyClass: "site",
            replicas: 2,
            subnetRouter: { advertiseRoutes: ["192.168.68.0/24"] },
        });
    });

    it("tells the networks of the settings instead, and has one connector in dev", async () => {
        const routes = ["192.168.68.0/24", "192.168.80.0/24"];
        const dev = await alone(definition, { routes }, { ...existing, profile: "dev" });
        const spec = dev.object(CONNECTOR).spec as Record<string, unknown>;
        assert.deepEqual([spec.replicas, spec.subnetRouter], [1, { advertiseRoutes: routes }]);
        const wrong = changed({ "systems.tailscale": { enabled: true, routes: ["0.0.0.0/0"] } });
        assert.deepEqual(
            faultsOf(wrong).map(({ key }) => key),
            ["systems.tailscale.routes[0]"],
        );
    });

    it("runs connectors in user space, without rights", () => {
        const spec = JSON.stringify(recorded.object("ProxyClass/site").spec);
        assert.match(spec, /"TS_USERSPACE","value":"true"/);
        assert.match(spec, /"drop":\["ALL"\]/);
        assert.doesNotMatch(spec, /"privileged":true/);
    });

    it("has its images from where their publisher signs in, and nobody's Ingress", function () {
        needsCharts(this, recorded);
        const operator = JSON.stringify(workloads(recorded)[0]?.template.spec);
        assert.match(operator, /"ghcr\.io\/tailscale\/k8s-operator:v1\.102\.3"/);
        assert.match(operator, /"PROXY_IMAGE","value":"ghcr\.io\/tailscale\/tailscale:v1\.102\.3"/);
        assert.deepEqual(recorded.ofKind("IngressClass"), []);
    });

    it("has its client from the settings, in the Secret that the chart mounts", function () {
        needsCharts(this, recorded);
        const { parent, urn } = recorded.resource("Secret/tailscale/operator-oauth");
        assert.match(parent, /platform:base:ConfiguredSecret::tailscale-client$/);
        const operator = recorded.resource("Deployment/tailscale/operator");
        assert.ok(operator.dependencies.includes(urn));
        assert.match(JSON.stringify(operator.inputs), /"secretName":"operator-oauth"/);
    });

    for (const key of ["tailscaleClientId", "tailscaleClientSecret"]) {
        it(`says in one sentence that ${key} is missing and how to make it`, () => {
            const without = new Set([...allSecrets].filter((other) => other !== key));
            const on = changed({ "systems.tailscale": { enabled: true } });
            const [fault, ...others] = faultsOf(on, without);
            assert.deepEqual(others, []);
            assert.equal(fault?.key, key);
            assert.match(
                fault.allowed,
                /because systems\.tailscale is on: .* made at login\.tailscale\.com\/admin\/settings\/oauth with the rights/,
            );
            assert.deepEqual(faultsOf(changed({}), without), []);
        });
    }
});
