/**
 * NetworkPolicies as Kubernetes means them: the decisive truth tables of its conformance tests
 * (kubernetes v1.35, test/e2e/network/netpol) and of network-policy-api's generator, in own words.
 */
import * as assert from "node:assert/strict";
import type { Inputs, Resource } from "../../harness";
import { named, not, pod, PODS, policy, world } from "./world";

/** Which of all pairs of pods get through. */
type Table = (from: string, to: string) => boolean;

const all: Table = () => true;
const inside = (name: string) => name.startsWith("x/");
const toA = (allowed: (from: string) => boolean): Table => {
    return (from, to) => to !== "x/a" || allowed(from);
};
const fromX = (allowed: (to: string) => boolean): Table => {
    return (from, to) => !inside(from) || allowed(to);
};

const TCP = (port?: unknown, endPort?: number) => ({ protocol: "TCP", port, endPort });
const ingress = (rule: Inputs, selector: Inputs = pod("a")) =>
    policy({ podSelector: selector, ingress: [rule], policyTypes: ["Ingress"] });
const egress = (rule: Inputs, selector: Inputs = pod("a")) =>
    policy({ podSelector: selector, egress: [rule], policyTypes: ["Egress"] });

const cases: Record<string, [Resource[], Table, (readonly [number, string])?]> = {
    "no policy isolates nobody": [[], all],
    "an empty policy denies every ingress of its namespace": [
        [policy({ podSelector: {} })],
        (_from, to) => !inside(to),
    ],
    "an absent podSelector is the empty one": [[policy({})], (_from, to) => !inside(to)],
    "both types without rules deny both ways": [
        [policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })],
        (from, to) => !inside(from) && !inside(to),
    ],
    "egress alone leaves ingress open": [
        [policy({ podSelector: {}, policyTypes: ["Egress"] })],
        (from) => !inside(from),
    ],
    "egress rules govern egress besides ingress where no types are named": [
        [policy({ podSelector: {}, egress: [{}] })],
        (_from, to) => !inside(to),
    ],
    "an empty list of egress rules does not": [
        [policy({ podSelector: {}, egress: [] })],
        (_from, to) => !inside(to),
    ],
    "rules of a type that is not named have no effect": [
        [
            policy({
                podSelector: {},
                ingress: [{ from: [{ podSelector: pod("b") }] }],
                policyTypes: ["Egress"],
                egress: [{}],
            }),
        ],
        all,
    ],
    "a policy governs the pods that it selects": [
        [policy({ podSelector: pod("a") })],
        toA(() => false),
    ],
    "a pod selector stays in the namespace": [
        [ingress({ from: [{ podSelector: pod("b") }] })],
        toA((from) => from === "x/b"),
    ],
    "an empty pod selector is the whole namespace": [
        [ingress({ from: [{ podSelector: {} }] })],
        toA(inside),
    ],
    "an empty namespace selector is every namespace": [
        [ingress({ from: [{ namespaceSelector: {} }] })],
        all,
    ],
    "a namespace selector is all of its pods": [
        [ingress({ from: [{ namespaceSelector: named("y") }] })],
        toA((from) => from.startsWith("y/")),
    ],
    "two selectors in one peer must both match": [
        [ingress({ from: [{ namespaceSelector: not("x"), podSelector: pod("b") }] })],
        toA((from) => from === "y/b" || from === "z/b"),
    ],
    "two peers are alternatives": [
        [ingress({ from: [{ namespaceSelector: not("x") }, { podSelector: pod("b") }] })],
        toA((from) => !inside(from) || from === "x/b"),
    ],
    "NotIn selects what lacks the label": [
        [
            ingress({
                from: [
                    {
                        podSelector: {
                            matchExpressions: [{ key: "no", operator: "NotIn", values: ["a"] }],
                        },
                    },
                ],
            }),
        ],
        toA(inside),
    ],
    "a label with another value selects nothing": [
        [ingress({ from: [{ podSelector: { matchLabels: { pod: "" } } }] })],
        toA(() => false),
    ],
    "an absent from is everybody": [[ingress({ ports: [TCP(80)] })], all],
    "an empty from is everybody": [[ingress({ from: [], ports: [TCP(80)] })], all],
    "a rule opens its port only": [
        [ingress({ from: [{ namespaceSelector: named("y") }], ports: [TCP(81)] })],
        toA(() => false),
    ],
    "policies add up": [
        [
            ingress({ from: [{ namespaceSelector: named("y") }], ports: [TCP(81)] }),
            ingress({ from: [{ namespaceSelector: named("y") }], ports: [TCP(80)] }),
        ],
        toA((from) => from.startsWith("y/")),
    ],
    "what allows all wins over what allows less": [
        [ingress({ ports: [TCP(81)] }, {}), ingress({}, {})],
        all,
    ],
    "an empty list of ports is every port": [[ingress({ ports: [] })], all],
    "a name opens the port of that name": [[ingress({ ports: [TCP("serve-80-tcp")] })], all],
    "a name does not open another port": [
        [ingress({ ports: [TCP("serve-81-tcp")] })],
        toA(() => false),
    ],
    "a name of the other protocol opens nothing": [
        [ingress({ ports: [TCP("serve-80-udp")] })],
        toA(() => false),
    ],
    "a name that no container has opens nothing": [
        [ingress({ ports: [TCP("serve")] })],
        toA(() => false),
    ],
    "a name means the port of the destination": [
        [egress({ ports: [TCP("serve-80-tcp")] }, {})],
        all,
    ],
    "a name of another port closes egress": [
        [egress({ ports: [TCP("serve-81-tcp")] }, {})],
        fromX(() => false),
    ],
    "a range opens its first port": [[ingress({ ports: [TCP(80, 81)] })], all],
    "a range opens its last port": [[ingress({ ports: [TCP(79, 80)] })], all],
    "a range opens nothing outside": [[ingress({ ports: [TCP(81, 90)] })], toA(() => false)],
    "a protocol without port is all of its ports": [[ingress({ ports: [TCP()] })], all],
    "a protocol without port closes the others": [
        [ingress({ ports: [TCP()] })],
        toA(() => false),
        [80, "UDP"],
    ],
    "a port without protocol is TCP": [
        [ingress({ ports: [{ port: 80 }] })],
        toA(() => false),
        [80, "UDP"],
    ],
    "SCTP is not TCP": [
        [ingress({ ports: [{ port: 81, protocol: "SCTP" }] })],
        toA(() => false),
        [81, "TCP"],
    ],
    "SCTP opens SCTP": [[ingress({ ports: [{ port: 81, protocol: "SCTP" }] })], all, [81, "SCTP"]],
    "egress goes where its peers are": [
        [egress({ to: [{ namespaceSelector: named("y"), podSelector: pod("a") }] }, {})],
        fromX((to) => to === "y/a"),
    ],
    "both ends must agree": [
        [
            egress({ to: [{ namespaceSelector: named("y"), podSelector: pod("a") }] }, {}),
            policy(
                {
                    podSelector: pod("a", "b"),
                    ingress: [{ from: [{ namespaceSelector: named("x") }] }],
                },
                "y",
            ),
        ],
        (from, to) => {
            const goesOut = !inside(from) || to === "y/a";
            const comesIn = (to !== "y/a" && to !== "y/b") || inside(from);
            return goesOut && comesIn;
        },
    ],
    "ingress and egress of a pod are independent": [
        [egress({}), policy({ podSelector: pod("a"), policyTypes: ["Ingress"] })],
        toA(() => false),
    ],
    "addresses are not those of pods": [
        [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })],
        toA(() => false),
    ],
};

describe("paths between pods under NetworkPolicies", () => {
    for (const [title, [policies, table, [port, protocol] = [80, "TCP"]]] of Object.entries(
        cases,
    )) {
        it(title, () => {
            const expected = PODS.flatMap((from) =>
                PODS.filter((to) => to !== from && table(from, to)).map((to) => `${from} ${to}`),
            );
            assert.deepEqual(world(policies).open(port, protocol), expected);
        });
    }

    it("leaves pods on the network of their node alone, who are the node to others", () => {
        const blocked = [policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })];
        const onHost = ["x/a"];
        assert.ok(world(blocked, { onHost }).open().includes("y/a x/a"));
        assert.ok(!world(blocked, { onHost }).open().includes("x/a x/b"));
        const byPods = ingress({ from: [{ podSelector: pod("a") }] }, pod("b"));
        assert.ok(!world([byPods], { onHost }).open().includes("x/a x/b"));
        const byAddress = ingress({ from: [{ ipBlock: { cidr: "192.168.68.0/24" } }] }, pod("b"));
        assert.ok(world([byAddress], { onHost }).open().includes("x/a x/b"));
    });
});
