import assert from "node:assert/strict";
import { imageOf } from "../../../rehearsal/machines/talos-calls";
import { TalosCluster } from "../../../rehearsal/machines/talos-cluster";
import { TalosError } from "../../../rehearsal/machines/talos-error";
import type { TalosMachine } from "../../../rehearsal/machines/talos-machine";

const IMAGE = { release: "v1.13.9", schematic: "a" };
const NEWER = { release: "v1.14.0", schematic: "a" };
const BOOT = 1000;

function configuration(name: string, type = "controlplane", more = ""): string {
    return [
        `version: v1alpha1`,
        `machine: { type: ${type}, sysctls: { a: "1" }${more} }`,
        "cluster: { clusterName: test, controlPlane: { endpoint: https://10.0.0.100:6443 } }",
        "---",
        `{ apiVersion: v1alpha1, kind: HostnameConfig, hostname: ${name} }`,
    ].join("\n");
}

/** Nodes with a clock, and a Kubernetes that does nothing. */
class Ground {
    readonly cluster = new TalosCluster(
        {
            start: () => false,
            register: () => Promise.resolve(),
            setPower: () => Promise.resolve(),
            snapshot: () => Promise.resolve(Buffer.from("etcd")),
            announce: () => Promise.resolve(),
        },
        { boot: BOOT },
    );
    now = 0;

    async pass(): Promise<void> {
        this.now += BOOT;
        // The second look is for who joins what the first has made.
        await this.cluster.tick(this.now);
        await this.cluster.tick(this.now);
    }

    /** A machine in maintenance. */
    async fresh(address: string): Promise<TalosMachine> {
        const machine = this.cluster.add(address, IMAGE);
        machine.start(this.now);
        await this.pass();
        return machine;
    }

    /** A node that runs. */
    async node(name: string, address: string, type?: string): Promise<TalosMachine> {
        const machine = await this.fresh(address);
        machine.apply(configuration(name, type), "auto", false, this.now);
        await this.pass();
        return machine;
    }

    /** Three control planes with one etcd. */
    static async whole(): Promise<{ ground: Ground; nodes: TalosMachine[] }> {
        const ground = new Ground();
        const first = await ground.node("ctrl-0", "10.0.0.1");
        ground.cluster.bootstrap(first);
        const nodes = [first];
        for (const index of [1, 2]) {
            nodes.push(await ground.node(`ctrl-${index}`, `10.0.0.${index + 1}`));
        }
        return { ground, nodes };
    }
}

function refusal(run: () => unknown): TalosError {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof TalosError);
        return error;
    }
    return assert.fail("it was not refused");
}

const names = ({ cluster }: Ground) => cluster.etcd.members.map(({ hostname }) => hostname);

describe("a played Talos node", () => {
    it("waits in maintenance for its configuration, and boots with it", async () => {
        const ground = new Ground();
        const machine = await ground.fresh("10.0.0.1");
        assert.equal(machine.stage, "maintenance");
        machine.apply(configuration("ctrl-0"), "auto", false, ground.now);
        assert.equal(machine.stage, "booting");
        await ground.pass();
        assert.equal(machine.stage, "running");
        assert.equal(machine.disk.configuration?.hostname, "ctrl-0");
    });

    it("refuses a configuration that it cannot read", async () => {
        const machine = await new Ground().fresh("10.0.0.1");
        for (const text of ["{ a: 1 }", configuration("x", "other"), "machine: ["]) {
            const run = () => machine.apply(text, "auto", false, 0);
            assert.equal(refusal(run).code, "INVALID_ARGUMENT");
        }
    });

    it("takes a sysctl at once and reboots for another thing, as the mode allows", async () => {
        const ground = new Ground();
        const machine = await ground.node("ctrl-0", "10.0.0.1");
        const boots = machine.boots;
        const quick = configuration("ctrl-0").replace('a: "1"', 'a: "2"');
        assert.equal(machine.apply(quick, "auto", false, ground.now).mode, "noReboot");
        assert.equal(machine.boots, boots);
        const slow = configuration("ctrl-0", "controlplane", ", udev: { rules: [x] }");
        assert.equal(machine.apply(slow, "auto", true, ground.now).mode, "reboot");
        assert.equal(machine.boots, boots, "a dry run changes nothing");
        const now = () => machine.apply(slow, "noReboot", false, ground.now);
        assert.equal(refusal(now).code, "INVALID_ARGUMENT");
        machine.apply(slow, "staged", false, ground.now);
        assert.equal(machine.boots, boots);
        assert.ok(!machine.disk.configuration?.text.includes("udev"));
        machine.reboot(ground.now);
        assert.ok(machine.disk.configuration?.text.includes("udev"));
    });

    it("is upgraded by a reboot, goes back where that fails, or never returns", async () => {
        const ground = new Ground();
        const machine = await ground.node("ctrl-0", "10.0.0.1");
        machine.upgrade(NEWER, ground.now);
        await ground.pass();
        assert.deepEqual([machine.stage, machine.disk.image], ["running", NEWER]);
        machine.upgradeFault = "rolls back";
        machine.upgrade(IMAGE, ground.now);
        await ground.pass();
        assert.deepEqual([machine.stage, machine.disk.image], ["running", NEWER]);
        machine.upgradeFault = "never returns";
        machine.upgrade(IMAGE, ground.now);
        await ground.pass();
        assert.equal(machine.stage, "rebooting");
    });

    it("knows the image of an installer, and refuses what names none", () => {
        assert.deepEqual(imageOf("factory.talos.dev/nocloud-installer/abc:v1.14.0"), {
            release: "v1.14.0",
            schematic: "abc",
        });
        assert.equal(refusal(() => imageOf("abc")).code, "INVALID_ARGUMENT");
    });
});

