import * as assert from "node:assert/strict";
import { allowFlows, directionOf, type Flow, type NetworkMap } from "../../components/base/flows";
import { FlowPolicies } from "../../components/base/flow-policies";
import { authorizationPolicy, entersFromOutside, isTunnelled } from "../../components/base/mesh";
import { MeshPlan } from "../../components/base/mesh-plan";
import { outsideMesh, podsOutsideMesh } from "../../trust/mesh";
import { sampleNetwork } from "../fixtures/settings";

const meshed: NetworkMap = { ...sampleNetwork, mesh: new MeshPlan() };

function portsOf(flow: Flow, network: NetworkMap, namespace = "shop"): unknown {
    const subject = { namespace, pods: flow.pods, direction: directionOf(flow) };
    const spec = allowFlows("policy", subject, [flow], network).spec as Record<
        string,
        { ports: { port: number }[] }[]
    >;
    return [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap(({ ports }) =>
        ports.map(({ port }) => port),
    );
}

const web: Flow = { name: "web", from: { namespace: "front" }, ports: [80] };

describe("flows in the mesh", () => {
    it("have its port beside their own at both ends", () => {
        assert.deepEqual(portsOf(web, meshed), [80, 15_008]);
        assert.deepEqual(
            portsOf({ name: "out", to: { pods: { app: "db" } }, ports: [5432] }, meshed),
            [5432, 15_008],
        );
    });

    it("have it nowhere without a mesh, nor where an end is outside of it", () => {
        assert.deepEqual(portsOf(web, sampleNetwork), [80]);
        assert.deepEqual(portsOf(web, meshed, "rook-ceph"), [80]);
        const outside: readonly Flow[] = [
            { name: "dns", to: { namespace: "kube-system" }, ports: [53] },
            { name: "api", from: "api-server", ports: [9443] },
            { name: "nodes", from: "nodes", ports: [80] },
            { name: "internet", to: "internet", ports: [443] },
            { name: "site", to: { cidr: "192.168.70.0/24" }, ports: [22] },
        ];
        for (const flow of outside) {
            assert.ok(!JSON.stringify(portsOf(flow, meshed)).includes("15008"), flow.name);
        }
    });

    it("go past it by UDP, which it does not carry", () => {
        const gossip: Flow = {
            name: "gossip",
            from: { pods: { app: "a" } },
            ports: [{ port: 9094, protocol: "UDP" }],
        };
        assert.ok(!isTunnelled(gossip, "shop"));
        const { ports } = gossip;
        assert.ok(isTunnelled({ ...web, ports: [...ports, 9094] }, "shop"));
    });

    it("say who comes from outside: whoever is no pod, and pods outside of the mesh", () => {
        const from = (peer: Flow["from"]) =>
            entersFromOutside({ ...web, from: peer } as Flow, "shop");
        assert.ok(from("api-server"));
        assert.ok(from("nodes"));
        assert.ok(from("internet"));
        assert.ok(from({ cidr: "10.0.0.0/8" }));
        assert.ok(from({ namespace: "rook-ceph" }));
        assert.ok(!from({ namespace: "front" }));
        assert.ok(!from({ pods: { app: "a" } }));
        assert.ok(!from("cluster"));
        assert.ok(!entersFromOutside({ name: "out", to: "internet", ports: [443] }, "shop"));
    });
});

describe("what the mesh allows", () => {
    const rulesOf = (...flows: Flow[]) => {
        const policy = authorizationPolicy({
            name: "p",
            namespace: "shop",
            pods: undefined,
            flows,
        });
        return (policy?.spec as { rules: unknown[] } | undefined)?.rules;
    };
    const rule = (source: object, ...ports: string[]) => ({
        from: [{ source }],
        to: [{ operation: { ports } }],
    });

    it("is a rule for each set of ports, with all who may call them", () => {
        assert.deepEqual(
            rulesOf(
                web,
                { name: "own", from: { pods: { app: "a" } }, ports: [80] },
                { name: "metrics", from: { namespace: "monitoring" }, ports: [9090] },
            ),
            [
                rule({ namespaces: ["front", "shop"] }, "80"),
                rule({ namespaces: ["monitoring"] }, "9090"),
            ],
        );
    });

    it("names the account of callers where the flow knows it", () => {
        const known: Flow = { ...web, name: "known", from: { namespace: "b", account: "robot" } };
        assert.deepEqual(rulesOf(known), [rule({ serviceAccounts: ["b/robot"] }, "80")]);
        assert.deepEqual(rulesOf(known, web), [
            {
                from: [
                    { source: { namespaces: ["front"] } },
                    { source: { serviceAccounts: ["b/robot"] } },
                ],
                to: [{ operation: { ports: ["80"] } }],
            },
        ]);
        const all: Flow = { ...web, name: "all", from: { namespace: "b" } };
        assert.deepEqual(rulesOf(known, all), [rule({ namespaces: ["b"] }, "80")]);
    });

    it("has each port of a range, and none of UDP", () => {
        const ports = [
            { port: 7000, endPort: 7002, protocol: "TCP" },
            { port: 7003, protocol: "UDP" },
        ] as const;
        assert.deepEqual(rulesOf({ ...web, ports }), [
            rule({ namespaces: ["front"] }, "7000", "7001", "7002"),
        ]);
    });

    it("is nothing for pods that nobody in the mesh calls", () => {
        assert.equal(rulesOf({ name: "hook", from: "api-server", ports: [9443] }), undefined);
        assert.equal(rulesOf({ ...web, from: { namespace: "kube-system" } }), undefined);
    });

    it("is asked of every set of pods that lets somebody in", () => {
        const policies = new FlowPolicies("shop", meshed, ({ metadata }) => metadata.name);
        policies.allow({ ...web, pods: { app: "web" } });
        policies.allow({ name: "out", to: "internet", ports: [443] });
        assert.deepEqual(
            policies.admissions.map(({ name, pods }) => [name, pods]),
            [["allow-web-in", { app: "web" }]],
        );
    });
});

describe("whoever is outside of the mesh", () => {
    it("is so for a reason", () => {
        for (const [name, reason] of Object.entries({ ...outsideMesh, ...podsOutsideMesh })) {
            assert.ok(reason.length > 20, name);
        }
    });
});
