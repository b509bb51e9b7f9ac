/** GPUs: which nodes have them, what Talos is told, and who offers them to pods. */
import assert from "node:assert/strict";
import { machineDocuments } from "../../../components/cluster/machine-configuration";
import { GPU_RUNTIME } from "../../../components/base/gpu-runtime";
import { gpuModules, gpusOf, mostGpus } from "../../../components/site-gpus";
import { extensionsForAll } from "../../fixtures/every-system";
import { sampleConfiguration, sampleSite } from "../../fixtures/settings";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { changed, faultsOf } from "../../settings/fixture";

const MODULES = "siderolabs/nvidia-open-gpu-kernel-modules-";
const TOOLKIT = "siderolabs/nvidia-container-toolkit-";
const talosExtensions = [...extensionsForAll];

/** The sample's nodes with devices on the first worker. */
function nodesWith(devices: readonly object[]) {
    const first = sampleConfiguration.nodes.find(({ role }) => role === "worker");
    return sampleConfiguration.nodes.map((node) => (node === first ? { ...node, devices } : node));
}

function sentences(changes: Readonly<Record<string, unknown>>): string[] {
    return faultsOf(changed(changes)).map(
        ({ key, found, allowed }) => `${key}: ${found}; allowed: ${allowed}`,
    );
}

describe("GPUs of nodes", () => {
    const card = { mapping: "gpu", gpu: true };
    const other = { mapping: "nic", gpu: false };
    const place = (devices: object[], role = "worker") => ({ role, devices }) as never;

    it("are the devices that are GPUs, where the image can show them", () => {
        assert.equal(gpusOf({ talosExtensions }, { devices: [card, card, other] }), 2);
        assert.equal(gpusOf({ talosExtensions: [] }, { devices: [card] }), 0);
        assert.equal(gpusOf({ talosExtensions: [`${MODULES}lts`] }, { devices: [card] }), 0);
        assert.equal(gpusOf({ talosExtensions }, { devices: [] }), 0);
    });

    it("bound a pod by the node that has most, control planes only where there is nothing else", () => {
        const most = (nodes: never[]) => mostGpus({ nodes });
        assert.equal(most([place([card]), place([card, card]), place([])]), 2);
        assert.equal(most([place([card, card], "controlPlane"), place([card])]), 1);
        assert.equal(most([place([card, card], "controlPlane")]), 2);
        assert.equal(most([]), 0);
    });

    it("are every device unless the settings say what else one is", () => {
        const site = sampleSite({
            talosExtensions,
            nodes: nodesWith([{ mapping: "gpu" }, { mapping: "nic", gpu: false }]),
        });
        assert.deepEqual(site.nodes.map((node) => gpusOf(site, node)).filter(Boolean), [1]);
    });
});

describe("the extensions of NVIDIA", () => {
    it("are taken in pairs of one branch, open or not", () => {
        for (const pair of [
            [`${MODULES}production`, `${TOOLKIT}production`],
            [`${TOOLKIT}lts`, `${MODULES}lts`],
            ["siderolabs/nonfree-kmod-nvidia-lts", `${TOOLKIT}lts`],
            ["siderolabs/i915"],
            [`${MODULES}production`],
            [],
        ]) {
            assert.deepEqual(sentences({ talosExtensions: pair }), [], pair.join());
        }
    });

    it("are refused in one sentence where one half is missing, or of another branch", () => {
        for (const half of [
            [`${TOOLKIT}production`],
            [`${TOOLKIT}production`, `${MODULES}lts`],
            [`${TOOLKIT}production`, "siderolabs/i915"],
        ]) {
            assert.deepEqual(
                sentences({ talosExtensions: half }),
                [
                    `talosExtensions: ${TOOLKIT}production alone; allowed: ${MODULES}production or siderolabs/nonfree-kmod-nvidia-production beside it, without which the kernel knows no GPU`,
                ],
                half.join(),
            );
        }
        const both = [
            `${TOOLKIT}lts`,
            `${TOOLKIT}production`,
            `${MODULES}lts`,
            `${MODULES}production`,
        ];
        assert.match(sentences({ talosExtensions: both }).join("\n"), /one of the two branches/);
    });
});

