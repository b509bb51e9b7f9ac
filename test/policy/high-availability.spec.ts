import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    podLabels,
    resource,
    type Resource,
    UNKNOWN,
} from "./harness";

const WEB = "Deployment/apps/web";

describe("HA-01", () => {
    const messages = async (inputs: Inputs) => (await judge([platform(inputs)])).of("HA-01");
    const nodes = (count: number) =>
        Array.from({ length: count }, (_, index) => ({
            name: `control-${index}`,
            address: `192.168.68.10${index + 1}`,
            host: "pve1",
        }));

    it("is met by 3 or 5 control planes behind a free address of the subnet", async () => {
        assert.deepEqual(await messages({}), []);
        assert.deepEqual(await messages({ controlPlanes: nodes(5) }), []);
    });

    for (const count of [0, 1, 2, 4]) {
        it(`is violated by ${count} control planes`, async () => {
            assert.deepEqual(await messages({ controlPlanes: nodes(count) }), [
                `Platform/platform: ${count} control planes; use an odd number from 3 on.`,
            ]);
        });
    }

    it("is violated by an absent list of control planes", async () => {
        assert.equal((await messages({ controlPlanes: undefined })).length, 1);
    });

    it("is violated without a virtual IP", async () => {
        assert.deepEqual(await messages({ virtualIp: undefined }), [
            "Platform/platform: no virtual IP; set cluster.virtualIp to a free address.",
        ]);
    });

    for (const virtualIp of ["10.0.0.1", "192.168.68.0", "192.168.68.255", "somewhere"]) {
        it(`is violated by the virtual IP ${virtualIp} outside the hosts of the subnet`, async () => {
            assert.deepEqual(await messages({ virtualIp }), [
                `Platform/platform: the virtual IP is "${virtualIp}"; choose a host address inside 192.168.68.0/24.`,
            ]);
        });
    }

    it("is violated by the address of a control plane", async () => {
        assert.deepEqual(await messages({ virtualIp: "192.168.68.102" }), [
            "Platform/platform: the virtual IP 192.168.68.102 is the address of control-2; choose a free one.",
        ]);
    });

    it("is not judged where values are unknown", async () => {
        for (const inputs of [
            { controlPlanes: UNKNOWN },
            { virtualIp: UNKNOWN },
            { nodeNetwork: UNKNOWN },
            { controlPlanes: nodes(3).map((node) => ({ ...node, address: UNKNOWN })) },
        ]) {
            const result = await judge([platform(inputs)]);
            assert.equal(result.verdict("HA-01").verdict, "not judged");
        }
    });

    it("is not applicable to a cluster that was there before", async () => {
        const result = await judge([platform({ source: "existing", controlPlanes: [] })]);
        assert.equal(result.verdict("HA-01").verdict, "not applicable");
    });

    it("is not judged when nobody describes the control plane", async () => {
        assert.equal((await judge([])).verdict("HA-01").verdict, "not judged");
    });
});

