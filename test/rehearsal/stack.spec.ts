import * as assert from "node:assert/strict";
import type { Manifest } from "../../components/base/object";
import { isTree, readList, readTree } from "../../policy/kernel/tree";
import { UsageError } from "../../preview/stack-file";
import { supplement } from "../../rehearsal/definitions";
import { nodeObject } from "../../rehearsal/nodes";
import { kubernetesOf, controlPlaneDocuments, toRehearsedStack } from "../../rehearsal/stack";
import { standInsOf } from "../../rehearsal/stand-ins";
import { deployment, object, type Resource, resource, UNKNOWN } from "../policy/harness";
import { recorded, root, stackOf, web as system } from "./stacks";

const CHART = resource("platform:base:Chart", "web", { rendered: true }, { parent: system.urn });
const POOL = object(
    {
        apiVersion: "redis.redis.opstreelabs.in/v1beta2",
        kind: "RedisReplication",
        metadata: { name: "cache", namespace: "apps" },
        spec: {
            clusterSize: 3,
            kubernetesConfig: { resources: { requests: { cpu: "100m", memory: "64Mi" } } },
            storage: {
                volumeClaimTemplate: {
                    spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
                },
            },
        },
    },
    { parent: system.urn },
);

const secret = (inputs: Record<string, unknown>) =>
    object({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s", namespace: "apps" },
        ...inputs,
    });

describe("the stack of a rehearsal", () => {
    it("has every object with the system that it came from, and keeps all dependencies", () => {
        const web = { ...deployment(), parent: CHART.urn, dependsOn: [POOL.urn] };
        const { objects, others } = stackOf(CHART, web, POOL);
        assert.deepEqual(
            objects.map(({ id, component, dependencies }) => [id, component, dependencies]),
            [
                [web.urn, "apps/web", [POOL.urn]],
                [POOL.urn, "apps/web", []],
            ],
        );
        assert.deepEqual(
            others.map(({ id }) => id),
            [root.urn, system.urn, CHART.urn],
        );
    });

    it("fills in Secrets that an update generates, with the keys that their type demands", () => {
        const values = (inputs: Record<string, unknown>) =>
            Object.keys(readTree(stackOf(secret(inputs)).objects[0]?.manifest, "stringData"));
        assert.deepEqual(values({ stringData: UNKNOWN, type: "kubernetes.io/basic-auth" }), [
            "username",
            "password",
        ]);
        assert.deepEqual(values({ stringData: { token: UNKNOWN } }), ["token"]);
        assert.deepEqual(values({ stringData: UNKNOWN }), ["value"]);
    });

    it("refuses another object with a value that only an update will know", () => {
        const unknown = object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "c", namespace: "apps" },
            data: { key: UNKNOWN },
        });
        assert.throws(() => stackOf(unknown), {
            constructor: UsageError,
            message: /ConfigMap\/apps\/c of stack test holds a value that only an update will know/,
        });
    });

    it("refuses a stack whose nodes are not its own", () => {
        const resources = recorded().map((item) =>
            item.urn === root.urn ? { ...item, inputs: { source: "existing" } } : item,
        );
        assert.throws(() => toRehearsedStack("test", resources), {
            constructor: UsageError,
            message: /Stack test uses a cluster that exists/,
        });
    });

    it("reads the machine configuration of a control plane, and no worker's", () => {
        const applied = (name: string, patch: object) =>
            resource("talos:machine/configurationApply:ConfigurationApply", name, {
                configPatches: [JSON.stringify(patch)],
            });
        const { length, ...documents } = controlPlaneDocuments(
            stackOf(applied("ctrl-0", { cluster: { a: 1 } }), applied("worker-1", { b: 1 })),
        );
        assert.equal(length, 1);
        assert.deepEqual(documents, { 0: { cluster: { a: 1 } } });
    });

    it("runs the release that the nodes were upgraded to", () => {
        const release = (values: Record<string, string>) =>
            kubernetesOf({ project: "p", stack: "s", encrypted: [], missingSecrets: [], values });
        assert.match(release({}), /^\d+\.\d+\.\d+$/);
        assert.equal(release({ "p:versions": '{"kubernetes":"1.34.1"}' }), "1.34.1");
        assert.equal(
            release({
                "p:versions": '{"kubernetes":"1.34.1"}',
                "p:cluster": '{"upgradedKubernetes":"1.34.2"}',
            }),
            "1.34.2",
        );
    });
});

