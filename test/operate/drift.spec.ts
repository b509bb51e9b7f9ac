import assert from "node:assert/strict";
import { engineFindings } from "../../operate/drift/engine";
import { configurationDifferences } from "../../operate/drift/configuration";
import { drift } from "../../operate/drift/drift";
import { type ListedMachine, machineDrift } from "../../operate/drift/machines";
import { CONFIGURATION_TYPE, resourcesIn, type StateResource } from "../../operate/stack-state";
import { NEW, World } from "./fake/world";

const applied = `
version: v1alpha1
machine:
    token: very-secret
    sysctls: {a: "1"}
    kubelet: {image: "kubelet:v1.35.4"}
cluster:
    apiServer: {image: "api:v1.35.4", certSANs: [one, two]}
---
apiVersion: v1alpha1
kind: HostnameConfig
hostname: ctrl-0
`;

describe("the configuration of a node", () => {
    it("is the same in another order, with comments, empty values and upgraded images", () => {
        const running = `# Documentation of it
cluster:
    apiServer: {certSANs: [one, two], image: "api:v1.36.2", extraArgs: {}}
machine:
    kubelet: {image: "kubelet:v1.36.2"}
    sysctls: {a: "1"}
    token: very-secret
    nodeLabels: {}
version: v1alpha1
---
kind: HostnameConfig
apiVersion: v1alpha1
hostname: ctrl-0
`;
        assert.deepEqual(configurationDifferences(applied, running), []);
    });

    it("is named by path where it differs, never by value", () => {
        const running = applied
            .replace("very-secret", "other-secret")
            .replace('a: "1"', 'a: "2"')
            .replace("[one, two]", "[one]")
            .replace("hostname: ctrl-0", "hostname: ctrl-9");
        const found = configurationDifferences(applied, running);
        assert.deepEqual(found.toSorted(), [
            "HostnameConfig: hostname",
            "cluster.apiServer.certSANs",
            "machine.sysctls.a",
            "machine.token",
        ]);
        assert.doesNotMatch(found.join(), /secret/);
    });

    it("is named when a document came or went", () => {
        const [first = ""] = applied.split("---");
        assert.deepEqual(configurationDifferences(applied, first), ["HostnameConfig:"]);
    });

    it("is not printed when it cannot be read", () => {
        assert.throws(
            () => configurationDifferences(applied, "token: very-secret: {"),
            (error: Error) =>
                error.message.includes("cannot be read") && !error.message.includes("secret"),
        );
    });
});

describe("drift", () => {
    let world: World;
    beforeEach(() => {
        world = new World(NEW);
    });
    afterEach(() => {
        world.remove();
    });
    const machines = (): ListedMachine[] =>
        world.site.nodes.map(({ name, vmId, host, cores, memory }) => ({
            ...{ name, node: host, vmid: vmId, status: "running" },
            ...{ maxcpu: cores, maxmem: memory * 1024 * 1024 },
        }));
    const resources = (): StateResource[] =>
        world.site.nodes.map(({ name }) => ({
            ...{ name, urn: name, type: CONFIGURATION_TYPE, protect: false },
            outputs: { machineConfiguration: "machine: {}" },
        }));
    const find = (listed: () => readonly ListedMachine[] = machines, kubernetes = "1.35.4") =>
        drift(world.cluster(), {
            state: { ...world.state(), resources: () => Promise.resolve(resources()) },
            machines: () => Promise.resolve().then(listed),
            kubernetes,
        });

    it("is nothing when all is as the program says, and changes nothing", async () => {
        assert.deepEqual(await find(), []);
        assert.deepEqual(world.acts, []);
    });

    it("is told for each part: machine, Talos, etcd, Kubernetes", async () => {
        Object.assign(world.node("worker-1"), { release: "v1.13.7", schematic: "c".repeat(64) });
        world.node("ctrl-2").member = false;
        Object.assign(world.objects.get("worker-2") ?? {}, { unschedulable: true });
        const listed = machines().map((one) =>
            one.name === "worker-3" ? { ...one, maxcpu: 2 } : one,
        );
        const found = await find(() => listed.slice(1), "1.36.2");
        const text = found.join("\n");
        for (const words of [
            /Proxmox has no machine 1001 \(ctrl-0\)/,
            /worker-3\) has cores: 2, and the settings say 8/,
            /worker-1 runs Talos v1\.13\.7, and the program says v1\.13\.9/,
            /worker-1 has the schematic cccccccccccc/,
            /etcd lacks the control plane ctrl-2/,
            /API server is v1\.35\.4, and the settings say v1\.36\.2/,
            /kubelet of worker-1 is v1\.35\.4/,
            /worker-2 is cordoned/,
        ]) {
            assert.match(text, words);
        }
    });

    it("is also what could not be looked at", async () => {
        world.node("worker-1").on = false;
        const found = await find(() => {
            throw new Error("no answer within 10 s");
        });
        assert.match(found.join("\n"), /Proxmox could not be read: no answer within 10 s\./);
        assert.match(found.join("\n"), /Talos on worker-1 could not be read/);
    });

    it("of a machine is its power, name and host too", () => {
        const [node] = world.site.nodes;
        const [machine] = machines();
        assert.ok(node !== undefined && machine !== undefined);
        const found = machineDrift(
            [node],
            [{ ...machine, status: "stopped", name: "x", node: "pve-9" }],
        );
        assert.equal(found.length, 3);
    });
});

describe("a state", () => {
    it("is read without the marks of its secrets, and without what waits to be deleted", () => {
        const mark = { "4dabf18193072939515e22adb298388d": "1b47", plaintext: '"text"' };
        const found = resourcesIn({
            deployment: {
                resources: [
                    {
                        urn: "a::b::ctrl-0",
                        type: CONFIGURATION_TYPE,
                        outputs: { machineConfiguration: mark },
                    },
                    { urn: "a::b::old", type: "t", delete: true },
                ],
            },
        });
        assert.deepEqual(
            found.map(({ name, outputs }) => [name, outputs.machineConfiguration]),
            [["ctrl-0", "text"]],
        );
        assert.deepEqual(resourcesIn(undefined), []);
    });
});

describe("what the engine would change", () => {
    const change = {
        operation: "update" as const,
        urn: "urn:pulumi:prod::platform::proxmoxve:index/vmLegacy:VmLegacy::ctrl-0",
        type: "proxmoxve:index/vmLegacy:VmLegacy",
    };
    const judged = (level: "mandatory" | "advisory") =>
        ({
            violations: [{ policy: "ha-01", level, message: "no", urn: "", enforcement: level }],
            charts: [],
        }) as unknown as NonNullable<Parameters<typeof engineFindings>[0]["judged"]>;
    const outcome = { changes: [], errors: [], code: 0 };

    it("is a sentence each, with what kept it from saying so", () => {
        assert.deepEqual(engineFindings(outcome), []);
        assert.deepEqual(
            engineFindings({ ...outcome, changes: [change], errors: ["no token"], code: 1 }),
            ["An update would update VmLegacy ctrl-0.", "no token"],
        );
        assert.deepEqual(engineFindings({ ...outcome, code: 255 }), [
            "pulumi preview ended with 255.",
        ]);
    });

    it("is nothing where only violations made it fail", () => {
        const failed = { ...outcome, code: 255 };
        assert.deepEqual(engineFindings({ ...failed, judged: judged("mandatory") }), []);
        assert.equal(engineFindings({ ...failed, judged: judged("advisory") }).length, 1);
    });
});
