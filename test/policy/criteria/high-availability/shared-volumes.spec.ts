import * as assert from "node:assert/strict";
import { replicas } from "../../../../policy/criteria/high-availability/replicas";
import { rollingUpdates } from "../../../../policy/criteria/high-availability/rolling-updates";
import { container, type Inputs, judge, object, type Resource, UNKNOWN } from "../../harness";

const labels = { app: "web" };

function claim(accessModes: unknown, spec: Inputs = {}, name = "data"): Resource {
    return object({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace: "apps" },
        spec: { accessModes, ...spec },
    });
}

const storageClass = (name: string, provisioner: string) =>
    object({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner,
    });

function pods(kind: string, spec: Inputs, pod: Inputs = {}, name = "web"): Resource {
    const template = {
        metadata: { labels: { app: name } },
        spec: {
            priorityClassName: "platform-application",
            containers: [container()],
            volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
            ...pod,
        },
    };
    const isJob = kind === "Job" || kind === "CronJob";
    const inner = kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template };
    return object({
        apiVersion: isJob ? "batch/v1" : kind === "Rollout" ? "argoproj.io/v1alpha1" : "apps/v1",
        kind,
        metadata: { name, namespace: "apps" },
        spec: {
            ...(isJob ? { startingDeadlineSeconds: 600 } : { selector: { matchLabels: labels } }),
            ...inner,
            ...spec,
        },
    });
}

const web = (spec: Inputs = {}, pod: Inputs = {}) => pods("Deployment", spec, pod);
const once = claim(["ReadWriteOnce"]);
const recreate = { strategy: { type: "Recreate" } };
const beside = (of: Inputs) => ({
    affinity: {
        podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: of } },
            ],
        },
    },
});
const pinned = { nodeSelector: { "kubernetes.io/hostname": "worker-1" } };

const judged = (...stack: Resource[]) => judge(stack, { judgedBy: [rollingUpdates, replicas] });
const messages = async (...stack: Resource[]) => (await judged(...stack)).of("HA-13");

