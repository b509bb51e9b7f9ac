import assert from "node:assert/strict";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../../../components/base/ending";
import { Talosctl } from "../../../operate/talosctl/talosctl";
import { readAuthority, sign } from "../../../rehearsal/machines/certificates";
import { DoorProxy, doorTable } from "../../../rehearsal/machines/doors";
import { TalosCluster } from "../../../rehearsal/machines/talos-cluster";
import type { TalosMachine } from "../../../rehearsal/machines/talos-machine";
import { TALOS_PORT, TalosServer } from "../../../rehearsal/machines/talos-server";
import { talosctlOf } from "../../../rehearsal/up/plugins";
import { authority, type EncodedPair } from "../../talos-authority";

const ADDRESS = "10.0.0.2";
const PLACE = `${ADDRESS}:${TALOS_PORT}`;
const SCHEMATIC = "a".repeat(64);
const OLD = { release: "v1.12.3", schematic: SCHEMATIC };
const IMAGE = `factory.talos.dev/nocloud-installer/${SCHEMATIC}:v1.13.9`;

const decoded = (text: string) => Buffer.from(text, "base64").toString("utf8");
const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64");

function configuration({ certificate, key }: EncodedPair): string {
    return JSON.stringify({
        version: "v1alpha1",
        machine: {
            type: "controlplane",
            network: { hostname: "ctrl-0" },
            ca: { crt: certificate, key },
        },
        cluster: { controlPlane: { endpoint: "https://10.0.0.100:6443" } },
    });
}

const program = talosctlOf(process.env);

/** One node, reached as a whole update reaches it. */
(program === undefined ? describe.skip : describe)("the real talosctl and a played node", () => {
    const { HTTPS_PROXY } = process.env;
    const off: string[] = [];
    let machine: TalosMachine;
    let cluster: TalosCluster;
    let server: TalosServer;
    let proxy: DoorProxy;
    let talosctl: Talosctl;
    let clock: NodeJS.Timeout;

    before(async () => {
        const pair = await authority();
        cluster = new TalosCluster(
            {
                start: () => false,
                register: () => Promise.resolve(),
                setPower: () => Promise.resolve(),
                snapshot: () => Promise.resolve(Buffer.alloc(544)),
                announce: () => Promise.resolve(),
            },
            { boot: 1500 },
            (address) => off.push(address),
        );
        machine = cluster.add(ADDRESS, OLD);
        machine.start(0);
        await cluster.tick(Date.now());
        machine.apply(configuration(pair), "auto", false, Date.now());
        const doors = await doorTable([PLACE]);
        server = new TalosServer(ADDRESS, {
            ...{ cluster, port: doors[PLACE] ?? 0, addresses: [ADDRESS] },
            controlPlanes: [ADDRESS],
            memoryOf: () => 0,
            heard: () => undefined,
        });
        proxy = new DoorProxy(doors, () => undefined);
        await proxy.start();
        process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
        const known = await readAuthority(
            { certificate: decoded(pair.certificate), key: decoded(pair.key) },
            "talos",
        );
        const own = await sign(known, { name: "O=os:admin", addresses: [], days: 1 });
        const test = {
            endpoints: [ADDRESS],
            ca: pair.certificate,
            crt: encoded(own.certificate),
            key: encoded(own.key),
        };
        talosctl = Talosctl.open(
            program ?? "",
            JSON.stringify({ context: "test", contexts: { test } }),
        );
        const tick = async () => {
            await cluster.tick(Date.now());
            await server.follow();
            clock = setTimeout(() => void tick(), 50);
        };
        clock = setTimeout(() => void tick(), 0);
        await until(() => machine.stage === "running");
        cluster.bootstrap(machine);
    });

    after(async () => {
        clearTimeout(clock);
        process.env.HTTPS_PROXY = HTTPS_PROXY;
        if (HTTPS_PROXY === undefined) {
            delete process.env.HTTPS_PROXY;
        }
        talosctl.close();
        proxy.stop();
        await server.stop();
    });

    async function until(holds: () => boolean): Promise<void> {
        for (let tries = 0; !holds(); tries += 1) {
            assert.ok(tries < 200, "it never was so");
            await pause(50);
        }
    }

    it("agree on what it runs and what it was told", async () => {
        assert.equal(await talosctl.version(ADDRESS), OLD.release);
        assert.equal(await talosctl.schematic(ADDRESS), SCHEMATIC);
        assert.equal(await talosctl.configuration(ADDRESS), machine.disk.configuration?.text);
    });

    it("agree on etcd, its leader and its service", async () => {
        const { members, alarms } = await talosctl.etcd(ADDRESS);
        assert.deepEqual([members.map(({ hostname }) => hostname), alarms], [["ctrl-0"], []]);
        assert.equal(await talosctl.leader(ADDRESS), members[0]?.id);
        assert.equal(await talosctl.service(ADDRESS, "etcd"), "Running");
    });

    it("see an upgrade through to its end, whatever that is", async () => {
        machine.upgradeFault = "no image";
        await assert.rejects(talosctl.upgrade(ADDRESS, IMAGE), /failed to pull image/);
        machine.upgradeFault = "rolls back";
        await talosctl.upgrade(ADDRESS, IMAGE);
        assert.equal(await talosctl.version(ADDRESS), OLD.release);
        await talosctl.upgrade(ADDRESS, IMAGE);
        assert.equal(await talosctl.version(ADDRESS), "v1.13.9");
    });

    it("know a snapshot without a database, and a bootstrap of one that nobody sent", async () => {
        const { folder, remove } = temporaryFolder("talosctl-test");
        try {
            const file = path.join(folder, "etcd.snap");
            await assert.rejects(talosctl.snapshot(ADDRESS, file), /invalid database/);
            await assert.rejects(talosctl.recover(ADDRESS, file), /invalid database/);
        } finally {
            remove();
        }
    });

    it("end with a node that is off", async () => {
        await talosctl.shutdown(ADDRESS);
        await until(() => off.includes(ADDRESS));
        assert.equal(machine.stage, "off");
    });

    it("end with a node that has left etcd and forgotten everything", async () => {
        machine.start(Date.now());
        await until(() => machine.stage === "running");
        await talosctl.reset(ADDRESS);
        await until(() => machine.stage === "off");
        assert.equal(machine.disk.configuration, undefined);
        assert.deepEqual(cluster.etcd.members, []);
    });
});
