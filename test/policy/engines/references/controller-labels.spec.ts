/** Selectors of labels that no template has: controllers add them to the pods that they make. */
import * as assert from "node:assert/strict";
import { type Inputs, UNKNOWN } from "../../harness";
import { inApps, type Manifest } from "./rows";
import { unknowns, violations, web } from "./stack";

const NAME = "statefulset.kubernetes.io/pod-name";
const INDEX = "apps.kubernetes.io/pod-index";

const template = { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "main" }] } };
const set = (spec: Inputs = {}): Manifest =>
    inApps("apps/v1", "StatefulSet", { spec: { replicas: 3, template, ...spec } }, "db");
const service = (selector: Inputs): Manifest =>
    inApps("v1", "Service", { spec: { selector, ports: [{ port: 6379 }] } }, "one");
const policy = (key: string, operator: string, values?: string[]): Manifest =>
    inApps("networking.k8s.io/v1", "NetworkPolicy", {
        spec: { podSelector: { matchExpressions: [{ key, operator, values }] } },
    });
const job = (kind: "Job" | "CronJob", spec: Inputs = {}): Manifest =>
    inApps(
        "batch/v1",
        kind,
        { spec: kind === "Job" ? { template, ...spec } : { jobTemplate: { spec: { template } } } },
        "load",
    );

describe("HA-14, labels of controllers,", () => {
    const met: Readonly<Record<string, readonly Manifest[]>> = {
        "the name of a pod": [set(), service({ app: "db", [NAME]: "db-0" })],
        "the name of its last pod": [set(), service({ [NAME]: "db-2" })],
        "an index": [set(), service({ [INDEX]: "1" })],
        "name and index of one pod": [set(), service({ [NAME]: "db-1", [INDEX]: "1" })],
        "an ordinal from spec.ordinals.start on": [
            set({ ordinals: { start: 5 } }),
            service({ [NAME]: "db-7" }),
        ],
        "an ordinal that an autoscaler may add": [
            set(),
            inApps("autoscaling/v2", "HorizontalPodAutoscaler", {
                spec: {
                    scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: "db" },
                    maxReplicas: 5,
                },
            }),
            service({ [NAME]: "db-4" }),
        ],
        "a network policy for some of them": [set(), policy(INDEX, "In", ["0", "9"])],
        "the name of a job": [job("Job"), service({ "batch.kubernetes.io/job-name": "load" })],
        "its older name": [job("Job"), service({ app: "db", "job-name": "load" })],
        "an index of a job": [
            job("Job", { completionMode: "Indexed", completions: 2 }),
            service({ "job-name": "load", "batch.kubernetes.io/job-completion-index": "1" }),
        ],
        "a hash, whatever it is": [
            inApps("apps/v1", "Deployment", { spec: { template } }, "db"),
            policy("pod-template-hash", "Exists"),
        ],
    };
    for (const [title, stack] of Object.entries(met)) {
        it(`are met by ${title}`, async () => {
            assert.deepEqual(await violations(...stack), []);
            assert.deepEqual(await unknowns(...stack), []);
        });
    }

    const violated: Readonly<Record<string, readonly Manifest[]>> = {
        "an ordinal that does not exist": [set(), service({ app: "db", [NAME]: "db-3" })],
        "an ordinal before spec.ordinals.start": [
            set({ ordinals: { start: 1 } }),
            service({ [NAME]: "db-0" }),
        ],
        "an ordinal of one replica, which is the default": [
            set({ replicas: undefined }),
            service({ [NAME]: "db-1" }),
        ],
        "an index that does not exist": [set(), service({ [INDEX]: "3" })],
        "the name of one pod and the index of another": [
            set(),
            service({ [NAME]: "db-1", [INDEX]: "2" }),
        ],
        "the name of another set": [set(), service({ [NAME]: "cache-0" })],
        "another label of the same pod": [set(), service({ app: "cache", [NAME]: "db-0" })],
        "a Deployment, whose pods have no ordinals": [
            inApps("apps/v1", "Deployment", { spec: { template } }, "db"),
            service({ [NAME]: "db-0" }),
        ],
        "the name of another job": [job("Job"), service({ "job-name": "unload" })],
        "a name that no CronJob gives its jobs": [
            job("CronJob"),
            service({ "job-name": "unload-1" }),
        ],
        "pods without a hash": [
            inApps("apps/v1", "Deployment", { spec: { template } }, "db"),
            policy("pod-template-hash", "DoesNotExist"),
        ],
    };
    for (const [title, stack] of Object.entries(violated)) {
        it(`are violated by ${title}`, async () => {
            assert.equal((await violations(...stack)).length, 1);
        });
    }

    it("say which ordinal was probably meant", async () => {
        assert.deepEqual(await violations(set(), service({ app: "db", [NAME]: "db-3" })), [
            `Service/apps/one: its selector selects no pods; none has ${NAME}=db-3, perhaps ${NAME}=db-0 is meant.`,
        ]);
    });

    const open: Readonly<Record<string, readonly Manifest[]>> = {
        "the hash of a template": [
            web() as unknown as Manifest,
            service({ "pod-template-hash": "5d4f" }),
        ],
        "the id of a controller": [job("Job"), service({ "controller-uid": "a" })],
        "the name of a CronJob's job": [job("CronJob"), service({ "job-name": "load-29384" })],
        "an ordinal of an unknown number": [
            set({ replicas: UNKNOWN }),
            service({ [NAME]: "db-8" }),
        ],
        "an ordinal of pods that an operator keeps": [
            inApps("redis.redis.opstreelabs.in/v1beta2", "RedisReplication", {
                spec: { clusterSize: 3 },
            }),
            service({ [NAME]: "own-0" }),
        ],
    };
    for (const [title, stack] of Object.entries(open)) {
        it(`are not judged where a selector names ${title}`, async () => {
            assert.deepEqual(await violations(...stack), []);
            assert.ok((await unknowns(...stack)).length > 0);
        });
    }
});