describe("HA-13, volumes that pods share,", () => {
    const met: Readonly<Record<string, readonly Resource[]>> = {
        "one replica that is stopped first": [once, web({ replicas: 1, ...recreate })],
        "one replica without surge": [
            once,
            web({ replicas: 1, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }),
        ],
        "one replica whose surge waits for nothing": [
            once,
            web({ strategy: { rollingUpdate: { maxUnavailable: 1 } } }),
        ],
        "one replica where both percentages round to nothing": [
            once,
            web({ strategy: { rollingUpdate: { maxSurge: "0%", maxUnavailable: "10%" } } }),
        ],
        "no replica at all": [once, web({ replicas: 0 })],
        "many pods on one claim for many": [claim(["ReadWriteMany"]), web({ replicas: 3 })],
        "many pods that only read": [
            claim(["ReadOnlyMany"]),
            web(
                { replicas: 3 },
                {
                    volumes: [
                        {
                            name: "data",
                            persistentVolumeClaim: { claimName: "data", readOnly: true },
                        },
                    ],
                },
            ),
        ],
        "a block device for many": [
            claim(["ReadWriteMany"], { volumeMode: "Block", storageClassName: "block" }),
            storageClass("block", "rook-ceph.rbd.csi.ceph.com"),
            web({ replicas: 2 }),
        ],
        "pods of one node": [once, web({ replicas: 3 }, pinned)],
        "pods that follow each other": [once, web({ replicas: 3 }, beside(labels))],
        "a class whose volumes stay on their node": [
            claim(["ReadWriteOnce"], { storageClassName: "local" }),
            storageClass("local", "rancher.io/local-path"),
            web({ replicas: 1 }),
        ],
        "claims of a StatefulSet": [
            pods(
                "StatefulSet",
                { replicas: 3, volumeClaimTemplates: [{ metadata: { name: "data" } }] },
                { volumes: [] },
            ),
        ],
        "a StatefulSet with one pod, which is stopped first": [once, pods("StatefulSet", {})],
        "a claim for each pod that goes with it": [
            web(
                { replicas: 3 },
                { volumes: [{ name: "scratch", ephemeral: { volumeClaimTemplate: {} } }] },
            ),
        ],
        "a job": [once, pods("Job", {})],
        "a backup beside the pod that it saves": [
            once,
            web(recreate),
            pods("CronJob", {}, beside(labels), "backup"),
        ],
        "two jobs, one after the other": [once, pods("Job", {}), pods("Job", {}, {}, "other")],
    };
    for (const [title, stack] of Object.entries(met)) {
        it(`are met by ${title}`, async () => {
            assert.deepEqual(await messages(...stack), []);
            assert.deepEqual((await judged(...stack)).notJudged("HA-13"), []);
        });
    }

    const share = (what: string, who = "pods on one node") =>
        `${what} PersistentVolumeClaim/apps/data (${who === "pods on one node" ? "ReadWriteOnce" : "ReadWriteOncePod"}), which ${who} may mount; give each pod its own by volumeClaimTemplates of a StatefulSet, or share one that is ReadWriteMany.`;

    it("are violated by several replicas", async () => {
        assert.deepEqual(await messages(once, web({ replicas: 3 })), [
            `Deployment/apps/web: ${share("its 3 pods share")}`,
        ]);
        assert.deepEqual(
            await messages(claim(["ReadWriteOncePod"]), web({ replicas: 2 }, pinned)),
            [`Deployment/apps/web: ${share("its 2 pods share", "one pod in the cluster")}`],
        );
    });

    it("are violated by a surge, which is the default", async () => {
        for (const spec of [
            {},
            { replicas: 1, strategy: { type: "RollingUpdate" } },
            { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
        ]) {
            assert.deepEqual(await messages(once, web(spec)), [
                "Deployment/apps/web: an update starts its new pod first, which waits for PersistentVolumeClaim/apps/data (ReadWriteOnce) that the old one holds; use the strategy Recreate, or maxSurge 0.",
            ]);
        }
        assert.equal((await messages(claim(["ReadWriteOncePod"]), web({}, pinned))).length, 1);
    });

    const violated: Readonly<Record<string, readonly Resource[]>> = {
        "a StatefulSet that mounts one claim in all its pods": [
            once,
            pods("StatefulSet", { replicas: 3 }),
        ],
        "a DaemonSet": [once, pods("DaemonSet", {})],
        "a ReplicaSet": [once, pods("ReplicaSet", { replicas: 2 })],
        "a Rollout": [once, pods("Rollout", { strategy: { canary: {} } })],
        "an autoscaler": [
            once,
            web(recreate),
            object({
                apiVersion: "autoscaling/v2",
                kind: "HorizontalPodAutoscaler",
                metadata: { name: "web", namespace: "apps" },
                spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 4 },
            }),
        ],
        "a file system for many on a block device": [
            claim(["ReadWriteMany"], { storageClassName: "block" }),
            storageClass("block", "rook-ceph.rbd.csi.ceph.com"),
            web({ replicas: 2 }),
        ],
        "many pods that write what is for readers": [
            claim(["ReadWriteOnce", "ReadOnlyMany"]),
            web({ replicas: 2 }),
        ],
        "a second workload": [once, web(recreate), pods("StatefulSet", {}, {}, "other")],
        "a backup anywhere": [once, web(recreate), pods("CronJob", {}, {}, "backup")],
        "a workload that mounts the claim of a StatefulSet's pod": [
            pods(
                "StatefulSet",
                {
                    volumeClaimTemplates: [
                        { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } },
                    ],
                },
                { volumes: [] },
                "db",
            ),
            web(
                { replicas: 2 },
                { volumes: [{ name: "x", persistentVolumeClaim: { claimName: "data-db-0" } }] },
            ),
        ],
    };
    for (const [title, stack] of Object.entries(violated)) {
        it(`are violated by ${title}`, async () => {
            assert.equal((await messages(...stack)).length, 1);
        });
    }

    const hidden: Readonly<Record<string, readonly Resource[]>> = {
        "the claim comes from elsewhere": [web({ replicas: 2 })],
        "its access modes": [claim(UNKNOWN), web({ replicas: 2 })],
        "the replicas": [once, web({ replicas: UNKNOWN })],
        "the strategy": [once, web({ replicas: 1, strategy: UNKNOWN })],
    };
    for (const [title, stack] of Object.entries(hidden)) {
        it(`are not judged where only the update knows ${title}`, async () => {
            assert.deepEqual(await messages(...stack), []);
            assert.ok((await judged(...stack)).notJudged("HA-13").length > 0);
        });
    }

    it("make replicas count as one for HA-04", async () => {
        assert.deepEqual((await judged(once, web({ replicas: 3 }))).of("HA-04"), [
            "Deployment/apps/web: its replicas share PersistentVolumeClaim/apps/data, so they start on one node only and count as 1; run at least 2 with a volume each.",
        ]);
        const many = claim(["ReadWriteMany"]);
        assert.deepEqual((await judged(many, web({ replicas: 3 }))).of("HA-04"), []);
    });
});

describe("HA-13, the starting deadline of a CronJob,", () => {
    const said = async (startingDeadlineSeconds: unknown) =>
        judged(pods("CronJob", { startingDeadlineSeconds }, { volumes: [] }));

    it("is met from ten seconds on", async () => {
        assert.deepEqual((await said(10)).of("HA-13"), []);
    });

    it("is violated where it is absent or too short to be met", async () => {
        assert.deepEqual((await said(undefined)).of("HA-13"), [
            "CronJob/apps/web: startingDeadlineSeconds is absent, so a missed start is made up for at any time; say until when.",
        ]);
        assert.deepEqual((await said(5)).of("HA-13"), [
            "CronJob/apps/web: startingDeadlineSeconds is 5, and the controller looks only every 10 s; make it longer.",
        ]);
    });

    it("is not judged where only the update knows it", async () => {
        assert.equal((await said(UNKNOWN)).verdict("HA-13").verdict, "not judged");
    });
});
