import * as assert from "node:assert/strict";
import {
    allowFlows,
    askDns,
    denyAll,
    directionOf,
    type Flow,
    type NetworkMap,
    policyName,
    toApiServer,
} from "../../components/base/flows";
import { flowNamesOf } from "../../components/base/flow-names";

const map: NetworkMap = {
    apiServers: ["192.168.68.101/32", "192.168.68.100/32"],
    apiServerPort: 16443,
    nodes: "192.168.68.0/24",
    inside: ["192.168.68.0/24", "10.244.0.0/16", "10.96.0.0/12"],
};

interface Spec {
    readonly podSelector: object;
    readonly policyTypes: string[];
    readonly ingress?: { from: object[]; ports: object[] }[];
    readonly egress?: { to: object[]; ports: object[] }[];
}

/** The policy of a single flow. */
function policyOf(flow: Flow) {
    const { pods } = flow;
    const subject = { namespace: "x", pods, direction: directionOf(flow) };
    return allowFlows("policy", subject, [flow], map).spec as Spec;
}

describe("flows", () => {
    it("deny everything in both directions by default", () => {
        assert.deepEqual(denyAll("x").spec, {
            podSelector: {},
            policyTypes: ["Ingress", "Egress"],
        });
    });

    it("allow DNS over both protocols to the cluster's DNS pods only", () => {
        const { egress = [] } = policyOf(askDns);
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
        assert.deepEqual(policyOf(toApiServer()), {
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
        const { egress } = policyOf({ name: "out", to: "internet", ports: [443] });
        assert.deepEqual(egress?.[0]?.to, [
            { ipBlock: { cidr: "0.0.0.0/0", except: [...map.inside] } },
        ]);
    });

    it("select pods of another namespace by its name", () => {
        const from = { namespace: "y", pods: { app: "z" } };
        const { ingress } = policyOf({ name: "in", from, ports: [80] });
        assert.deepEqual(ingress?.[0]?.from, [
            {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "y" } },
                podSelector: { matchLabels: { app: "z" } },
            },
        ]);
    });

    it("concern some pods of the namespace, or all of them", () => {
        const selector = (pods?: Record<string, string>) => policyOf(toApiServer(pods)).podSelector;
        assert.deepEqual(selector({ app: "y" }), { matchLabels: { app: "y" } });
        assert.deepEqual(selector(), {});
    });

    it("of the same pods are rules of one policy, which names them in the order of its rules", () => {
        const flows: Flow[] = [
            { name: "web", from: "nodes", ports: [80] },
            { name: "mail", from: "cluster", ports: [25] },
        ];
        const subject = { namespace: "x", pods: undefined, direction: "in" } as const;
        const policy = allowFlows("policy", subject, flows, map);
        assert.deepEqual(flowNamesOf(policy), ["mail", "web"]);
        assert.deepEqual(
            (policy.spec as Spec).ingress?.map(({ ports }) => ports),
            [[{ port: 25, protocol: "TCP" }], [{ port: 80, protocol: "TCP" }]],
        );
        const reversed = allowFlows("policy", subject, flows.toReversed(), map);
        assert.deepEqual(reversed, policy);
    });

    it("give their policy the name of the pods, in letters that a name may hold", () => {
        const named = (pods?: Record<string, string>) => policyName({ pods, direction: "out" });
        assert.equal(named(), "allow-every-pod-out");
        assert.equal(named({}), "allow-every-pod-out");
        assert.equal(policyName({ pods: { app: "web" }, direction: "in" }), "allow-web-in");
        assert.equal(named({ name: "db", app: "shop" }), "allow-shop-db-out");
        assert.equal(named({ a: "shop", b: "shop-web", c: "web" }), "allow-shop-web-out");
        assert.equal(named({ app: "Shop_v1.2" }), "allow-shop-v1-2-out");
        assert.equal(named({ shop: "" }), "allow-pods-out");
        const long = Object.fromEntries("abcdefgh".split("").map((key) => [key, key.repeat(63)]));
        assert.ok(named(long).length <= 253);
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
