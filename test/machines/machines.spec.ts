import assert from "node:assert/strict";
import { Machines } from "../../components/machines/machines";
import { Recorder, settled, valueOf } from "../fixtures/recorder";
import { sampleConfiguration, sampleSite } from "../fixtures/settings";

const vm = "proxmoxve:index/vmLegacy:VmLegacy";
const file = "proxmoxve:download/file:File";
const rules = "proxmoxve:firewall/rulesLegacy:RulesLegacy";
const options = "proxmoxve:firewall/optionsLegacy:OptionsLegacy";

interface Outputs {
    schematicId: string;
    installerImage: string;
    virtualMachines: string[];
}

async function run(overrides: Record<string, unknown> = {}): Promise<[Recorder, Outputs]> {
    const recorder = await Recorder.install();
    const machines = new Machines("machines", { site: sampleSite(overrides) });
    const outputs = {
        schematicId: await valueOf(machines.schematicId),
        installerImage: await valueOf(machines.installerImage),
        virtualMachines: Object.keys(machines.virtualMachines),
    };
    await settled();
    return [recorder, outputs];
}

interface MachineInputs extends Record<string, unknown> {
    disks: Record<string, unknown>[];
    startup: { order: number };
}

const args = (recorder: Recorder, name: string) =>
    recorder.one(vm, name).inputs as unknown as MachineInputs;