describe("the machine of a node with a GPU", () => {
    const main = (site: ReturnType<typeof sampleSite>, name: string) => {
        const node = site.nodes.find((one) => one.name === name);
        assert.ok(node);
        const machines = machineDocuments(site, node).flatMap((document) =>
            "machine" in document && document.machine !== undefined ? [document.machine] : [],
        );
        const labels = Object.fromEntries(
            machines.flatMap(({ nodeLabels }) => Object.entries(nodeLabels ?? {})),
        );
        const modules = machines.flatMap(({ kernel }) => kernel?.modules ?? []);
        return {
            labels,
            modules: modules.map(({ name: of }) => of),
        };
    };

    it("loads the driver and says what it has, and no other does", () => {
        const site = sampleSite({ talosExtensions, nodes: nodesWith([{ mapping: "gpu" }]) });
        const [first = "", second = ""] = site.workers.map(({ name }) => name);
        assert.equal(main(site, first).labels["nvidia.com/gpu.present"], "true");
        assert.deepEqual(main(site, first).modules.slice(-4), gpuModules);
        assert.equal(main(site, second).labels["nvidia.com/gpu.present"], undefined);
        assert.ok(!main(site, second).modules.includes("nvidia"));
    });

    it("is as it was where the image has no driver", () => {
        const plain = sampleSite();
        const site = sampleSite({ nodes: nodesWith([{ mapping: "nic" }]) });
        const [first = ""] = site.workers.map(({ name }) => name);
        assert.deepEqual(main(site, first), main(plain, first));
    });
});

describe("NVIDIA's device plugin", () => {
    const gpuSite = { talosExtensions, nodes: nodesWith([{ mapping: "gpu" }]) };
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({
            ...gpuSite,
            systems: { ollama: { enabled: true, gpus: 1 } },
        });
    });

    it("is there by itself where a node has a GPU, and nowhere else", async () => {
        const names = (one: RecordedStack) => one.components.map(({ name }) => name);
        assert.ok(names(recorded).includes("nvidia-device-plugin"));
        assert.ok(!names(await stack("prod")).includes("nvidia-device-plugin"));
    });

    it("runs on nodes with a GPU alone, with the runtime that shows it, and one folder of the node", () => {
        const object = recorded.object("DaemonSet/nvidia-device-plugin/nvidia-device-plugin");
        const text = JSON.stringify(object);
        assert.match(text, /"nodeSelector":\{"nvidia\.com\/gpu\.present":"true"\}/);
        assert.match(text, /"runtimeClassName":"nvidia"/);
        assert.deepEqual(text.match(/"hostPath":\{[^}]*\}/g), [
            '"hostPath":{"path":"/var/lib/kubelet/device-plugins","type":"Directory"}',
        ]);
        assert.doesNotMatch(text, /privileged":true|"add":\[|hostPID|hostNetwork/);
        assert.match(text, /"automountServiceAccountToken":false/);
    });

    it("brings the RuntimeClass once, also where a model asks for a GPU", () => {
        const classes = recorded.objects.filter(({ kind }) => kind === "RuntimeClass");
        assert.deepEqual(
            classes.map(({ metadata }) => metadata.name),
            [GPU_RUNTIME],
        );
    });

    it("is refused without a GPU, and missed where a model asks for one", () => {
        const PLUGIN = "systems.nvidiaDevicePlugin";
        assert.deepEqual(sentences({ [PLUGIN]: { enabled: true } }).length, 1);
        assert.match(
            sentences({ [PLUGIN]: { enabled: true } }).join(),
            /^systems\.nvidiaDevicePlugin\.enabled: true, and no node has a GPU; allowed: a node with a PCI mapping/,
        );
        const model = { "systems.ollama": { enabled: true, gpus: 1 } };
        assert.deepEqual(sentences({ ...model, ...gpuSite }), []);
        assert.deepEqual(sentences({ ...model, ...gpuSite, [PLUGIN]: { enabled: false } }), [
            "systems.nvidiaDevicePlugin.enabled: false; allowed: true while systems.ollama.gpus is 1: nobody else offers the GPUs of the nodes",
        ]);
        assert.deepEqual(sentences({ ...gpuSite, [PLUGIN]: { enabled: false } }), []);
    });

    it("is not asked for by a model without a worker that has one: one sentence says so", () => {
        const found = sentences({ "systems.ollama": { enabled: true, gpus: 1 }, talosExtensions });
        assert.equal(found.length, 1, found.join("\n"));
        assert.match(
            found[0] ?? "",
            /^systems\.ollama\.gpus: 1; allowed: at most 0, the GPUs of the worker/,
        );
    });
});