describe("HA-04", () => {
    const withReplicas = (replicas: unknown, ...others: Resource[]) =>
        judge([deployment({ spec: { replicas } }), ...others]);
    const critical = platform({ criticalWorkloads: [WEB] });

    it("is met by 2 replicas, and by 3 of a critical workload", async () => {
        assert.deepEqual((await withReplicas(2)).of("HA-04"), []);
        assert.deepEqual((await withReplicas(3, critical)).of("HA-04"), []);
    });

    it("is violated by fewer", async () => {
        assert.deepEqual((await withReplicas(1)).of("HA-04"), [
            `${WEB}: replicas is 1; run at least 2.`,
        ]);
        assert.deepEqual((await withReplicas(2, critical)).of("HA-04"), [
            `${WEB}: replicas is 2; run at least 3 because it is among the critical workloads.`,
        ]);
        assert.equal((await withReplicas(0)).of("HA-04").length, 1);
    });

    it("takes absent replicas as the 1 that Kubernetes runs", async () => {
        assert.deepEqual((await withReplicas(undefined)).of("HA-04"), [
            `${WEB}: replicas is 1; run at least 2.`,
        ]);
    });

    it("is not judged while the number or the list is unknown", async () => {
        assert.equal((await withReplicas(UNKNOWN)).verdict("HA-04").verdict, "not judged");
        const result = await withReplicas(2, platform({ criticalWorkloads: UNKNOWN }));
        assert.equal(result.verdict("HA-04").verdict, "not judged");
    });

    it("counts the minimum of an autoscaler instead", async () => {
        const scaler = (minReplicas?: unknown) =>
            object({
                apiVersion: "autoscaling/v2",
                kind: "HorizontalPodAutoscaler",
                metadata: { name: "web", namespace: "apps" },
                spec: {
                    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
                    minReplicas,
                    maxReplicas: 9,
                },
            });
        assert.deepEqual((await withReplicas(undefined, scaler(2))).of("HA-04"), []);
        assert.equal((await withReplicas(undefined, scaler())).of("HA-04").length, 1);
        const unknown = await withReplicas(3, scaler(UNKNOWN));
        assert.equal(unknown.verdict("HA-04").verdict, "not judged");
    });

    it("counts the minimum of a ScaledObject, which is 0 by default", async () => {
        const scaler = (minReplicaCount?: number) =>
            object({
                apiVersion: "keda.sh/v1alpha1",
                kind: "ScaledObject",
                metadata: { name: "web", namespace: "apps" },
                spec: { scaleTargetRef: { name: "web" }, minReplicaCount },
            });
        assert.deepEqual((await withReplicas(3, scaler(2))).of("HA-04"), []);
        assert.deepEqual((await withReplicas(3, scaler())).of("HA-04"), [
            `${WEB}: replicas is 0; run at least 2.`,
        ]);
    });

    it("judges what operators run", async () => {
        const database = (instances: number) =>
            object({
                apiVersion: "postgresql.cnpg.io/v1",
                kind: "Cluster",
                metadata: { name: "db", namespace: "apps" },
                spec: { instances },
            });
        assert.equal((await judge([database(1)])).of("HA-04").length, 1);
        assert.deepEqual((await judge([database(3)])).of("HA-04"), []);
    });

    it("leaves jobs and DaemonSets alone", async () => {
        const of = (apiVersion: string, kind: string) =>
            object({
                apiVersion,
                kind,
                metadata: { name: "x", namespace: "apps" },
                spec: { template: { spec: { containers: [container()] } } },
            });
        const result = await judge([of("batch/v1", "Job"), of("apps/v1", "DaemonSet")]);
        assert.equal(result.verdict("HA-04").verdict, "not applicable");
    });

    it("is violated by a critical workload that does not exist", async () => {
        const list = platform({ criticalWorkloads: ["Deployment/apps/wbe"] });
        assert.deepEqual((await withReplicas(3, list)).of("HA-04"), [
            "Platform/platform: criticalWorkloads names Deployment/apps/wbe, which is no workload.",
        ]);
        const chart = resource("platform:base:Chart", "web", { rendered: false });
        assert.deepEqual((await withReplicas(3, list, chart)).of("HA-04"), []);
    });
});

function budget(spec: Inputs, name = "web"): Resource {
    return object({
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace: "apps" },
        spec: { selector: { matchLabels: podLabels }, ...spec },
    });
}

