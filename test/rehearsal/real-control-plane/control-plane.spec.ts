import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { machineDocuments } from "../../../components/cluster/machine-configuration";
import { kubernetesVersion } from "../../../components/versions";
import { type ControlPlane, startControlPlane } from "../../../rehearsal/control-plane";
import { revive, silence } from "../../../rehearsal/control-plane/silence";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import { useCluster } from "../../../rehearsal/existing-cluster";
import { Kubernetes, type LiveObject } from "../../../kubernetes-client/kubernetes";
import { sampleSite } from "../../fixtures/settings";
import { binariesOrSkip, eventually, idsOf, isRunning } from "../control-plane/running";

/** A node or a pod. */
interface WithConditions extends LiveObject {
    readonly status: { readonly conditions?: readonly { type: string; status: string }[] };
}
interface Pod extends WithConditions {
    readonly status: WithConditions["status"] & { readonly podIP?: string };
}

describe("a real control plane of a stack", () => {
    let controlPlane: ControlPlane;
    let kubernetes: Kubernetes;
    let kwok: string;

    before(async function () {
        const binaries = binariesOrSkip(this);
        kwok = binaries.kwok;
        const site = sampleSite();
        const [node] = site.controlPlanes;
        assert.ok(node !== undefined);
        const faster = {
            cluster: {
                controllerManager: {
                    extraArgs: {
                        "node-monitor-grace-period": "5s",
                        "node-monitor-period": "1s",
                    },
                },
            },
        };
        controlPlane = await startControlPlane({
            binaries,
            kubernetesVersion,
            configuration: controlPlaneConfiguration([...machineDocuments(site, node), faster]),
            kubelets: { leaseSeconds: 4, stages: { podStart: [0, 100], jobRun: [0, 100] } },
        });
        kubernetes = await Kubernetes.connect(controlPlane.kubeconfig);
    });
    after(async () => {
        // Neither is there when the tests were skipped.
        (kubernetes as Kubernetes | undefined)?.close();
        await (controlPlane as ControlPlane | undefined)?.stop();
    });

    const apply = (object: Parameters<Kubernetes["apply"]>[0]) => kubernetes.apply(object, "test");
    const pod = (name: string, spec: Record<string, unknown> = {}, metadata = {}) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default", ...metadata },
        spec: { containers: [{ name: "main", image: "example.org/main:1" }], ...spec },
    });
    const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;
    const podOf = (name: string) => kubernetes.get<WithConditions>(podPath(name));
    const nodeOf = (name: string) => kubernetes.get<WithConditions>(`/api/v1/nodes/${name}`);
    /** Until a pod, or a node, is ready or not, as its condition says. */
    const untilReady = (of: () => Promise<WithConditions>, wanted = "True") =>
        eventually(async () => {
            const { conditions = [] } = (await of()).status;
            return conditions.find(({ type }) => type === "Ready")?.status === wanted;
        });
    const untilGone = (name: string) =>
        eventually(() =>
            podOf(name).then(
                () => false,
                () => true,
            ),
        );
    const addNode = async (name: string) => {
        const amounts = { cpu: "4", memory: "8Gi", pods: "110" };
        await apply({
            apiVersion: "v1",
            kind: "Node",
            metadata: {
                name,
                annotations: { "kwok.x-k8s.io/node": "fake" },
                labels: { "kubernetes.io/hostname": name },
            },
            status: { capacity: amounts, allocatable: amounts },
        });
        await untilReady(() => nodeOf(name));
    };

    it("is the release of the platform, and nobody else's to read", async () => {
        const { gitVersion } = await kubernetes.get<{ gitVersion: string }>("/version");
        assert.equal(gitVersion, `v${kubernetesVersion}`);
        assert.equal(new URL(controlPlane.server).hostname, "127.0.0.1");
        assert.equal(fs.statSync(controlPlane.folder).mode & 0o077, 0);
        assert.equal(fs.statSync(controlPlane.kubeconfig).mode & 0o077, 0);
        assert.equal(controlPlane.processes.size, 5);
    });

    it("refuses a privileged pod as the stack's Pod Security defaults do", async () => {
        const privileged = { hostNetwork: true };
        await assert.rejects(
            apply(pod("privileged", privileged)),
            /violates PodSecurity "baseline/,
        );
        const exempt = pod("privileged", privileged, { namespace: "kube-system" });
        await kubernetes.apply(exempt, "test", true);
    });

    it("starts pods with their init containers, and completes jobs", async () => {
        await addNode("runs");
        const initContainers = [{ name: "first", image: "example.org/first:1" }];
        await apply(pod("runs", { initContainers }));
        await apply({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "once", namespace: "default" },
            spec: { template: { spec: { ...pod("once").spec, restartPolicy: "Never" } } },
        });
        await untilReady(() => podOf("runs"));
        await eventually(async () => {
            const { status } = await kubernetes.get<{ status: { succeeded?: number } }>(
                "/apis/batch/v1/namespaces/default/jobs/once",
            );
            return status.succeeded === 1;
        });
        await kubernetes.delete(podPath("runs"));
        await untilGone("runs");
        await kubernetes.delete("/api/v1/nodes/runs");
    });

    it("gives a pod on the host network its node's address", async () => {
        await Promise.all(["first", "second"].map(addNode));
        const addresses = await Promise.all(
            ["first", "second"].map(async (nodeName) => {
                const spec = { nodeName, hostNetwork: true, tolerations: [{ operator: "Exists" }] };
                const object = pod(`host-${nodeName}`, spec, { namespace: "kube-system" });
                await apply(object);
                const of = () => kubernetes.pathOf(object).then((at) => kubernetes.get<Pod>(at));
                await untilReady(of);
                return (await of()).status.podIP;
            }),
        );
        for (const address of addresses) {
            assert.match(address ?? "", /^100\.\d+\.\d+\.\d+$/);
        }
        assert.notEqual(addresses[0], addresses[1]);
    });

    it("leaves a silent node and its pods to the controllers until it comes back", async () => {
        await addNode("silent");
        const spec = { nodeName: "silent" };
        await Promise.all(["stays", "deleted"].map((name) => apply(pod(name, spec))));
        await untilReady(() => podOf("stays"));
        await untilReady(() => podOf("deleted"));

        await silence(kubernetes, "silent");
        await untilReady(() => nodeOf("silent"), "Unknown");
        await untilReady(() => podOf("stays"), "False");
        await kubernetes.delete(podPath("deleted"));
        // More than a pod takes to end on a node that runs.
        await pause(1500);
        assert.notEqual((await podOf("deleted")).metadata.deletionTimestamp, undefined);

        await revive(kubernetes, "silent");
        await untilReady(() => nodeOf("silent"));
        await untilReady(() => podOf("stays"));
        await untilGone("deleted");
    });

    it("does not make a node by silencing one that is gone", async () => {
        await assert.rejects(silence(kubernetes, "nobody"), /nodes "nobody" not found/);
    });

    it("can be rehearsed on as any throw-away cluster, and outlives that", async () => {
        const guest = await useCluster({
            kubeconfig: controlPlane.kubeconfig,
            kwok,
        });
        assert.deepEqual([...guest.processes.keys()], ["kwok"]);
        assert.equal(guest.server, controlPlane.server);
        await guest.stop();
        assert.equal(fs.existsSync(guest.folder), false);
        assert.ok(idsOf(controlPlane).every(isRunning));
    });
});
