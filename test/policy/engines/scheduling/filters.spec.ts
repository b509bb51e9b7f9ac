import * as assert from "node:assert/strict";
import { volumesOf } from "../../../../policy/engines/scheduling/pod-volumes";
import { ALONE } from "../../../../policy/engines/scheduling/template";
import { Facts, toFact } from "../../../../policy/kernel/facts";
import { type Inputs, object } from "../../harness";
import { fact, HOSTNAME, near, node, placed, pods, reasons, spread, ZONE } from "./clusters";

const TAINT = { key: "dedicated", value: "db", effect: "NoSchedule" };
const two = [node("a"), node("b", { zone: "b" })];
const affinity = (kind: string, required: Inputs) => ({ spec: { affinity: { [kind]: required } } });

describe("the scheduler's filters", () => {
    describe("resources", () => {
        for (const [resource, set] of [
            ["cpu", pods("big", { cpu: "4001m" })],
            ["memory", pods("big", { memory: "8193Mi" })],
        ] as const) {
            it(`wants enough ${resource}`, () => {
                assert.deepEqual(reasons([node("a")], set), { a: `resource ${resource}` });
            });
        }

        it("fills a node to the last byte", () => {
            assert.deepEqual(reasons([node("a")], pods("x", { cpu: "4", memory: "8Gi" })), {
                a: "",
            });
        });

        it("counts what is there already", () => {
            const half = pods("half", { memory: "5Gi" });
            assert.deepEqual(reasons(two, pods("x", { memory: "4Gi" }), [[half, "a"]]), {
                a: "resource memory",
                b: "",
            });
        });

        it("wants extended resources, which a node may not have", () => {
            const set = pods("gpu", {
                spec: {
                    containers: [{ name: "x", resources: { limits: { "example.com/gpu": "1" } } }],
                },
            });
            assert.deepEqual(reasons([node("a")], set), { a: "resource example.com/gpu" });
        });

        it("knows the number of pods that a node takes", () => {
            const small = [node("a", { pods: 1 }), node("b")];
            assert.deepEqual(reasons(small, pods("x"), [[pods("y"), "a"]]), { a: "pods", b: "" });
        });
    });

    describe("node selectors", () => {
        const nodes = [node("a", { labels: { disk: "ssd", size: "5" } }), node("b")];
        const term = (...matchExpressions: Inputs[]) => ({
            spec: {
                affinity: {
                    nodeAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: {
                            nodeSelectorTerms: [{ matchExpressions }],
                        },
                    },
                },
            },
        });
        const only = (name: "a" | "b") => ({
            a: "node selector",
            b: "node selector",
            [name]: "",
        });
        const cases: [string, ReturnType<typeof pods>, Inputs][] = [
            ["a label", pods("x", { spec: { nodeSelector: { disk: "ssd" } } }), only("a")],
            ["a name", pods("x", { spec: { nodeName: "b" } }), only("b")],
            ["In", pods("x", term({ key: "disk", operator: "In", values: ["ssd"] })), only("a")],
            [
                "NotIn",
                pods("x", term({ key: "disk", operator: "NotIn", values: ["ssd"] })),
                only("b"),
            ],
            ["Exists", pods("x", term({ key: "disk", operator: "Exists" })), only("a")],
            ["DoesNotExist", pods("x", term({ key: "disk", operator: "DoesNotExist" })), only("b")],
            ["Gt", pods("x", term({ key: "size", operator: "Gt", values: ["4"] })), only("a")],
            [
                "not Lt",
                pods("x", term({ key: "size", operator: "Lt", values: ["5"] })),
                {
                    a: "node selector",
                    b: "node selector",
                },
            ],
            [
                "an empty term, which selects nothing",
                pods("x", term()),
                {
                    a: "node selector",
                    b: "node selector",
                },
            ],
        ];
        for (const [title, set, wanted] of cases) {
            it(`understand ${title}`, () => {
                assert.deepEqual(reasons(nodes, set), wanted);
            });
        }
    });

    describe("taints", () => {
        const nodes = [node("a", { taints: [TAINT] })];
        const cases: [string, Inputs[], string][] = [
            ["no toleration", [], "taint"],
            ["another key", [{ key: "other", operator: "Exists" }], "taint"],
            ["another value", [{ key: "dedicated", value: "web" }], "taint"],
            [
                "another effect",
                [{ key: "dedicated", operator: "Exists", effect: "NoExecute" }],
                "taint",
            ],
            ["the value", [{ key: "dedicated", operator: "Equal", value: "db" }], ""],
            ["the key", [{ key: "dedicated", operator: "Exists" }], ""],
            ["everything", [{ operator: "Exists" }], ""],
        ];
        for (const [title, tolerations, wanted] of cases) {
            it(`with a toleration of ${title}: ${wanted || "fits"}`, () => {
                assert.deepEqual(reasons(nodes, pods("x", { spec: { tolerations } })), {
                    a: wanted,
                });
            });
        }

        it("that are merely preferred keep nobody away", () => {
            const preferred = node("a", { taints: [{ ...TAINT, effect: "PreferNoSchedule" }] });
            assert.deepEqual(reasons([preferred], pods("x")), { a: "" });
        });
    });

    describe("host ports", () => {
        const withPort = (name: string, port: Inputs, more: Inputs = {}) =>
            pods(name, { spec: { containers: [{ name, ports: [port] }], ...more } });
        const first = withPort("first", { containerPort: 80, hostPort: 80 });
        const cases: [string, ReturnType<typeof pods>, string][] = [
            ["the same port", withPort("x", { containerPort: 1, hostPort: 80 }), "host port"],
            ["another port", withPort("x", { containerPort: 1, hostPort: 81 }), ""],
            ["another protocol", withPort("x", { hostPort: 80, protocol: "UDP" }), ""],
            ["an address", withPort("x", { hostPort: 80, hostIP: "10.0.0.1" }), "host port"],
            ["no host port", withPort("x", { containerPort: 80 }), ""],
            [
                "the host's network",
                withPort("x", { containerPort: 80 }, { hostNetwork: true }),
                "host port",
            ],
            [
                "a sidecar",
                pods("x", {
                    spec: {
                        containers: [{ name: "m" }],
                        initContainers: [
                            { name: "s", restartPolicy: "Always", ports: [{ hostPort: 80 }] },
                        ],
                    },
                }),
                "host port",
            ],
            [
                "an init container",
                pods("x", {
                    spec: {
                        containers: [{ name: "m" }],
                        initContainers: [{ name: "i", ports: [{ hostPort: 80 }] }],
                    },
                }),
                "",
            ],
        ];
        for (const [title, set, wanted] of cases) {
            it(`beside a pod with port 80, ${title}: ${wanted || "fits"}`, () => {
                assert.deepEqual(reasons([node("a")], set, [[first, "a"]]), { a: wanted });
            });
        }

        it("on different addresses do not meet", () => {
            const on = (name: string, hostIP: string) => withPort(name, { hostPort: 80, hostIP });
            assert.deepEqual(
                reasons([node("a")], on("x", "10.0.0.1"), [[on("y", "10.0.0.2"), "a"]]),
                { a: "" },
            );
        });
    });

    describe("anti-affinity", () => {
        const web = pods("web");

        it("keeps away from the pods that it names", () => {
            const shy = pods("shy", affinity("podAntiAffinity", near("web")));
            assert.deepEqual(reasons(two, shy, [[web, "a"]]), { a: "anti-affinity", b: "" });
        });

        it("keeps others away just the same", () => {
            const shy = pods("shy", affinity("podAntiAffinity", near("web")));
            assert.deepEqual(reasons(two, web, [[shy, "a"]]), { a: "anti-affinity", b: "" });
        });

        it("counts whole topologies", () => {
            const nodes = [node("a"), node("b"), node("c", { zone: "b" })];
            const shy = pods("shy", affinity("podAntiAffinity", near("web", ZONE)));
            assert.deepEqual(reasons(nodes, shy, [[web, "a"]]), {
                a: "anti-affinity",
                b: "anti-affinity",
                c: "",
            });
        });

        it("does not mind nodes without the label", () => {
            const shy = pods("shy", affinity("podAntiAffinity", near("web", "rack")));
            assert.deepEqual(reasons(two, shy, [[web, "a"]]), { a: "", b: "" });
        });

        it("means the own namespace unless it says otherwise", () => {
            const elsewhere = pods("web", { namespace: "other" });
            const shy = (more: Inputs) =>
                pods("shy", affinity("podAntiAffinity", near("web", HOSTNAME, more)));
            const around = {
                ...ALONE,
                namespaces: new Map<string, Record<string, string>>([
                    ["default", {}],
                    ["other", { team: "x" }],
                ]),
            };
            const on = (more: Inputs) => reasons(two, shy(more), [[elsewhere, "a"]], around).a;
            assert.equal(on({}), "");
            assert.equal(on({ namespaces: ["other"] }), "anti-affinity");
            assert.equal(on({ namespaceSelector: {} }), "anti-affinity");
            assert.equal(
                on({ namespaceSelector: { matchLabels: { team: "x" } } }),
                "anti-affinity",
            );
            assert.equal(on({ namespaceSelector: { matchLabels: { team: "y" } } }), "");
        });

        it("knows the pod's own values of labels", () => {
            const labels = { app: "web", version: "1" };
            const shy = (keys: Inputs, version: string) =>
                pods("shy", {
                    ...affinity("podAntiAffinity", near("web", HOSTNAME, keys)),
                    labels: { app: "shy", version },
                });
            const on = (keys: Inputs, version: string) =>
                reasons(two, shy(keys, version), [[pods("web", { labels }), "a"]]).a;
            assert.equal(on({ matchLabelKeys: ["version"] }, "1"), "anti-affinity");
            assert.equal(on({ matchLabelKeys: ["version"] }, "2"), "");
            assert.equal(on({ mismatchLabelKeys: ["version"] }, "1"), "");
            assert.equal(on({ mismatchLabelKeys: ["version"] }, "2"), "anti-affinity");
        });
    });

    describe("affinity", () => {
        const fond = pods("fond", affinity("podAffinity", near("web")));

        it("wants a pod nearby", () => {
            assert.deepEqual(reasons(two, fond, [[pods("web"), "a"]]), { a: "", b: "affinity" });
            assert.deepEqual(reasons(two, fond), { a: "affinity", b: "affinity" });
        });

        it("lets the first of a group that wants itself begin", () => {
            const group = pods("web", affinity("podAffinity", near("web")));
            assert.deepEqual(reasons(two, group), { a: "", b: "" });
            assert.deepEqual(reasons(two, group, [[group, "a"]]), { a: "", b: "affinity" });
        });

        it("wants all terms met by the same pods", () => {
            const both = pods("fond", {
                spec: {
                    affinity: {
                        podAffinity: {
                            requiredDuringSchedulingIgnoredDuringExecution: [
                                {
                                    labelSelector: { matchLabels: { app: "web" } },
                                    topologyKey: HOSTNAME,
                                },
                                {
                                    labelSelector: { matchLabels: { tier: "x" } },
                                    topologyKey: ZONE,
                                },
                            ],
                        },
                    },
                },
            });
            const half = pods("web");
            const whole = pods("web", { labels: { app: "web", tier: "x" } });
            assert.equal(reasons(two, both, [[half, "a"]]).a, "affinity");
            assert.deepEqual(reasons(two, both, [[whole, "a"]]), { a: "", b: "affinity" });
        });
    });

    describe("topology spread", () => {
        const three = [node("a"), node("b"), node("c", { zone: "b" })];
        const web = (changes: Inputs = {}, more: Inputs = {}) =>
            pods("web", { spec: { ...spread("web", changes), ...more } });

        it("keeps the skew", () => {
            assert.deepEqual(reasons(three, web(), [[web(), "a"]]), {
                a: "topology spread",
                b: "",
                c: "",
            });
            assert.equal(reasons(three, web({ maxSkew: 2 }), [[web(), "a"]]).a, "");
        });

        it("counts whole topologies", () => {
            assert.deepEqual(reasons(three, web({ topologyKey: ZONE }), [[web(), "a"]]), {
                a: "topology spread",
                b: "topology spread",
                c: "",
            });
        });

        it("may be a mere wish", () => {
            const wish = web({ whenUnsatisfiable: "ScheduleAnyway" });
            assert.equal(reasons(three, wish, [[wish, "a"]]).a, "");
        });

        it("wants the label on the node", () => {
            assert.equal(reasons(three, web({ topologyKey: "rack" })).a, "topology spread");
        });

        it("takes too few domains for an empty one more", () => {
            const one = [node("a")];
            assert.equal(reasons(one, web({ minDomains: 2 }), [[web(), "a"]]).a, "topology spread");
            assert.equal(reasons(one, web(), [[web(), "a"]]).a, "");
        });

        it("counts tainted nodes unless told otherwise", () => {
            const nodes = [node("a"), node("b", { taints: [TAINT] })];
            const on = (changes: Inputs) => reasons(nodes, web(changes), [[web(), "a"]]).a;
            assert.equal(on({}), "topology spread");
            assert.equal(on({ nodeTaintsPolicy: "Honor" }), "");
        });

        it("leaves nodes out that the pod does not want unless told otherwise", () => {
            const nodes = [node("a", { labels: { disk: "ssd" } }), node("b")];
            const on = (changes: Inputs) =>
                reasons(nodes, web(changes, { nodeSelector: { disk: "ssd" } }), [[web(), "a"]]).a;
            assert.equal(on({}), "");
            assert.equal(on({ nodeAffinityPolicy: "Ignore" }), "topology spread");
        });

        it("counts only pods with the same values of labels where it says so", () => {
            const of = (version: string) =>
                pods("web", {
                    labels: { app: "web", version },
                    spec: spread("web", { matchLabelKeys: ["version"] }),
                });
            assert.equal(reasons(three, of("2"), [[of("1"), "a"]]).a, "");
            assert.equal(reasons(three, of("1"), [[of("1"), "a"]]).a, "topology spread");
        });

        it("counts only the own namespace", () => {
            const elsewhere = pods("web", { namespace: "other" });
            assert.equal(reasons(three, web(), [[elsewhere, "a"]]).a, "");
        });

        it("with an empty selector counts nothing", () => {
            const all = web({ labelSelector: {} });
            assert.equal(
                reasons(three, all, [
                    [all, "a"],
                    [all, "a"],
                ]).a,
                "",
            );
        });
    });

    describe("volumes", () => {
        const disk = (name: string, readOnly: boolean) =>
            pods(name, {
                spec: { volumes: [{ name: "d", gcePersistentDisk: { pdName: "d", readOnly } }] },
            });
        const stack = (...manifests: Parameters<typeof object>[0][]) => {
            const facts = new Facts();
            for (const manifest of manifests) {
                const { urn, type, name, inputs } = object(manifest);
                facts.collect(
                    toFact({ urn, type, name, props: inputs, opts: fact.options } as Parameters<
                        typeof toFact
                    >[0]),
                );
            }
            return { ...ALONE, volumes: volumesOf(facts) };
        };
        const claimed = (name: string) =>
            pods(name, {
                spec: { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "d" } }] },
            });
        const claim = (spec: Inputs) => ({
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "d", namespace: "default" },
            spec,
        });

        it("are shared on a node only for reading", () => {
            const on = (first: boolean, second: boolean) =>
                reasons(two, disk("x", first), [[disk("y", second), "a"]], stack()).a;
            assert.equal(on(true, true), "");
            assert.equal(on(true, false), "volume");
            assert.equal(on(false, true), "volume");
        });

        it("for one pod are for one pod in the cluster", () => {
            const around = stack(claim({ accessModes: ["ReadWriteOncePod"] }));
            assert.deepEqual(reasons(two, claimed("x"), [[claimed("y"), "a"]], around), {
                a: "volume",
                b: "volume",
            });
            const shared = stack(claim({ accessModes: ["ReadWriteOnce"] }));
            assert.equal(reasons(two, claimed("x"), [[claimed("y"), "a"]], shared).a, "");
        });

        it("bind a pod to where they are", () => {
            const volume = {
                apiVersion: "v1",
                kind: "PersistentVolume",
                metadata: { name: "v" },
                spec: {
                    nodeAffinity: {
                        required: {
                            nodeSelectorTerms: [
                                {
                                    matchExpressions: [
                                        { key: HOSTNAME, operator: "In", values: ["b"] },
                                    ],
                                },
                            ],
                        },
                    },
                },
            };
            const around = stack(claim({ volumeName: "v" }), volume);
            assert.deepEqual(reasons(two, claimed("x"), [], around), { a: "node selector", b: "" });
        });

        it("bind a pod to where their class makes them", () => {
            const storageClass = {
                apiVersion: "storage.k8s.io/v1",
                kind: "StorageClass",
                metadata: { name: "zonal" },
                provisioner: "x",
                allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: ["b"] }] }],
            };
            const around = stack(claim({ storageClassName: "zonal" }), storageClass);
            assert.deepEqual(reasons(two, claimed("x"), [], around), { a: "node selector", b: "" });
        });
    });
});