describe("HA-05", () => {
    const messages = async (replicas: unknown, ...others: Resource[]) =>
        (await judge([deployment({ spec: { replicas } }), ...others])).of("HA-05");
    const verdict = async (...resources: Resource[]) =>
        (await judge(resources)).verdict("HA-05").verdict;
    const BUDGET = "PodDisruptionBudget/apps/web";

    const good: [number, Inputs][] = [
        [2, { minAvailable: 1 }],
        [3, { minAvailable: 2 }],
        [5, { minAvailable: 2 }],
        [5, { minAvailable: 4 }],
        [2, { minAvailable: "50%" }],
        [3, { minAvailable: "60%" }],
        [3, { maxUnavailable: 1 }],
        [2, { maxUnavailable: "50%" }],
        [4, { maxUnavailable: "25%" }],
    ];
    for (const [replicas, spec] of good) {
        it(`is met by ${JSON.stringify(spec)} for ${replicas} replicas`, async () => {
            assert.deepEqual(await messages(replicas, budget(spec)), []);
        });
    }

    it("is violated without a budget", async () => {
        assert.deepEqual(await messages(2), [
            `${WEB}: 2 replicas have no PodDisruptionBudget; add one with minAvailable 1.`,
        ]);
        assert.deepEqual(await messages(3), [
            `${WEB}: 3 replicas have no PodDisruptionBudget; add one with minAvailable 2.`,
        ]);
    });

    const weak: [number, Inputs, number][] = [
        [3, { minAvailable: 1 }, 1],
        [3, { minAvailable: "33%" }, 1],
        [3, { maxUnavailable: 2 }, 1],
        [4, { maxUnavailable: "75%" }, 1],
        [2, { minAvailable: 0 }, 0],
    ];
    for (const [replicas, spec, kept] of weak) {
        it(`is violated by ${JSON.stringify(spec)} for ${replicas} replicas: too weak`, async () => {
            assert.deepEqual(await messages(replicas, budget(spec)), [
                `${WEB}: ${BUDGET} keeps ${kept} of ${replicas} pods; keep ${replicas >= 3 ? 2 : 1}.`,
            ]);
        });
    }

    const blocking: [number, Inputs][] = [
        [2, { minAvailable: 2 }],
        [3, { minAvailable: "100%" }],
        [3, { minAvailable: "67%" }],
        [3, { maxUnavailable: 0 }],
        [3, { maxUnavailable: "0%" }],
    ];
    for (const [replicas, spec] of blocking) {
        it(`is violated by ${JSON.stringify(spec)} for ${replicas} replicas: no eviction`, async () => {
            assert.match(
                (await messages(replicas, budget(spec))).join("\n"),
                /^PodDisruptionBudget\/apps\/web: it keeps \d of \d pods of .*blocks every eviction/,
            );
        });
    }

    it("is violated by a budget that selects nothing", async () => {
        const lost = budget({ minAvailable: 1, selector: { matchLabels: { app: "wbe" } } }, "lost");
        assert.deepEqual(await messages(2, budget({ minAvailable: 1 }), lost), [
            "PodDisruptionBudget/apps/lost: it selects no pods; correct its selector or remove it.",
        ]);
    });

    it("is violated by a budget without a selector, which selects nothing", async () => {
        assert.equal(
            (await messages(1, budget({ minAvailable: 1, selector: undefined }))).length,
            1,
        );
    });

    it("never looks into another namespace", async () => {
        const elsewhere = object({
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: "web", namespace: "other" },
            spec: { minAvailable: 1, selector: { matchLabels: podLabels } },
        });
        assert.equal((await messages(2, elsewhere)).length, 2);
    });

    it("is violated by a budget on a single replica", async () => {
        assert.deepEqual(await messages(1, budget({ maxUnavailable: 1 })), [
            `${BUDGET}: it guards a single replica of ${WEB}; remove it.`,
        ]);
    });

    it("is violated by two budgets on the same pods", async () => {
        const both = [
            budget({ minAvailable: 1 }),
            budget({ minAvailable: 1, selector: {} }, "all"),
        ];
        assert.match(
            (await messages(2, ...both)).join(),
            /2 budgets select its pods \(PodDisruptionBudget\/apps\/web, PodDisruptionBudget\/apps\/all\)/,
        );
    });

    it("is violated by a budget over two workloads that could all be taken from one", async () => {
        const [one, two] = ["one", "two"].map((name) => deployment({ name }));
        assert.ok(one && two);
        const result = await judge([one, two, budget({ minAvailable: 2 })]);
        assert.deepEqual(result.of("HA-05"), [
            `Deployment/apps/one: ${BUDGET} keeps 0 of 2 pods; keep 1.`,
            `Deployment/apps/two: ${BUDGET} keeps 0 of 2 pods; keep 1.`,
        ]);
        const enough = await judge([one, two, budget({ maxUnavailable: 1 })]);
        assert.deepEqual(enough.of("HA-05"), []);
    });

    it("is violated by a budget that names no number", async () => {
        assert.deepEqual(await messages(2, budget({})), [
            `${BUDGET}: minAvailable is absent; set a number or a percentage.`,
        ]);
    });

    it("asks nothing of a single replica, a DaemonSet or a job", async () => {
        const daemon = object({
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { name: "agent", namespace: "apps" },
            spec: { template: { metadata: { labels: { app: "agent" } }, spec: {} } },
        });
        assert.equal(
            await verdict(deployment({ spec: { replicas: 1 } }), daemon),
            "not applicable",
        );
    });

    it("is not judged where replicas, numbers, selectors or labels are unknown", async () => {
        const web = deployment();
        assert.equal(await verdict(deployment({ spec: { replicas: UNKNOWN } })), "not judged");
        assert.equal(await verdict(web, budget({ minAvailable: UNKNOWN })), "not judged");
        assert.equal(await verdict(web, budget({ maxUnavailable: UNKNOWN })), "not judged");
        assert.equal(
            await verdict(web, budget({ minAvailable: 1, selector: UNKNOWN })),
            "not judged",
        );
        const template = { metadata: { labels: { app: UNKNOWN } } };
        const labelled = deployment({ spec: { template } });
        assert.equal(await verdict(labelled, budget({ minAvailable: 1 })), "not judged");
    });

    describe("of what operators run", () => {
        const redis = (clusterSize: number, pdb?: Inputs) =>
            object({
                apiVersion: "redis.redis.opstreelabs.in/v1beta2",
                kind: "RedisReplication",
                metadata: { name: "cache", namespace: "apps" },
                spec: { clusterSize, pdb },
            });
        const of = async (...resources: Resource[]) => (await judge(resources)).of("HA-05");

        it("is met by the operator's own budget", async () => {
            assert.deepEqual(await of(redis(3, { enabled: true })), []);
        });

        it("is violated when the operator makes none", async () => {
            assert.deepEqual(await of(redis(3)), [
                "RedisReplication/apps/cache: 3 replicas have no PodDisruptionBudget; add one with minAvailable 2.",
            ]);
        });

        it("is violated when the operator's budget blocks or is weak", async () => {
            assert.match(
                (await of(redis(2, { enabled: true }))).join(),
                /keeps 2 of 2 pods and blocks/,
            );
            assert.match(
                (await of(redis(3, { enabled: true, minAvailable: 1 }))).join(),
                /keeps 1 of 3 pods; keep 2/,
            );
        });

        it("accepts a budget that selects the operator's pods, but not two", async () => {
            const own = budget({ minAvailable: 2, selector: { matchLabels: { app: "cache" } } });
            assert.deepEqual(await of(redis(3), own), []);
            assert.match(
                (await of(redis(3, { enabled: true }), own)).join(),
                /2 budgets select its pods/,
            );
        });
    });
});

