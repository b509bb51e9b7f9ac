/**
 * Cilium's policies as Cilium v1.20 decides them (pkg/policy/lookup.go): each case was asked of its
 * policy engine too.
 */
import * as assert from "node:assert/strict";
import type { Inputs, Resource } from "../../harness";
import { cilium, clusterwide, policy, PODS, world } from "./world";

const A = { matchLabels: { pod: "a" } };
const B = { matchLabels: { pod: "b" } };
const NAMESPACE = "k8s:io.kubernetes.pod.namespace";
const LABELS = "k8s:io.cilium.k8s.namespace.labels.";
const toPort = (port: string, more: Inputs = {}) => [{ ports: [{ port, ...more }] }];
const into = (spec: Inputs) => cilium({ endpointSelector: A, ...spec });
const anywhere = (spec: Inputs) => clusterwide({ endpointSelector: A, ...spec });

const inX = PODS.filter((name) => name.startsWith("x/"));
const inY = PODS.filter((name) => name.startsWith("y/"));
const others = (names: readonly string[]) => names.filter((name) => name !== "x/a");

/** Who reaches port 80 of x/a. */
const cases: Record<string, [Resource | Resource[], readonly string[]]> = {
    "an empty rule allows nobody": [into({ ingress: [{}] }), []],
    "an empty list of rules isolates nobody": [into({ ingress: [], egress: [{}] }), others(PODS)],
    "rules for egress leave ingress open": [into({ egress: [{}] }), others(PODS)],
    "a rule with ports only is for everybody": [
        into({ ingress: [{ toPorts: toPort("80") }] }),
        others(PODS),
    ],
    "an empty list of endpoints is nobody": [into({ ingress: [{ fromEndpoints: [] }] }), []],
    "an empty selector is the namespace": [
        into({ ingress: [{ fromEndpoints: [{}] }] }),
        others(inX),
    ],
    "an empty selector of a clusterwide policy is every pod": [
        anywhere({ ingress: [{ fromEndpoints: [{}] }] }),
        others(PODS),
    ],
    "labels stay in the namespace": [into({ ingress: [{ fromEndpoints: [B] }] }), ["x/b"]],
    "labels of a clusterwide policy do not": [
        anywhere({ ingress: [{ fromEndpoints: [B] }] }),
        ["x/b", "y/b", "z/b"],
    ],
    "labels may say their source": [
        into({ ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:pod": "b" } }] }] }),
        ["x/b"],
    ],
    "labels of another source select nothing": [
        into({ ingress: [{ fromEndpoints: [{ matchLabels: { "container:pod": "b" } }] }] }),
        [],
    ],
    "a namespace is a label": [
        into({ ingress: [{ fromEndpoints: [{ matchLabels: { [NAMESPACE]: "y" } }] }] }),
        inY,
    ],
    "a namespace and labels must both match": [
        into({
            ingress: [{ fromEndpoints: [{ matchLabels: { [NAMESPACE]: "y", pod: "b" } }] }],
        }),
        ["y/b"],
    ],
    "a namespace may be an expression": [
        into({
            ingress: [
                {
                    fromEndpoints: [
                        {
                            ...B,
                            matchExpressions: [
                                { key: NAMESPACE, operator: "NotIn", values: ["x"] },
                            ],
                        },
                    ],
                },
            ],
        }),
        ["y/b", "z/b"],
    ],
    "any namespace may be meant": [
        into({
            ingress: [
                {
                    fromEndpoints: [
                        { ...B, matchExpressions: [{ key: NAMESPACE, operator: "Exists" }] },
                    ],
                },
            ],
        }),
        ["x/b", "y/b", "z/b"],
    ],
    "labels of namespaces have a prefix": [
        into({ ingress: [{ fromEndpoints: [{ matchLabels: { [`${LABELS}team`]: "own" } }] }] }),
        others([...inX, ...inY]),
    ],
    "the own cluster is the default one": [
        anywhere({
            ingress: [
                { fromEndpoints: [{ matchLabels: { "io.cilium.k8s.policy.cluster": "far" } }] },
            ],
        }),
        [],
    ],
    "a policy governs no other namespace than its own": [
        cilium({ endpointSelector: { matchLabels: { [NAMESPACE]: "x" } }, ingress: [{}] }, "y"),
        others(PODS),
    ],
    "a clusterwide policy governs the namespace that it selects": [
        clusterwide({ endpointSelector: { matchLabels: { [NAMESPACE]: "x" } }, ingress: [{}] }),
        [],
    ],
    "a port may have any protocol": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("80") }] }),
        ["x/b"],
    ],
    "the other protocol opens nothing": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("80", { protocol: "UDP" }) }] }),
        [],
    ],
    "a protocol may be written small": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("80", { protocol: "tcp" }) }] }),
        ["x/b"],
    ],
    "port 0 is every port": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("0") }] }),
        ["x/b"],
    ],
    "a range of ports": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("79", { endPort: 81 }) }] }),
        ["x/b"],
    ],
    "a name in any letters": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: toPort("SERVE-80-tcp") }] }),
        ["x/b"],
    ],
    "no ports in a list of ports is no port": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: [{ ports: [] }] }] }),
        [],
    ],
    "an empty list of lists is every port": [
        into({ ingress: [{ fromEndpoints: [B], toPorts: [] }] }),
        ["x/b"],
    ],
    "a rule for ICMP opens no port": [
        into({
            ingress: [{ fromEndpoints: [B], icmps: [{ fields: [{ type: 8, family: "IPv4" }] }] }],
        }),
        [],
    ],
    "the entity cluster is every pod": [
        into({ ingress: [{ fromEntities: ["cluster"] }] }),
        others(PODS),
    ],
    "the entity world is no pod": [into({ ingress: [{ fromEntities: ["world"] }] }), []],
    "addresses are no pods": [into({ ingress: [{ fromCIDR: ["0.0.0.0/0"] }] }), []],
    "a rule that denies wins": [
        into({ ingress: [{ fromEntities: ["all"] }], ingressDeny: [{ fromEndpoints: [B] }] }),
        PODS.filter((name) => name !== "x/a" && name !== "x/b"),
    ],
    "a rule that denies wins over NetworkPolicies too": [
        [
            policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
            into({ ingressDeny: [{ fromEndpoints: [B] }], enableDefaultDeny: { ingress: false } }),
        ],
        ["x/c"],
    ],
    "a rule that denies isolates as well": [into({ ingressDeny: [{ fromEndpoints: [B] }] }), []],
    "a rule that denies denies its ports only": [
        into({
            ingress: [{ fromEndpoints: [{}] }],
            ingressDeny: [{ fromEndpoints: [B], toPorts: toPort("81") }],
        }),
        ["x/b", "x/c"],
    ],
    "an empty rule denies nobody": [
        into({ ingressDeny: [{}], enableDefaultDeny: { ingress: false } }),
        others(PODS),
    ],
    "without default deny a rule isolates nobody": [
        into({ ingress: [{ fromEndpoints: [B] }], enableDefaultDeny: { ingress: false } }),
        others(PODS),
    ],
    "without default deny a rule still adds to those of others": [
        [
            policy({ podSelector: {} }),
            into({ ingress: [{ fromEndpoints: [B] }], enableDefaultDeny: { ingress: false } }),
        ],
        ["x/b"],
    ],
    "default deny without rules does nothing": [
        into({ egress: [{}], enableDefaultDeny: { ingress: true } }),
        others(PODS),
    ],
    "a selector of reserved labels is no pod": [
        into({ ingress: [{ fromEndpoints: [{ matchLabels: { "reserved:host": "" } }] }] }),
        [],
    ],
    "rules for nodes concern no pod": [
        clusterwide({ nodeSelector: {}, ingress: [{}] }),
        others(PODS),
    ],
};