describe("machines", () => {
    let recorder: Recorder;
    let outputs: Outputs;
    before(async () => {
        [recorder, outputs] = await run();
    });

    it("download the image once per host that runs a node", () => {
        const files = recorder.all(file);
        assert.deepEqual(
            files.map(({ inputs }) => inputs.nodeName),
            ["pve-1", "pve-2", "pve-3"],
        );
        const [first] = files;
        assert.deepEqual(first?.inputs, {
            nodeName: "pve-1",
            datastoreId: "local",
            contentType: "import",
            url: "https://factory.talos.dev/image/talos-id/v1.13.9/nocloud-amd64.qcow2",
            fileName: "talos-v1.13.9-talos-id-nocloud-amd64.qcow2",
            overwrite: false,
            overwriteUnmanaged: true,
            uploadTimeout: 1800,
        });
    });

    it("hand out the schematic and the nocloud installer", () => {
        assert.equal(outputs.schematicId, "talos-id");
        assert.equal(
            outputs.installerImage,
            "factory.talos.dev/nocloud-installer/talos-id:v1.13.9",
        );
        assert.deepEqual(
            outputs.virtualMachines.sort(),
            ["ctrl-0", "ctrl-1", "ctrl-2", "worker-1", "worker-2", "worker-3", "worker-4"].sort(),
        );
    });

    it("give a worker its fixed id, place, address and disks", () => {
        const { disks, ...machine } = args(recorder, "worker-2");
        assert.equal(machine.vmId, 1012);
        assert.equal(machine.nodeName, "pve-2");
        assert.equal(machine.machine, "q35");
        assert.equal(machine.bios, "ovmf");
        assert.equal(machine.scsiHardware, "virtio-scsi-pci");
        assert.deepEqual(machine.tags, ["home", "prod", "pulumi", "talos", "worker"]);
        assert.deepEqual(machine.initialization, {
            type: "nocloud",
            datastoreId: "local-lvm",
            interface: "ide2",
            ipConfigs: [{ ipv4: { address: "192.168.68.104/24", gateway: "192.168.68.1" } }],
            dns: { servers: ["192.168.68.1", "9.9.9.9"] },
        });
        const shared = {
            datastoreId: "local-lvm",
            fileFormat: "raw",
            cache: "none",
            discard: "on",
            ssd: true,
            replicate: false,
        };
        assert.deepEqual(disks, [
            {
                ...shared,
                interface: "scsi0",
                size: 100,
                backup: true,
                importFrom: "talos-pve-2-id",
            },
            { ...shared, interface: "scsi1", size: 500, backup: false },
        ]);
    });

    it("do not wait for an agent that only starts once the machine is configured", () => {
        const { agent, stopOnDestroy } = args(recorder, "ctrl-0");
        assert.deepEqual(agent, { enabled: true, trim: true, waitForIp: { disabled: true } });
        assert.equal(stopOnDestroy, true);
    });

    it("start control planes before workers", () => {
        const order = (name: string) => args(recorder, name).startup.order;
        assert.ok(order("ctrl-0") < order("worker-1"));
    });

    it("tag each machine once with a name that cluster and stack share", async () => {
        const cluster = { ...sampleConfiguration.cluster, name: "prod" };
        const [same] = await run({ cluster });
        assert.deepEqual(args(same, "ctrl-0").tags, ["control-plane", "prod", "pulumi", "talos"]);
    });

    it("give no disk a serial number, after which Proxmox 8 would name its path and 9 not", () => {
        for (const { name } of recorder.all(vm)) {
            for (const disk of args(recorder, name).disks) {
                assert.equal(disk.serial, undefined);
            }
        }
    });

    const dependencies = (from: Recorder, name: string) =>
        from
            .one(vm, name)
            .dependencies.filter((urn) => urn.includes("vmLegacy"))
            .map((urn) => urn.split("::").at(-1));

    it("change workers one after the other where the provider reboots them", async () => {
        const [dev] = await run({ profile: "dev" });
        assert.deepEqual(dependencies(dev, "worker-1"), []);
        assert.deepEqual(dependencies(dev, "worker-2"), ["worker-1"]);
        assert.deepEqual(dependencies(dev, "worker-4"), ["worker-3"]);
    });

    it("fence a replaced machine anew, because Proxmox deletes the firewall with the machine", () => {
        for (const { name } of recorder.all(vm)) {
            for (const type of [rules, options]) {
                const { replaceWith, deleteBeforeReplace } = recorder.one(type, name);
                assert.deepEqual(
                    replaceWith.map((urn) => urn.endsWith(`VmLegacy::${name}`)),
                    [true],
                );
                assert.equal(deleteBeforeReplace, true);
            }
        }
    });

    it("change one control plane after the other, workers at the same time in prod", () => {
        assert.deepEqual(dependencies(recorder, "ctrl-0"), []);
        assert.deepEqual(dependencies(recorder, "ctrl-1"), ["ctrl-0"]);
        assert.deepEqual(dependencies(recorder, "ctrl-2"), ["ctrl-1"]);
        assert.deepEqual(dependencies(recorder, "worker-4"), []);
    });

    it("never replace or touch a running machine for a newer image", () => {
        for (const machine of recorder.all(vm)) {
            assert.ok(machine.ignoreChanges.includes("disks[0].importFrom"));
            assert.equal(machine.deleteBeforeReplace, true);
        }
    });

    it("change no machine for limits of its disks' speed that nobody set", () => {
        for (const machine of recorder.all(vm)) {
            const disks = machine.inputs.disks as unknown[];
            assert.deepEqual(
                machine.ignoreChanges.filter((path) => path.endsWith("speed")),
                disks.map((_, index) => `disks[${index}].speed`),
            );
        }
    });

    it("lock every machine behind its firewall, openings first", () => {
        for (const { name } of recorder.all(vm)) {
            const lock = recorder.one(options, name);
            assert.equal(lock.inputs.enabled, true);
            assert.equal(lock.inputs.inputPolicy, "DROP");
            assert.equal(lock.inputs.ipfilter, false);
            assert.ok(lock.dependencies.some((urn) => urn.includes("rulesLegacy")));
            assert.ok((recorder.one(rules, name).inputs.rules as unknown[]).length > 0);
        }
    });

    it("are protected in prod, in Pulumi and in Proxmox, and not rebooted by the provider", () => {
        for (const machine of recorder.all(vm)) {
            assert.equal(machine.protect, true);
            assert.equal(machine.inputs.protection, true);
            assert.equal(machine.inputs.rebootAfterUpdate, false);
        }
    });

    it("may be removed and rebooted outside prod", async () => {
        const [dev] = await run({ profile: "dev" });
        for (const machine of dev.all(vm)) {
            assert.equal(machine.protect, false);
            assert.equal(machine.inputs.protection, false);
            assert.equal(machine.inputs.rebootAfterUpdate, true);
        }
    });

    it("leave all others as they are when an entry goes", async () => {
        const nodes = sampleConfiguration.nodes.filter(({ name }) => name !== "worker-2");
        const [fewer] = await run({ nodes });
        for (const { name, inputs } of fewer.all(vm)) {
            assert.deepEqual(inputs, recorder.one(vm, name).inputs);
        }
        assert.equal(fewer.all(vm).length, recorder.all(vm).length - 1);
    });

    it("keep the API token out of the state's plain text", () => {
        const provider = recorder.one("pulumi:providers:proxmoxve", "proxmox");
        assert.deepEqual(provider.secretInputs, ["apiToken"]);
        assert.equal(provider.inputs.endpoint, "https://pve-1.home.example.org:8006");
        assert.ok(recorder.all(vm).every(({ provider }) => provider.includes("proxmox")));
    });
});
