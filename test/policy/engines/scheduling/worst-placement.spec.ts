import * as assert from "node:assert/strict";
import type { ClusterNode } from "../../../../policy/engines/scheduling/nodes";
import { compileTemplate } from "../../../../policy/engines/scheduling/template";
import { mostPodsOn } from "../../../../policy/engines/scheduling/worst-placement";
import type { Inputs } from "../../harness";
import { HOSTNAME, node, pods, ZONE } from "./clusters";

/** Workers by the names of their zones: `spreadOver("aab")` has two in `a` and one in `b`. */
function workers(zones: string): ClusterNode[] {
    return Array.from(zones, (zone, index) => node(`worker-${index}`, { zone }));
}

const app = { matchLabels: { app: "web" } };
const spread = (topologyKey: string, changes: Inputs = {}) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: app,
    ...changes,
});
const apart = (topologyKey: string, kind = "required") => ({
    podAntiAffinity:
        kind === "required"
            ? {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                      { topologyKey, labelSelector: app },
                  ],
              }
            : {
                  preferredDuringSchedulingIgnoredDuringExecution: [
                      { weight: 100, podAffinityTerm: { topologyKey, labelSelector: app } },
                  ],
              },
});

/** The most of the pods that may be on zone `a`. */
function most(nodes: readonly ClusterNode[], count: number, spec: Inputs, ...others: Inputs[]) {
    const template = compileTemplate(pods("web", { count, spec }));
    const rest = others.map((other, index) =>
        compileTemplate(
            pods(`other-${index}`, { labels: { app: "web", other: String(index) }, ...other }),
        ),
    );
    const isAsked = ({ labels }: { labels: Readonly<Record<string, string>> }) =>
        labels[ZONE] === "a";
    return mostPodsOn([template], { nodes, isAsked, templates: [template, ...rest] });
}

describe("mostPodsOn", () => {
    const cases: readonly [string, number, () => number][] = [
        ["nothing said", 3, () => most(workers("aabbcc"), 3, {})],
        ["a constraint on the zone", 1, () => most(workers("aabbcc"), 3, constraint(spread(ZONE)))],
        [
            "two replicas over three zones",
            1,
            () => most(workers("abc"), 2, constraint(spread(ZONE))),
        ],
        [
            "five replicas over three zones",
            2,
            () => most(workers("abc"), 5, constraint(spread(ZONE))),
        ],
        [
            "three replicas over two zones",
            2,
            () => most(workers("ab"), 3, constraint(spread(ZONE))),
        ],
        ["one zone", 3, () => most(workers("aa"), 3, constraint(spread(ZONE)))],
        [
            "a skew of two",
            2,
            () => most(workers("abc"), 3, constraint(spread(ZONE, { maxSkew: 2 }))),
        ],
        [
            "a wish",
            3,
            () =>
                most(
                    workers("abc"),
                    3,
                    constraint(spread(ZONE, { whenUnsatisfiable: "ScheduleAnyway" })),
                ),
        ],
        [
            "a constraint whose selector matches others",
            3,
            () =>
                most(
                    workers("abc"),
                    3,
                    constraint(spread(ZONE, { labelSelector: { matchLabels: { app: "db" } } })),
                ),
        ],
        [
            "a constraint without a selector",
            3,
            () => most(workers("abc"), 3, constraint(spread(ZONE, { labelSelector: undefined }))),
        ],
        [
            "a constraint on the node",
            2,
            () => most(workers("aabbcc"), 3, constraint(spread(HOSTNAME))),
        ],
        [
            "anti-affinity by node",
            2,
            () => most(workers("aabbcc"), 3, { affinity: apart(HOSTNAME) }),
        ],
        ["anti-affinity by zone", 1, () => most(workers("aabbcc"), 3, { affinity: apart(ZONE) })],
        [
            "preferred anti-affinity",
            3,
            () => most(workers("aabbcc"), 3, { affinity: apart(ZONE, "preferred") }),
        ],
        [
            "anti-affinity by a label that no node has",
            3,
            () => most(workers("abc"), 3, { affinity: apart("rack") }),
        ],
        [
            "a selector of the asked nodes",
            3,
            () =>
                most(workers("abc"), 3, {
                    ...constraint(spread(ZONE)),
                    nodeSelector: { [ZONE]: "a" },
                }),
        ],
        [
            "a selector of other nodes",
            0,
            () => most(workers("abc"), 3, { nodeSelector: { [ZONE]: "b" } }),
        ],
        [
            // The others may fill the other zones, so that two are allowed in this one.
            "others that the selector counts",
            2,
            () => most(workers("abc"), 2, constraint(spread(ZONE)), { count: 2 }),
        ],
        [
            "others in another namespace",
            1,
            () =>
                most(workers("abc"), 2, constraint(spread(ZONE)), {
                    count: 4,
                    namespace: "elsewhere",
                }),
        ],
    ];
    for (const [what, wanted, found] of cases) {
        it(`${what}: ${wanted}`, () => {
            assert.equal(found(), wanted);
        });
    }

    const closed = node("control", {
        zone: "d",
        taints: [{ key: "closed", value: "", effect: "NoSchedule" }],
    });

    it("lets a zone that counts but takes no pod keep all others at the skew", () => {
        const nodes = [...workers("ab"), closed];
        assert.equal(most(nodes, 3, constraint(spread(ZONE))), 1);
    });

    it("leaves out a closed zone where taints are honored", () => {
        const nodes = [...workers("ab"), closed];
        assert.equal(most(nodes, 3, constraint(spread(ZONE, { nodeTaintsPolicy: "Honor" }))), 2);
    });

    it("counts a zone that is missing for minDomains as empty", () => {
        const nodes = workers("ab");
        assert.equal(most(nodes, 3, constraint(spread(ZONE, { minDomains: 3 }))), 1);
    });

    it("adds up several sets unless a constraint of all holds for their sum", () => {
        const sum = (spec: Inputs) => {
            const templates = ["one", "two"].map((name) =>
                compileTemplate(pods(name, { labels: { app: "web", name }, count: 2, spec })),
            );
            return mostPodsOn(templates, {
                nodes: workers("aabbcc"),
                isAsked: ({ labels }) => labels[ZONE] === "a",
                templates,
            });
        };
        assert.equal(sum({}), 4);
        assert.equal(sum({ affinity: apart(ZONE) }), 1);
        assert.equal(sum({ affinity: apart(HOSTNAME) }), 2);
        assert.equal(sum(constraint(spread(ZONE))), 2);
    });
});

function constraint(...topologySpreadConstraints: Inputs[]): Inputs {
    return { topologySpreadConstraints };
}