describe("paths between pods under Cilium's policies", () => {
    for (const [title, [policies, expected]] of Object.entries(cases)) {
        it(title, () => {
            const open = world([policies].flat()).open();
            const sources = open.filter((pair) => pair.endsWith(" x/a"));
            assert.deepEqual(
                sources.map((pair) => pair.split(" ")[0]),
                expected,
            );
        });
    }

    it("reads every spec of a policy", () => {
        const { metadata, ...rest } = cilium({}).inputs;
        const both = [
            { endpointSelector: A, ingress: [{ fromEndpoints: [B] }] },
            { endpointSelector: A, ingress: [{ fromEndpoints: [{ matchLabels: { pod: "c" } }] }] },
        ];
        const base = cilium({});
        const open = world([
            { ...base, inputs: { ...rest, metadata, spec: undefined, specs: both } },
        ]).open();
        assert.deepEqual(
            open.filter((pair) => pair.endsWith(" x/a")),
            ["x/b x/a", "x/c x/a"],
        );
    });

    it("says nothing about rules for groups, nodes or Services", () => {
        for (const rule of [
            { toGroups: [{ aws: {} }] },
            { toNodes: [{}] },
            { toServices: [{ k8sService: { serviceName: "db", namespace: "x" } }] },
            { toCIDRSet: [{ cidrGroupRef: "office" }] },
        ]) {
            const { lets, pods } = world([into({ egress: [rule] })]);
            assert.equal(lets("egress", "x/a", pods("x/b")), "unknown", JSON.stringify(rule));
        }
        const { lets, pods } = world([
            into({ egress: [{ toEndpoints: [{}] }], egressDeny: [{ toGroups: [{ aws: {} }] }] }),
        ]);
        assert.equal(lets("egress", "x/a", pods("x/b")), "unknown");
    });
});
