import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { tenants } from "../../../components/tenancy/tenants";
import { vcluster } from "../../../components/tenancy/vcluster";
import { configurationIn, patchedVcluster } from "../../../components/tenancy/vcluster-values";
import { vcluster as rooms } from "../../../operators/vcluster";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

const NAMESPACE = "tenant-blue";

describe("virtual clusters", () => {
    let stack: RecordedStack;
    before(async () => {
        stack = await alone(vcluster);
    });

    it("run in the namespace of their tenant, as nobody, from the open image", function () {
        needsCharts(this, stack);
        const own = workloads(stack.component("vcluster"));
        assert.equal(own.length, 2);
        for (const { template } of own) {
            const { containers, initContainers = [], securityContext } = template.spec;
            assert.deepEqual(securityContext?.runAsNonRoot, true);
            for (const { image = "", securityContext: own } of [...containers, ...initContainers]) {
                assert.equal((own as { runAsUser?: number } | undefined)?.runAsUser, 12_345);
                assert.doesNotMatch(image, /vcluster-pro|:latest/);
            }
        }
    });

    it("keep three members of etcd, of which the program says nothing that looks like a credential", function () {
        needsCharts(this, stack);
        const { spec } = stack.object(`StatefulSet/${NAMESPACE}/blue-etcd`) as {
            spec?: { replicas?: number };
        };
        assert.equal(spec?.replicas, 3);
        assert.doesNotMatch(JSON.stringify(spec), /cluster-token/);
        assert.match(JSON.stringify(spec), /--initial-cluster-state=new/);
    });

    it("copy no network policies of their tenant, which would let more through", function () {
        needsCharts(this, stack);
        const { stringData } = stack.object(`Secret/${NAMESPACE}/vc-config-blue`) as {
            stringData?: Record<string, string>;
        };
        const read = yaml.load(stringData?.["config.yaml"] ?? "") as {
            sync: { toHost: Record<string, { enabled: boolean }> };
            telemetry: { enabled: boolean };
        };
        assert.equal(read.sync.toHost.networkPolicies?.enabled, false);
        assert.equal(read.telemetry.enabled, false);
    });

    it("have no right outside of the namespace", function () {
        needsCharts(this, stack);
        assert.deepEqual(stack.component("vcluster").ofKind("ClusterRole"), []);
        assert.deepEqual(stack.component("vcluster").ofKind("ClusterRoleBinding"), []);
    });

    it("give the kubeconfig to the tenant's group, and no other Secret", () => {
        const role = stack.object(`Role/${NAMESPACE}/kubeconfig`);
        assert.deepEqual(role.rules, [
            { apiGroups: [""], resources: ["secrets"], resourceNames: ["vc-blue"], verbs: ["get"] },
        ]);
        const binding = JSON.stringify(stack.object(`RoleBinding/${NAMESPACE}/kubeconfig`));
        assert.match(binding, /oidc:team-blue/);
    });

    it("are the only thing through which people deploy into the namespace", () => {
        assert.throws(() => stack.resource(`RoleBinding/${NAMESPACE}/app-developer`));
    });

    it("are left out where nobody asks for one", async () => {
        const without = await alone(tenants);
        assert.throws(() => without.resource(`Role/${NAMESPACE}/kubeconfig`));
    });

    it("hand over their configuration as text, and change nothing but etcd", () => {
        const secret = {
            ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "a" } },
            data: { "config.yaml": Buffer.from("a: 1\n").toString("base64") },
        };
        assert.equal(configurationIn(secret), "a: 1\n");
        assert.equal(configurationIn({ ...secret, kind: "ConfigMap" }), undefined);
        const other = { apiVersion: "v1", kind: "Service", metadata: { name: "a" } };
        assert.deepEqual(patchedVcluster(other), other);
    });
});

describe("the room of vcluster", () => {
    const [room] = rooms;
    const resource = (text: string) => ({
        ...{ apiVersion: "v1", kind: "Secret", spec: {} },
        metadata: { name: "vc-config-blue", namespace: NAMESPACE, labels: {}, annotations: {} },
        stringData: { "config.yaml": text },
    });

    it("knows the pods of the DNS inside, as many as the configuration says", () => {
        const found = room?.pods?.(
            resource("controlPlane: { coredns: { deployment: { replicas: 2 } } }"),
            {} as never,
        );
        assert.ok(Array.isArray(found));
        const [dns] = found as { name: string; count: number; most?: number }[];
        assert.equal(dns?.name, "coredns-x-kube-system-x-blue");
        assert.deepEqual([dns.count, dns.most], [2, 3]);
    });

    it("is about the Secrets of virtual clusters alone", () => {
        assert.ok(room?.only instanceof RegExp);
        assert.ok(room.only.test("vc-config-blue"));
        assert.ok(!room.only.test("vc-blue"));
    });
});