describe("the etcd of played nodes", () => {
    it("is made once, on a control plane that runs", async () => {
        const ground = new Ground();
        const fresh = await ground.fresh("10.0.0.9");
        assert.equal(
            refusal(() => {
                ground.cluster.bootstrap(fresh);
            }).code,
            "FAILED_PRECONDITION",
        );
        const worker = await ground.node("worker-1", "10.0.0.8", "worker");
        assert.equal(
            refusal(() => {
                ground.cluster.bootstrap(worker);
            }).code,
            "UNIMPLEMENTED",
        );
        const first = await ground.node("ctrl-0", "10.0.0.1");
        ground.cluster.bootstrap(first);
        const again = refusal(() => {
            ground.cluster.bootstrap(first);
        });
        assert.equal(again.code, "ALREADY_EXISTS");
        assert.equal(again.message, "etcd data directory is not empty");
    });

    it("is joined by the other control planes, and by no worker", async () => {
        const { ground } = await Ground.whole();
        await ground.node("worker-1", "10.0.0.8", "worker");
        assert.deepEqual(names(ground), ["ctrl-0", "ctrl-1", "ctrl-2"]);
    });

    it("answers with one of three gone, and not with two", async () => {
        const { ground, nodes } = await Ground.whole();
        const [first, second, third] = nodes;
        assert.ok(first && second && third);
        first.stop();
        await ground.pass();
        assert.ok(ground.cluster.etcd.hasQuorum);
        assert.equal(ground.cluster.etcd.leader, second.disk.member);
        second.stop();
        await ground.pass();
        assert.equal(ground.cluster.etcd.leader, undefined);
        assert.equal(refusal(() => ground.cluster.membersFor(third)).code, "UNAVAILABLE");
        second.start(ground.now);
        await ground.pass();
        assert.equal(ground.cluster.membersFor(third).length, 3);
    });

    it("loses a member that leaves, which joins again only when it was wiped and configured", async () => {
        const { ground, nodes } = await Ground.whole();
        const last = nodes.at(-1);
        assert.ok(last !== undefined);
        ground.cluster.leave(last);
        await ground.pass();
        assert.deepEqual(names(ground), ["ctrl-0", "ctrl-1"]);
        ground.cluster.reset(last, { graceful: true, reboot: true }, ground.now);
        await ground.pass();
        assert.equal(last.stage, "maintenance");
        last.apply(configuration("ctrl-2"), "auto", false, ground.now);
        await ground.pass();
        assert.deepEqual(names(ground), ["ctrl-0", "ctrl-1", "ctrl-2"]);
    });

    it("is made anew of a snapshot, which must be sent before", async () => {
        const { ground, nodes } = await Ground.whole();
        const [first] = nodes;
        assert.ok(first !== undefined);
        assert.equal(
            refusal(() => {
                ground.cluster.recover(first, Buffer.from("etcd"));
            }).code,
            "ALREADY_EXISTS",
        );
        ground.cluster.loseEtcd();
        assert.equal(
            refusal(() => {
                ground.cluster.bootstrap(first, true);
            }).code,
            "FAILED_PRECONDITION",
        );
        ground.cluster.recover(first, Buffer.from("etcd"));
        ground.cluster.bootstrap(first, true);
        await ground.pass();
        assert.deepEqual(names(ground), ["ctrl-0", "ctrl-1", "ctrl-2"]);
    });

    it("keeps the member of a machine that is gone, until somebody takes it out", async () => {
        const { ground } = await Ground.whole();
        ground.cluster.drop("10.0.0.3");
        await ground.pass();
        assert.deepEqual(names(ground), ["ctrl-0", "ctrl-1", "ctrl-2"]);
    });
});
