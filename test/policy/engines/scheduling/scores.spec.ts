import * as assert from "node:assert/strict";
import { SimulatedCluster } from "../../../../policy/engines/scheduling/cluster";
import type { ClusterNode } from "../../../../policy/engines/scheduling/nodes";
import type { PodSet } from "../../../../policy/engines/scheduling/pod-set";
import { scores } from "../../../../policy/engines/scheduling/scores";
import { ALONE, compileTemplate } from "../../../../policy/engines/scheduling/template";
import type { Inputs } from "../../harness";
import { HOSTNAME, near, node, type Placement, pods, spread, ZONE } from "./clusters";

/** Points of each node for a pod, all nodes being possible. */
function points(nodes: readonly ClusterNode[], set: PodSet, there: Placement = []): number[] {
    const templates = new Map<PodSet, ReturnType<typeof compileTemplate>>();
    const templateOf = (each: PodSet) => {
        const template = templates.get(each) ?? compileTemplate(each, ALONE);
        templates.set(each, template);
        return template;
    };
    const all = [...there.map(([each]) => each), set].map((each) => ({
        template: templateOf(each),
    }));
    const cluster = new SimulatedCluster(nodes, all);
    there.forEach(([, name], index) => {
        cluster.place(
            index,
            nodes.findIndex((each) => each.name === name),
        );
    });
    const indices = nodes.map((_, index) => index);
    return scores(cluster, cluster.rulesOf(templateOf(set)), indices);
}

/** How many points more the first node has than the second. */
function lead(nodes: readonly ClusterNode[], set: PodSet, there: Placement = []): number {
    const [first = 0, second = 0] = points(nodes, set, there);
    return first - second;
}

const preferred = (kind: string, app: string, weight: number): Inputs => ({
    affinity: {
        [kind]: {
            preferredDuringSchedulingIgnoredDuringExecution: [
                {
                    weight,
                    podAffinityTerm: {
                        labelSelector: { matchLabels: { app } },
                        topologyKey: HOSTNAME,
                    },
                },
            ],
        },
    },
});

describe("the scheduler's scores", () => {
    const two = [node("a"), node("b")];
    const x = pods("x");

    it("are whole numbers of what is free and how evenly it is used", () => {
        const [a] = points([node("a")], pods("x", { cpu: "1500m", memory: "1Gi" }));
        // Free are 62.5 and 87.5 of 100, each rounded down; the shares differ by a quarter.
        assert.equal(a, 74 + 87);
    });

    it("do not ask for balance of pods that ask for nothing", () => {
        const nothing = pods("x", { spec: { containers: [{ name: "x" }] } });
        assert.equal(points([node("a")], nothing)[0], 97);
    });

    it("forget what a pod asks for as a whole while they look for what is free", () => {
        const whole = pods("x", {
            spec: {
                resources: { requests: { cpu: "2", memory: "4Gi" } },
                containers: [{ name: "x" }],
            },
        });
        // 97 as for one that asks for nothing, and perfect balance.
        assert.equal(points([node("a")], whole)[0], 97 + 100);
        const [a = 0, b = 0] = points(two, x, [[whole, "a"]]);
        assert.equal(b - a, 50);
    });

    it("avoid nodes with a taint that would rather not", () => {
        const taints = [{ key: "t", value: "", effect: "PreferNoSchedule" }];
        const nodes = [node("a"), node("b", { taints })];
        assert.equal(lead(nodes, x), 300);
        const tolerant = pods("x", { spec: { tolerations: [{ operator: "Exists" }] } });
        assert.equal(lead(nodes, tolerant), 0);
    });

    it("give nothing to nodes without the label that a wish to spread is about", () => {
        const wish = spread("x", { whenUnsatisfiable: "ScheduleAnyway", topologyKey: "rack" });
        const nodes = [node("a", { labels: { rack: "1" } }), node("b")];
        assert.equal(lead(nodes, pods("x", { spec: wish })), 200);
    });

    it("spread the pods of a set over zones and nodes by themselves", () => {
        const three = [node("a"), node("b"), node("c", { zone: "b" })];
        const [a = 0, b = 0, c = 0] = points(three, pods("x", { count: 2 }), [
            [pods("x", { count: 2 }), "a"],
        ]);
        assert.ok(c > b && b > a, `${a}, ${b}, ${c}`);
        assert.equal(lead(three, x, [[pods("y"), "a"]]), 0);
    });

    it("count what pods wish of others, and others of them", () => {
        const fond = pods("fond", { spec: preferred("podAffinity", "x", 10) });
        const shy = pods("shy", { spec: preferred("podAntiAffinity", "x", 10) });
        assert.equal(lead(two, fond, [[x, "a"]]), 200);
        assert.equal(lead(two, x, [[fond, "a"]]), 200);
        assert.equal(lead(two, shy, [[x, "a"]]), -200);
        assert.equal(lead(two, x, [[shy, "a"]]), -200);
        const must = pods("must", { spec: { affinity: { podAffinity: near("x") } } });
        assert.equal(lead(two, x, [[must, "a"]]), 200);
    });

    it("weigh preferred nodes", () => {
        const preference = { matchExpressions: [{ key: ZONE, operator: "In", values: ["a"] }] };
        const choosy = pods("x", {
            spec: {
                affinity: {
                    nodeAffinity: {
                        preferredDuringSchedulingIgnoredDuringExecution: [
                            { weight: 7, preference },
                        ],
                    },
                },
            },
        });
        assert.equal(lead([node("a"), node("b", { zone: "b" })], choosy), 200);
    });
});