describe("HA-06", () => {
    const withPod = (pod: Inputs) =>
        judge([deployment({ pod: { topologySpreadConstraints: undefined, ...pod } })]);
    const term = (changes: Inputs = {}) => ({
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: podLabels },
        ...changes,
    });
    const required = (...terms: unknown[]) => ({
        affinity: {
            podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
        },
    });
    const preferred = (podAffinityTerm: unknown) => ({
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }],
            },
        },
    });
    const constraint = (changes: Inputs = {}) => ({
        topologySpreadConstraints: [{ maxSkew: 1, ...term(changes) }],
    });
    const expression = { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] };

    const good: Record<string, Inputs> = {
        "a topology spread constraint": constraint(),
        "a constraint with an expression": constraint({ labelSelector: expression }),
        "required anti-affinity": required(term()),
        "preferred anti-affinity": preferred(term()),
        "anti-affinity that names the own namespace": required(term({ namespaces: ["apps"] })),
    };
    for (const [title, pod] of Object.entries(good)) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual((await withPod(pod)).of("HA-06"), []);
        });
    }

    const bad: Record<string, Inputs> = {
        nothing: {},
        "a constraint on the zone": constraint({ topologyKey: "topology.kubernetes.io/zone" }),
        "a constraint without a selector": constraint({ labelSelector: undefined }),
        "a selector that misses the pods": constraint({
            labelSelector: { matchLabels: { a: "b" } },
        }),
        "an expression that misses the pods": preferred(
            term({ labelSelector: { matchExpressions: [{ key: "x", operator: "Exists" }] } }),
        ),
        "a skew as large as the number of replicas": constraint({ maxSkew: 2 }),
        "anti-affinity to another namespace": required(term({ namespaces: ["other"] })),
    };
    for (const [title, pod] of Object.entries(bad)) {
        it(`is violated by ${title}`, async () => {
            assert.deepEqual((await withPod(pod)).of("HA-06"), [
                `${WEB}: nothing keeps its 2 replicas on different nodes; add a topology spread constraint on kubernetes.io/hostname whose selector matches its pods.`,
            ]);
        });
    }

    it("asks nothing of a single replica", async () => {
        const single = deployment({
            spec: { replicas: 1 },
            pod: { topologySpreadConstraints: undefined },
        });
        assert.equal((await judge([single])).verdict("HA-06").verdict, "not applicable");
    });

    it("is not judged where constraints, selectors or labels are unknown", async () => {
        for (const pod of [
            { topologySpreadConstraints: UNKNOWN },
            { affinity: UNKNOWN },
            constraint({ labelSelector: UNKNOWN }),
            constraint({ topologyKey: UNKNOWN }),
        ]) {
            assert.equal((await withPod(pod)).verdict("HA-06").verdict, "not judged");
        }
    });

    it("takes an unknown number of replicas for more than one", async () => {
        const many = deployment({
            spec: { replicas: UNKNOWN },
            pod: { topologySpreadConstraints: undefined },
        });
        assert.equal((await judge([many])).verdict("HA-06").verdict, "violated");
    });

    it("asks operators to spread their pods", async () => {
        const database = (enablePodAntiAffinity?: boolean) =>
            object({
                apiVersion: "postgresql.cnpg.io/v1",
                kind: "Cluster",
                metadata: { name: "db", namespace: "apps" },
                spec: { instances: 3, affinity: { enablePodAntiAffinity } },
            });
        assert.deepEqual((await judge([database()])).of("HA-06"), []);
        assert.equal((await judge([database(false)])).of("HA-06").length, 1);
    });
});