describe("the scheduler", () => {
    it("spreads pods over empty nodes", () => {
        assert.deepEqual(placed([node("a"), node("b")], [pods("x", { count: 2, cpu: "1" })]), {
            x: ["a", "b"],
        });
    });

    it("runs one pod of a DaemonSet on each node that admits it", () => {
        const nodes = [node("a"), node("b", { taints: [TAINT] }), node("c")];
        assert.deepEqual(placed(nodes, [pods("agent", { perNode: true, local: true })]), {
            agent: ["a", "c"],
        });
    });

    it("tries again those that wait for others", () => {
        const fond = pods("fond", affinity("podAffinity", near("web")));
        assert.deepEqual(placed([node("a")], [fond, pods("web")]), { fond: ["a"], web: ["a"] });
    });

    it("evicts lesser pods for important ones, and finds a new place for them", () => {
        const around = { ...ALONE, priority: (name?: string) => (name === "high" ? 1 : 0) };
        const nodes = [node("a", { labels: { disk: "ssd" } }), node("b", { cpu: 1000 })];
        const low = pods("low", { cpu: "800m" });
        const high = pods("high", {
            cpu: "3500m",
            spec: { nodeSelector: { disk: "ssd" }, priorityClassName: "high" },
        });
        assert.deepEqual(placed(nodes, [low, high], around), { low: ["b"], high: ["a"] });
        const equal = placed(nodes, [low, high]);
        assert.deepEqual(equal, { low: ["a"], high: ["-"] });
    });
});
