import * as assert from "node:assert/strict";
import { addressPlace } from "../../../../policy/engines/reachability/network";
import { object, type Resource, UNKNOWN } from "../../harness";
import { cilium, policy, world } from "./world";

const A = { matchLabels: { pod: "a" } };

function toAddresses(cidr: string, ...except: string[]): Resource {
    const egress = [{ to: [{ ipBlock: { cidr, except } }] }];
    return policy({ podSelector: {}, egress, policyTypes: ["Egress"] });
}

function toEntities(...entities: string[]): Resource {
    return cilium({ endpointSelector: A, egress: [{ toEntities: entities }] });
}

/** The places that x/a reaches. */
function reached(...policies: Resource[]): string[] {
    const { places: of, lets } = world(policies);
    const places = [of.apiServer, of.nodes, of.internet, of.gateway];
    return places.filter((end) => lets("egress", "x/a", end) === "yes").map(({ place }) => place);
}

describe("paths to places outside of the pod network", () => {
    const byAddress: Record<string, [Resource, string[]]> = {
        "the whole internet": [toAddresses("0.0.0.0/0"), ["api-server", "nodes", "internet"]],
        "the internet without the inside": [
            toAddresses("0.0.0.0/0", "192.168.0.0/16"),
            ["internet"],
        ],
        "the network of the nodes": [toAddresses("192.168.68.0/24"), ["api-server", "nodes"]],
        "the network of the nodes without one API server": [
            toAddresses("192.168.68.0/24", "192.168.68.101/32"),
            [],
        ],
        "one API server of three": [toAddresses("192.168.68.101/32"), []],
    };
    for (const [title, [rule, expected]] of Object.entries(byAddress)) {
        it(`reads addresses: ${title}`, () => {
            assert.deepEqual(reached(rule), expected);
        });
    }

    it("adds up the addresses of several rules", () => {
        const one = (last: number) => toAddresses(`192.168.68.10${last}/32`);
        assert.deepEqual(reached(one(1), one(2), one(3)), ["api-server"]);
        // A hole of one rule is filled by another.
        const holed = toAddresses("192.168.68.0/24", "192.168.68.102/32");
        assert.deepEqual(reached(holed, one(2)), ["api-server"]);
    });

    const byEntity: Record<string, string[]> = {
        "kube-apiserver": ["api-server"],
        // The own node is `host`, all others are `remote-node`.
        "remote-node": [],
        host: [],
        "host,remote-node": ["api-server", "nodes"],
        world: ["internet"],
        ingress: ["gateway"],
        cluster: ["api-server", "nodes", "gateway"],
        all: ["api-server", "nodes", "internet", "gateway"],
        none: [],
        health: [],
    };
    for (const [entities, expected] of Object.entries(byEntity)) {
        it(`reads the entities ${entities}`, () => {
            assert.deepEqual(reached(toEntities(...entities.split(","))), expected);
        });
    }

    it("reads reserved labels of endpoints", () => {
        const to = (label: string) =>
            cilium({
                endpointSelector: A,
                egress: [{ toEndpoints: [{ matchLabels: { [`reserved:${label}`]: "" } }] }],
            });
        assert.deepEqual(reached(to("ingress")), ["gateway"]);
        assert.deepEqual(reached(to("host"), to("remote-node")), ["api-server", "nodes"]);
    });

    it("closes a place of which a part is denied", () => {
        const deny = (egressDeny: object) =>
            cilium({ endpointSelector: A, egress: [{ toEntities: ["all"] }], egressDeny });
        assert.deepEqual(reached(deny([{ toEntities: ["remote-node"] }])), ["internet", "gateway"]);
        assert.deepEqual(reached(deny([{ toCIDR: ["192.168.68.102/32"] }])), [
            "internet",
            "gateway",
        ]);
        assert.deepEqual(reached(deny([{ toCIDR: ["10.0.0.0/8"] }])).length, 4);
    });

    it("takes other addresses for those of nodes, or else of the internet", () => {
        const lets = (rule: Resource, address: string) =>
            world([rule]).lets("egress", "x/a", addressPlace(address));
        assert.equal(lets(toEntities("world"), "8.8.8.8/32"), "yes");
        assert.equal(lets(toEntities("world"), "192.168.68.7/32"), "no");
        assert.equal(lets(toEntities("host", "remote-node"), "192.168.68.7/32"), "yes");
        assert.equal(lets(toAddresses("8.8.0.0/16"), "8.8.8.8/32"), "yes");
        assert.equal(lets(toAddresses("8.8.0.0/16", "8.8.8.8/32"), "8.8.8.8/32"), "no");
    });

    it("reads names of hosts", () => {
        const lets = (entry: object, host?: string) => {
            const rule = cilium({ endpointSelector: A, egress: [{ toFQDNs: [entry] }] });
            const { places, lets: ask } = world([rule]);
            return ask("egress", "x/a", { ...places.internet, host });
        };
        const host = "acme-v02.api.example.org";
        assert.equal(lets({ matchName: host }, host), "yes");
        assert.equal(lets({ matchName: "ACME-v02.api.example.org." }, host), "yes");
        assert.equal(lets({ matchName: "example.org" }, host), "no");
        assert.equal(lets({ matchPattern: "*.api.example.org" }, host), "yes");
        assert.equal(lets({ matchPattern: "acme-*.api.example.org" }, host), "yes");
        assert.equal(lets({ matchPattern: "*.example.org" }, host), "no");
        assert.equal(lets({ matchPattern: "**.example.org" }, host), "yes");
        assert.equal(lets({ matchPattern: "*" }, host), "yes");
        assert.equal(lets({ matchName: host }), "no");
    });

    describe("of nodes, where Cilium's settings", () => {
        const settings = (data: unknown) =>
            object({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "cilium-config", namespace: "kube-system" },
                data,
            });
        const ask = (data: unknown) => {
            const rule = toAddresses("192.168.68.0/24");
            const { places, lets } = world([rule], { more: [settings(data)] });
            return lets("egress", "x/a", places.nodes);
        };

        it("match nodes by address, are open to addresses", () => {
            assert.equal(ask({ "policy-cidr-match-mode": "nodes" }), "yes");
        });

        it("do not, are closed to them", () => {
            assert.equal(ask({}), "no");
            assert.equal(ask({ "policy-cidr-match-mode": "" }), "no");
        });

        it("are unknown, are not judged", () => {
            assert.equal(ask(UNKNOWN), "unknown");
            assert.equal(ask({ "policy-cidr-match-mode": UNKNOWN }), "unknown");
        });
    });
});