describe("HA-07", () => {
    const messages = async (changes: Inputs) =>
        (await judge([deployment({ container: changes })])).of("HA-07");

    for (const handler of ["exec", "httpGet", "tcpSocket", "grpc"]) {
        it(`is met by probes of the kind ${handler}`, async () => {
            const probe = { [handler]: { port: 1 } };
            assert.deepEqual(await messages({ readinessProbe: probe, livenessProbe: probe }), []);
        });
    }

    it("is violated by an absent probe", async () => {
        assert.deepEqual(await messages({ readinessProbe: undefined }), [
            `${WEB}: readinessProbe of container web is absent; set one.`,
        ]);
        assert.deepEqual(await messages({ livenessProbe: undefined }), [
            `${WEB}: livenessProbe of container web is absent; set one.`,
        ]);
    });

    it("is violated by a probe that asks nothing", async () => {
        assert.deepEqual(await messages({ readinessProbe: { periodSeconds: 5 } }), [
            `${WEB}: readinessProbe of container web is without a handler; set one.`,
        ]);
    });

    it("is violated by a slow starter without a startup probe", async () => {
        const livenessProbe = { tcpSocket: { port: 1 }, initialDelaySeconds: 90 };
        assert.deepEqual(await messages({ livenessProbe }), [
            `${WEB}: container web waits 90 s before its livenessProbe; give it a startupProbe instead.`,
        ]);
        const startupProbe = { tcpSocket: { port: 1 } };
        assert.deepEqual(await messages({ livenessProbe, startupProbe }), []);
        const patient = { tcpSocket: { port: 1 }, initialDelaySeconds: 60 };
        assert.deepEqual(await messages({ livenessProbe: patient }), []);
    });

    it("judges sidecars, not init or ephemeral containers, and no jobs", async () => {
        const bare = { image: "x:1.0" };
        const pod = deployment({
            pod: {
                initContainers: [
                    { name: "init", ...bare },
                    { name: "proxy", restartPolicy: "Always", ...bare },
                ],
                ephemeralContainers: [{ name: "debug", ...bare }],
            },
        });
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "job", namespace: "apps" },
            spec: { template: { spec: { containers: [{ name: "job", ...bare }] } } },
        });
        assert.deepEqual((await judge([pod, job])).of("HA-07"), [
            `${WEB}: readinessProbe of container proxy is absent; set one.`,
            `${WEB}: livenessProbe of container proxy is absent; set one.`,
        ]);
    });

    it("is not judged where probes or containers are unknown", async () => {
        for (const changes of [
            { container: { readinessProbe: UNKNOWN } },
            { pod: { containers: [UNKNOWN] } },
        ]) {
            const result = await judge([deployment(changes)]);
            assert.equal(result.verdict("HA-07").verdict, "not judged");
        }
    });
});

