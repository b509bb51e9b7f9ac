import * as assert from "node:assert/strict";
import {
    allowDns,
    allowFlow,
    denyAll,
    type Flow,
    type NetworkMap,
    toApiServer,
} from "../../components/base/flows";

const map: NetworkMap = {
    apiServers: ["192.168.68.101/32", "192.168.68.100/32"],
    apiServerPort: 16443,
    nodes: "192.168.68.0/24",
    inside: ["192.168.68.0/24", "10.244.0.0/16", "10.96.0.0/12"],
};

describe("flows", () => {
    it("deny everything in both directions by default", () => {
        assert.deepEqual(denyAll("x").spec, {
            podSelector: {},
            policyTypes: ["Ingress", "Egress"],
        });
    });

    it("allow DNS over both protocols to the cluster's DNS pods only", () => {
        const { egress } = allowDns("x").spec as { egress: { to: unknown[]; ports: unknown[] }[] };
        const [rule, ...others] = egress;
        assert.ok(rule);
        assert.deepEqual(others, []);
        assert.equal(rule.to.length, 1);
        assert.deepEqual(rule.ports, [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
        ]);
    });

    it("turn the API servers into their addresses and the site's port", () => {
        const policy = allowFlow("x", toApiServer(), map);
        assert.equal(policy.metadata.name, "allow-to-api-server");
        assert.deepEqual(policy.spec, {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        { ipBlock: { cidr: "192.168.68.101/32" } },
                        { ipBlock: { cidr: "192.168.68.100/32" } },
                    ],
                    ports: [{ port: 16443, protocol: "TCP" }],
                },
            ],
        });
    });

    it("leave the cluster's own networks out of the internet", () => {
        const policy = allowFlow("x", { name: "out", to: "internet", ports: [443] }, map);
        const { egress } = policy.spec as { egress: { to: object[] }[] };
        assert.deepEqual(egress[0]?.to, [
            { ipBlock: { cidr: "0.0.0.0/0", except: [...map.inside] } },
        ]);
    });

    it("select pods of another namespace by its name", () => {
        const policy = allowFlow(
            "x",
            { name: "in", from: { namespace: "y", pods: { app: "z" } }, ports: [80] },
            map,
        );
        const { ingress } = policy.spec as { ingress: { from: object[] }[] };
        assert.deepEqual(ingress[0]?.from, [
            {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "y" } },
                podSelector: { matchLabels: { app: "z" } },
            },
        ]);
    });

    it("concern some pods of the namespace, or all of them", () => {
        const selector = (pods?: Record<string, string>) =>
            (allowFlow("x", toApiServer(pods), map).spec as { podSelector: object }).podSelector;
        assert.deepEqual(selector({ app: "y" }), { matchLabels: { app: "y" } });
        assert.deepEqual(selector(), {});
    });

    it("have one end besides the namespace: none or two do not compile", () => {
        const flows: Flow[] = [
            // @ts-expect-error: it has no end
            { name: "none", ports: [1] },
            // @ts-expect-error: it has two ends
            { name: "two", from: "nodes", to: "nodes", ports: [1] },
            // @ts-expect-error: the port of the API servers is the site's
            { name: "port", to: "api-server", ports: [1] },
        ];
        assert.equal(flows.length, 3);
    });
});