describe("nodes", () => {
    it("are what their kubelets would register", () => {
        const [node] = stackOf().capacity.cluster.nodes.map(nodeObject);
        assert.deepEqual(node?.spec, {
            taints: [
                { key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" },
            ],
        });
        assert.equal(node.metadata.labels?.["topology.kubernetes.io/zone"], "pve-1");
        const { capacity, allocatable } = node.status as Record<string, Record<string, string>>;
        assert.equal(capacity?.cpu, "4");
        assert.equal(capacity.memory, String(8192 * 2 ** 20));
        assert.match(allocatable?.cpu ?? "", /^\d+m$/);
        assert.ok(Number(allocatable?.memory) < 8192 * 2 ** 20);
    });
});

describe("stand-ins", () => {
    const of = (...resources: Resource[]) => {
        const all = standInsOf(stackOf(...resources).capacity);
        return new Map(
            all.map(({ manifest }) => [
                `${manifest.kind}/${String(manifest.metadata.name)}`,
                manifest,
            ]),
        );
    };

    it("are made of what operators and Talos make, not of what Kubernetes itself makes", () => {
        const names = [...of(deployment(), POOL).keys()];
        assert.ok(names.includes("StatefulSet/cache"), names.join());
        assert.ok(names.includes("Deployment/coredns"), names.join());
        assert.ok(names.includes("Pod/kube-apiserver-ctrl-0"), names.join());
        assert.ok(!names.includes("Deployment/web"), names.join());
    });

    it("keep requests, labels, replicas and claims, and pass the strictest Pod Security level", () => {
        const set = of(POOL).get("StatefulSet/cache");
        const spec = readTree(set, "spec");
        const template = readTree(spec, "template");
        assert.equal(spec.replicas, 3);
        assert.equal(readTree(template, "metadata", "labels").app, "cache");
        const [container] = readList(template, "spec", "containers");
        assert.deepEqual(readTree(container, "resources").requests, {
            cpu: "100m",
            memory: "64Mi",
        });
        assert.equal(readTree(template, "spec", "securityContext").runAsNonRoot, true);
        const [claim] = readList(spec, "volumeClaimTemplates");
        assert.deepEqual(isTree(claim) && claim.spec, {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "fast",
            resources: { requests: { storage: String(2 ** 30) } },
        });
    });
});

describe("custom resources without a CRD in the stack", () => {
    const custom = (apiVersion: string) =>
        object({ apiVersion, kind: "Pool", metadata: { name: "p", namespace: "apps" }, spec: {} });
    const definition: Manifest = {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "pools.example.org" },
        spec: { group: "example.org", names: { kind: "Pool" }, versions: [] },
    };

    it("get one that is at hand, and only the ones that are needed", () => {
        const { objects } = stackOf(custom("example.org/v1"));
        const other = { ...definition, spec: { group: "b.org", names: { kind: "Other" } } };
        const found = supplement({ objects, missing: [] }, [definition, other]);
        assert.deepEqual(found.definitions, [definition]);
        assert.deepEqual(found.skipped, []);
    });

    it("are sent all the same when nobody brings one: the API server shall say so", () => {
        const { objects } = stackOf(custom("example.org/v1"));
        assert.equal(supplement({ objects, missing: [] }, []).objects.length, 1);
    });

    it("are left out where an operator registers their kind, for a resource that asks it to", () => {
        const { objects } = stackOf(
            object({
                apiVersion: "tekton.dev/v1",
                kind: "Task",
                metadata: { name: "t", namespace: "apps" },
            }),
            object({
                apiVersion: "operator.tekton.dev/v1alpha1",
                kind: "TektonConfig",
                metadata: { name: "config" },
            }),
        );
        const [task, config] = objects;
        const asked = supplement({ objects, missing: [] }, []);
        assert.deepEqual(asked.objects, [config]);
        assert.match(asked.skipped[0]?.reason ?? "", /for the operator\.tekton\.dev\/TektonConfig/);
        const alone = task === undefined ? [] : [task];
        assert.deepEqual(supplement({ objects: alone, missing: [] }, []).objects, alone);
    });

    it("are left out, with the reason, when the cluster or a missing chart brings it", () => {
        const cilium = stackOf(custom("cilium.io/v2")).objects;
        const [skipped] = supplement({ objects: cilium, missing: [] }, []).skipped;
        assert.match(skipped?.reason ?? "", /cilium\.io\/Pool.*operator registers.*--crds/);
        const { objects } = stackOf(custom("example.org/v1"));
        const found = supplement({ objects, missing: ["pools"] }, []);
        assert.match(found.skipped[0]?.reason ?? "", /charts are missing that may bring it: pools/);
        assert.deepEqual(found.objects, []);
    });
});