describe("HA-08", () => {
    const messages = async (resources: unknown) =>
        (await judge([deployment({ container: { resources } })])).of("HA-08");

    it("is met by requests and a memory limit", async () => {
        assert.deepEqual(
            await messages({ requests: { cpu: 1, memory: "1Gi" }, limits: { memory: "1Gi" } }),
            [],
        );
    });

    it("takes limits as requests", async () => {
        assert.deepEqual(await messages({ limits: { cpu: "1", memory: "1Gi" } }), []);
    });

    it("is violated by each absent value", async () => {
        assert.deepEqual(await messages({ requests: { memory: "1Gi" } }), [
            `${WEB}: container web has no CPU request; set resources.requests.cpu.`,
            `${WEB}: container web has no memory limit; set resources.limits.memory.`,
        ]);
        assert.equal((await messages(undefined)).length, 3);
    });

    it("takes zero and nonsense as absent", async () => {
        assert.deepEqual(
            await messages({ requests: { cpu: "0", memory: "much" }, limits: { memory: "1Gi" } }),
            [`${WEB}: container web has no CPU request; set resources.requests.cpu.`],
        );
    });

    it("is not judged where values are unknown", async () => {
        for (const resources of [UNKNOWN, { limits: { cpu: UNKNOWN, memory: UNKNOWN } }]) {
            const result = await judge([deployment({ container: { resources } })]);
            assert.equal(result.verdict("HA-08").verdict, "not judged");
        }
        const hidden = await judge([deployment({ pod: { initContainers: UNKNOWN } })]);
        assert.equal(hidden.verdict("HA-08").verdict, "not judged");
    });

    it("judges init containers and jobs, not ephemeral containers", async () => {
        const pod = {
            initContainers: [{ name: "init", image: "x:1.0" }],
            containers: [container()],
            ephemeralContainers: [{ name: "debug", image: "x:1.0" }],
        };
        const job = object({
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: { name: "job", namespace: "apps" },
            spec: { jobTemplate: { spec: { template: { spec: pod } } } },
        });
        const found = (await judge([job])).of("HA-08");
        assert.equal(found.length, 3);
        assert.ok(found.every((message) => message.includes("container init")));
    });

    it("is violated by pods without any container", async () => {
        assert.deepEqual(
            (await judge([deployment({ pod: { containers: undefined } })])).of("HA-08"),
            [`${WEB}: its pods have no container; name one.`],
        );
    });

    it("judges every part that an operator runs", async () => {
        const ceph = object({
            apiVersion: "ceph.rook.io/v1",
            kind: "CephCluster",
            metadata: { name: "ceph", namespace: "rook-ceph" },
            spec: {
                mon: { count: 3 },
                resources: { mon: { limits: { cpu: "1", memory: "1Gi" } } },
            },
        });
        const found = (await judge([ceph])).of("HA-08");
        assert.equal(found.length, 9);
        assert.equal(
            found[0],
            "CephCluster/rook-ceph/ceph: mgr has no CPU request; set resources.requests.cpu.",
        );
    });
});
