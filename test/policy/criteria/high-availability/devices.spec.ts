/** HA-11 of pods that ask for GPUs: who has some, and who loses the only one. */
import * as assert from "node:assert/strict";
import { spareNode } from "../../../../policy/criteria/high-availability/spare-node";
import { deployment, type Inputs, judge, platform, resource, UNKNOWN } from "../../harness";

const LABELLED = { machine: { nodeLabels: { "nvidia.com/gpu.present": "true" } } };

interface Worker {
    readonly devices?: unknown;
    readonly patches?: readonly unknown[];
}

/** A site of workers with room for everything but GPUs, and a pod that asks for some. */
function run(workers: readonly Worker[], gpus: unknown = "1", cpu = "1") {
    const nodes = workers.map(({ devices = [] }, index) => ({
        name: `worker-${index}`,
        role: "worker",
        host: "pve1",
        address: `192.168.68.11${index}`,
        cores: 8,
        memory: 16_384,
        disks: [{ purpose: "system", size: 60 }],
        devices,
    }));
    const applied = workers.map(({ patches = [LABELLED] }, index) =>
        resource("talos:machine/configurationApply:ConfigurationApply", `worker-${index}`, {
            configPatches: patches.map((patch) =>
                patch === UNKNOWN ? patch : JSON.stringify(patch),
            ),
        }),
    );
    const asked: Inputs = { cpu, memory: "1Gi", "nvidia.com/gpu": gpus };
    const model = deployment({
        name: "model",
        spec: { replicas: 1 },
        pod: { topologySpreadConstraints: undefined },
        container: { resources: { requests: asked, limits: asked } },
    });
    return judge([platform({ nodes }), ...applied, model], { judgedBy: [spareNode] });
}

const GPU = { mapping: "gpu", gpu: true };
const found = async (...given: Parameters<typeof run>) => (await run(...given)).of("HA-11");

describe("HA-11 of pods with GPUs", () => {
    it("is met where another worker has as many", async () => {
        assert.deepEqual(await found([{ devices: [GPU] }, { devices: [GPU] }, {}]), []);
        assert.deepEqual(await found([{ devices: [GPU, GPU] }, { devices: [GPU, GPU] }], "2"), []);
    });

    it("says of the workload that its device is lost with its node, and nothing of the stack", async () => {
        assert.deepEqual(await found([{ devices: [GPU] }, {}, {}]), [
            "Deployment/apps/model: with worker-0 lost 1 of its pods waits for nvidia.com/gpu, of which no other node has as many; give a second worker the device, or ask for fewer.",
        ]);
    });

    it("is violated where nobody offers as many, whatever machines have", async () => {
        for (const workers of [
            [{}, {}],
            [{ devices: [GPU] }, { devices: [GPU] }].map((one) => ({ ...one, patches: [] })),
            [
                { devices: [{ mapping: "nic", gpu: false }] },
                { devices: [{ mapping: "nic", gpu: false }] },
            ],
        ]) {
            const [sentence, ...others] = await found(workers);
            assert.match(
                sentence ?? "",
                /^Deployment\/apps\/model: even with all nodes 1 of its pods waits/,
            );
            assert.deepEqual(others, []);
        }
        assert.match(
            (await found([{ devices: [GPU] }, { devices: [GPU] }], "2")).join(),
            /even with all/,
        );
    });

    it("still says of the stack what it has too little of", async () => {
        const [sentence, ...others] = await found(
            [{ devices: [GPU] }, { devices: [GPU] }],
            "1",
            "9",
        );
        assert.deepEqual(others, []);
        assert.match(sentence ?? "", /^Platform\/platform: .* of cpu missing/);
    });

    it("is not judged where devices or labels are unknown", async () => {
        for (const worker of [{ devices: UNKNOWN }, { devices: [GPU], patches: [UNKNOWN] }]) {
            const result = await run([worker, {}]);
            assert.equal(result.verdict("HA-11").verdict, "not judged");
        }
    });
});
