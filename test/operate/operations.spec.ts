import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { WORK_ANNOTATION } from "../../operate/cluster/cluster";
import { exitCode, type Operation, type Result, runOperation } from "../../operate/operation";
import { departure, type Departure } from "../../operate/operations/node";
import { restore } from "../../operate/operations/restore";
import { snapshot } from "../../operate/operations/snapshot";
import { upgrade } from "../../operate/operations/upgrade";
import { upgradeKubernetes } from "../../operate/operations/upgrade-kubernetes";
import { ApiError } from "../../kubernetes-client/connection";
import { UsageError } from "../../preview/usage-error";
import type { PlannedChange } from "../../preview/engine/events";
import { IMAGE, Killed, NEW, World } from "./fake/world";

const CONTROL_PLANES = ["ctrl-0", "ctrl-1", "ctrl-2"];

let world: World;
let lines: string[];
beforeEach(() => {
    world = new World();
    lines = [];
});
afterEach(() => {
    world.remove();
});

async function run(
    plan: () => Promise<Operation> | Operation,
    more: { dryRun?: boolean; answer?: boolean } = {},
): Promise<Result> {
    const { dryRun = false, answer = true } = more;
    return runOperation(await plan(), {
        dryRun,
        confirm: () => Promise.resolve(answer),
        tell: (line) => lines.push(line),
    });
}

const upgrading = () => upgrade(world.cluster(lines), IMAGE);
const going = (what: Departure, name: string) => () =>
    departure(world.cluster(lines), {
        ...{ departure: what, name, state: world.state(), flags: [] },
        unprotectMachine: (node) => world.change(`protection ${node.name}`, () => undefined),
    });
const kubernetes =
    (release: string, changes: readonly PlannedChange[] = []) =>
    () =>
        upgradeKubernetes(world.cluster(lines), {
            ...{ release, state: world.state(), project: "platform" },
            written: {
                "cluster.upgradedKubernetes": world.settings["platform:cluster.upgradedKubernetes"],
                "versions.kubernetes": world.settings["platform:versions.kubernetes"],
            },
            preview: () => Promise.resolve(changes),
        });

/** A snapshot file as etcd leaves it. */
function snapshotFile(size = 4128): string {
    const file = path.join(world.folder, "given.snap");
    fs.writeFileSync(file, Buffer.alloc(size));
    return file;
}

/** All control planes have lost their data. */
function loseEtcd(): void {
    for (const name of CONTROL_PLANES) {
        Object.assign(world.node(name), { etcd: "Preparing", member: false });
    }
}

const acts = (start: string) =>
    world.acts.filter((act) => act.startsWith(start)).map((act) => act.split(" ")[1]);

describe("an upgrade of Talos", () => {
    it("takes control planes first, the leader last, then the workers, one at a time", async () => {
        const result = await run(upgrading);
        assert.equal(result.outcome, "done", result.faults.join());
        const workers = world.site.workers.map(({ name }) => name);
        assert.deepEqual(acts("upgrade "), ["ctrl-0", "ctrl-2", "ctrl-1", ...workers]);
        for (const { name } of world.site.nodes) {
            assert.equal(world.objects.get(name)?.unschedulable, false);
            assert.deepEqual(world.objects.get(name)?.annotations, {});
        }
    });

    it("shows its plan and touches nothing in a dry run, nor when somebody says no", async () => {
        const planned = await run(upgrading, { dryRun: true });
        assert.deepEqual([planned.outcome, exitCode(planned)], ["planned", 0]);
        const declined = await run(upgrading, { answer: false });
        assert.deepEqual([declined.outcome, exitCode(declined)], ["declined", 1]);
        assert.deepEqual(world.acts, []);
        assert.ok(!fs.existsSync(path.join(world.folder, "snapshots")));
        assert.match(lines.join("\n"), /1\. Take a snapshot.*\n.*Upgrade ctrl-0 to v1\.13\.9/);
    });

    it("leaves out nodes that have release and schematic, and not those that have one of them", async () => {
        Object.assign(world.node("ctrl-0"), NEW);
        Object.assign(world.node("ctrl-1"), { release: NEW.release });
        await run(upgrading);
        assert.deepEqual(acts("upgrade ").slice(0, 2), ["ctrl-2", "ctrl-1"]);
    });

    it("stops at once at a node that goes back to its old system, and says how to go on", async () => {
        world.upgradeFails.add("ctrl-2");
        const begin = world.time;
        const result = await run(upgrading);
        assert.ok(world.time - begin < 60_000, "it waited for what had been decided");
        assert.equal(result.outcome, "failed");
        assert.deepEqual(acts("upgrade "), ["ctrl-0", "ctrl-2"]);
        assert.match(result.faults.join(), /^ctrl-2 is back with v1\.13\.7: its new system/);
        assert.match(result.goOn ?? "", /make upgrade STACK=prod.*rollback/);
        assert.equal(result.steps.at(-1)?.state, "not reached");
        // Mended, the same command goes on there.
        world.upgradeFails.clear();
        assert.equal((await run(upgrading)).outcome, "done");
        assert.deepEqual(acts("upgrade ").slice(2, 4), ["ctrl-2", "ctrl-1"]);
    });

    it("does not begin while the gate is shut, and names everything", async () => {
        world.alarms = ["NOSPACE"];
        world.health = {
            health: "HEALTH_ERR",
            details: { PG_DAMAGED: { severity: "HEALTH_ERR" } },
        };
        const result = await run(upgrading);
        assert.deepEqual([result.outcome, result.faults.length], ["refused", 2]);
        assert.deepEqual(world.acts, []);
    });

    it("stops between two nodes when the gate shuts", async () => {
        const cluster = world.cluster(lines);
        const { talosctl } = cluster;
        const plan = () =>
            upgrade(
                {
                    ...cluster,
                    talosctl: {
                        ...talosctl,
                        upgrade: async (address, image) => {
                            await talosctl.upgrade(address, image);
                            world.health = {
                                health: "HEALTH_WARN",
                                details: { OSD_FULL: { severity: "HEALTH_WARN" } },
                            };
                        },
                    },
                },
                IMAGE,
            );
        const result = await run(plan);
        assert.equal(result.outcome, "failed");
        assert.deepEqual(acts("upgrade "), ["ctrl-0"]);
        assert.match(result.faults.join(), /OSD_FULL/);
    });

    it("refuses two minor releases at once, another installer, and an unknown one", async () => {
        Object.assign(world.node("ctrl-0"), { release: "v1.11.5" });
        await assert.rejects(
            upgrading(),
            /ctrl-0 runs v1\.11\.5, and v1\.13\.9 is 2 minor releases away: go to the latest 1\.12/,
        );
        Object.assign(world.node("ctrl-0"), { release: "v1.14.0" });
        await assert.rejects(upgrading(), /older: an upgrade never goes back/);
        const other = IMAGE.replace("1.13.9", "1.13.8");
        await assert.rejects(
            upgrade(world.cluster(), other),
            /installer is of v1\.13\.8.*npm run up/,
        );
        await assert.rejects(upgrade(world.cluster(), "ghcr.io/x/installer:v1.13.9"), UsageError);
        assert.deepEqual(world.acts, []);
    });

    it("does not begin when a node cannot say what it runs", async () => {
        world.node("worker-1").on = false;
        await assert.rejects(upgrading(), /worker-1 does not say what it runs/);
        assert.deepEqual(world.acts, []);
    });

    it("refuses to go on without a snapshot that is one", async () => {
        world.snapshotBytes = 0;
        const result = await run(upgrading);
        assert.equal(result.outcome, "failed");
        assert.match(result.faults.join(), /is empty/);
        assert.deepEqual(world.acts, []);
        assert.deepEqual(fs.readdirSync(path.join(world.folder, "snapshots")), []);
    });
});

describe("an upgrade of Kubernetes", () => {
    it("upgrades, writes both settings, and demands a preview without nodes", async () => {
        const result = await run(kubernetes("1.36.2"));
        assert.equal(result.outcome, "done", result.faults.join());
        assert.deepEqual(world.settings, {
            "platform:cluster.upgradedKubernetes": "1.36.2",
            "platform:versions.kubernetes": "1.36.2",
        });
        assert.equal(world.kubernetesRelease, "1.36.2");
    });

    it("stops when an update would change a node, and does nothing twice", async () => {
        const change = {
            operation: "update",
            urn: "urn:pulumi:prod::x::y::ctrl-0",
            type: "talos:machine/configurationApply:ConfigurationApply",
        } as const;
        const result = await run(kubernetes("1.36.2", [change]));
        assert.match(result.faults.join(), /would change nodes: ctrl-0 \(update\)/);
        const before = world.acts.length;
        assert.equal((await run(kubernetes("1.36.2"))).outcome, "done");
        assert.equal(world.acts.length, before);
    });

    for (const [release, words] of [
        ["1.37.0", /2 minor releases away/],
        ["1.34.9", /never goes back/],
        ["v1.36.2", /no release of Kubernetes/],
        ["1.36", /no release of Kubernetes/],
        ["2.0.0", /another major/],
    ] as const) {
        it(`refuses ${release}`, async () => {
            await assert.rejects(kubernetes(release)(), words);
            assert.deepEqual(world.acts, []);
        });
    }
});

describe("a node that goes", () => {
    it("leaves in the right order and comes back as another machine", async () => {
        const result = await run(going("replace", "worker-1"));
        assert.equal(result.outcome, "done", result.faults.join());
        const order = [
            "evict worker-1-app",
            "out 0",
            "purge 0",
            "delete rook-ceph-osd-0",
            "shutdown worker-1",
            "delete worker-1",
            "protection worker-1",
            "unprotect urn:worker-1",
            "up --replace urn:worker-1",
        ];
        assert.deepEqual(
            world.acts.filter((act) => order.includes(act)),
            order,
        );
    });

    it("is taken out of etcd when it is a control plane", async () => {
        assert.equal((await run(going("replace", "ctrl-2"))).outcome, "done");
        assert.ok(world.acts.includes("reset ctrl-2"));
        assert.ok(!world.acts.includes("shutdown ctrl-2"));
    });

    it("leaves for good without a new machine", async () => {
        const result = await run(going("remove", "worker-1"));
        assert.equal(result.outcome, "done", result.faults.join());
        assert.match(result.afterwards ?? "", /Take worker-1 out of nodes/);
        assert.ok(world.acts.includes("crush remove worker-1"));
        assert.deepEqual(acts("up"), []);
    });

    it("is not forgotten by Ceph while its data is only there", async () => {
        const cluster = world.cluster(lines);
        const execute = cluster.kubernetes.execute;
        const stuck = {
            ...cluster.kubernetes,
            execute: (place: Parameters<typeof execute>[0], command: readonly string[]) =>
                command.includes("safe-to-destroy")
                    ? Promise.reject(new ApiError(0, "OSD 0 has placement groups"))
                    : execute(place, command),
        };
        const result = await run(() =>
            departure(
                { ...cluster, kubernetes: stuck },
                {
                    departure: "remove",
                    name: "worker-1",
                    state: world.state(),
                    flags: [],
                    unprotectMachine: () => Promise.resolve(),
                },
            ),
        );
        assert.equal(result.outcome, "failed");
        assert.match(result.faults.join(), /data of osd\.0.*placement groups/);
        assert.deepEqual(acts("purge"), []);
        assert.deepEqual(acts("shutdown"), []);
    });

    it("must be in the settings, and one that can be spared", async () => {
        await assert.rejects(
            going("replace", "worker-9")(),
            /no node worker-9 in Pulumi\.prod\.yaml.*did you mean worker-/,
        );
        await assert.rejects(
            going("remove", "ctrl-1")(),
            /must stay odd: make replace NODE=ctrl-1/,
        );
        assert.deepEqual(world.acts, []);
    });

    it("may be dead: its pods go with its Node, its disks when Ceph has all copies elsewhere", async () => {
        world.node("worker-1").on = false;
        Object.assign(world.objects.get("worker-1") ?? {}, { ready: false });
        world.health = {
            health: "HEALTH_WARN",
            details: { OSD_DOWN: { severity: "HEALTH_WARN" } },
        };
        world.budgets = [
            {
                metadata: { namespace: "rook-ceph", name: "rook-ceph-osd" },
                status: { expectedPods: 4, disruptionsAllowed: 0 },
            },
        ];
        const plan = await going("replace", "worker-1")();
        assert.deepEqual(plan.faults, []);
        assert.match(plan.steps[1]?.title ?? "", /which is not ready/);
        await run(() => plan, { dryRun: true });
        world.budgets = [];
        const heal = world.change.bind(world);
        world.change = (act, make) => {
            if (act.startsWith("up ")) {
                world.health = { health: "HEALTH_OK", details: {} };
            }
            return heal(act, make);
        };
        const result = await run(going("replace", "worker-1"));
        assert.equal(result.outcome, "done", result.faults.join());
        assert.deepEqual(acts("evict"), []);
        assert.deepEqual(acts("shutdown"), []);
        assert.deepEqual(acts("purge"), ["0"]);
        // Data that is not copied yet keeps it.
        world.health = {
            health: "HEALTH_WARN",
            details: { PG_DEGRADED: { severity: "HEALTH_WARN" } },
        };
        assert.match((await going("replace", "worker-1")()).faults.join(), /PG_DEGRADED/);
    });

    it("may be a dead control plane: the others take it out of etcd", async () => {
        world.node("ctrl-0").on = false;
        Object.assign(world.objects.get("ctrl-0") ?? {}, { ready: false });
        const result = await run(going("replace", "ctrl-0"));
        assert.equal(result.outcome, "done", result.faults.join());
        assert.ok(world.acts.includes("remove-member id-ctrl-0"));
        assert.deepEqual(acts("reset"), []);
    });

    it("waits while another node is away", async () => {
        Object.assign(world.objects.get("worker-2") ?? {}, { ready: false });
        const result = await run(going("replace", "worker-1"));
        assert.equal(result.outcome, "refused");
        assert.match(result.faults.join(), /worker-2 is not ready/);
        assert.deepEqual(world.acts, []);
    });
});

describe("a restore", () => {
    it("bootstraps one control plane from the snapshot, and waits for all", async () => {
        loseEtcd();
        const result = await run(() => restore(world.cluster(lines), snapshotFile()));
        assert.equal(result.outcome, "done", result.faults.join());
        assert.deepEqual(world.acts, ["recover ctrl-0 given.snap"]);
    });

    it("is refused where etcd runs, even on one control plane only", async () => {
        await assert.rejects(
            restore(world.cluster(), snapshotFile()),
            /etcd runs on ctrl-0, ctrl-1, ctrl-2/,
        );
        loseEtcd();
        world.node("ctrl-2").etcd = "Running";
        await assert.rejects(restore(world.cluster(), snapshotFile()), /etcd runs on ctrl-2/);
        assert.deepEqual(world.acts, []);
    });

    it("does not begin while a control plane cannot be asked", async () => {
        loseEtcd();
        world.node("ctrl-1").on = false;
        const result = await run(() => restore(world.cluster(), snapshotFile()));
        assert.equal(result.outcome, "refused");
        assert.match(result.faults.join(), /etcd on ctrl-1.*does not answer/);
    });

    for (const [size, words] of [
        [0, /is empty/],
        [4096, /its sum is missing/],
        [31, /no snapshot of etcd/],
    ] as const) {
        it(`refuses a snapshot of ${size} bytes`, async () => {
            loseEtcd();
            await assert.rejects(restore(world.cluster(), snapshotFile(size)), words);
        });
    }

    it("refuses a snapshot that is not there, or a folder", async () => {
        await assert.rejects(restore(world.cluster(), "nowhere.snap"), /There is no snapshot/);
        await assert.rejects(restore(world.cluster(), world.folder), /is no file/);
    });
});

describe("a snapshot", () => {
    it("is taken though the cluster is ill, and from the next control plane when one is silent", async () => {
        world.alarms = ["NOSPACE"];
        world.node("ctrl-0").on = false;
        assert.equal((await run(() => snapshot(world.cluster(lines)))).outcome, "done");
        assert.equal(fs.readdirSync(path.join(world.folder, "snapshots")).length, 1);
    });
});

describe("an operation that was killed", () => {
    const operations: Readonly<Record<string, () => Promise<Operation>>> = {
        upgrade: upgrading,
        "upgrade-kubernetes": kubernetes("1.36.2"),
        "replace of a worker": going("replace", "worker-1"),
        "replace of a control plane": going("replace", "ctrl-2"),
        remove: going("remove", "worker-1"),
    };
    for (const [name, plan] of Object.entries(operations)) {
        for (const killedAfter of [false, true]) {
            it(`goes on where it stopped, wherever that was: ${name}, ${killedAfter ? "after" : "before"} each change`, async () => {
                await run(plan);
                const all = world.changes;
                assert.ok(all > 3);
                for (let fuse = 0; fuse < all; fuse += 1) {
                    world.remove();
                    world = new World();
                    Object.assign(world, { fuse, killedAfter });
                    await assert.rejects(run(plan), Killed);
                    world.fuse = undefined;
                    const result = await run(plan);
                    assert.equal(result.outcome, "done", `${fuse}: ${result.faults.join()}`);
                    for (const [node, object] of world.objects) {
                        assert.equal(object.unschedulable, false, `${fuse}: ${node} is cordoned`);
                        assert.equal(object.annotations[WORK_ANNOTATION], undefined);
                    }
                    const folder = path.join(world.folder, "snapshots");
                    const left = fs.readdirSync(folder).filter((file) => !file.endsWith(".snap"));
                    assert.deepEqual(left, [], String(fuse));
                    // Nothing that costs is done twice.
                    for (const once of ["shutdown", "reset", "purge", "up "]) {
                        assert.ok(
                            acts(once).length <= 1 + Number(once === "up " && killedAfter),
                            `${fuse}: ${once}`,
                        );
                    }
                }
            }).timeout(60_000);
        }
    }

    it("a restore sends the same snapshot only once", async () => {
        loseEtcd();
        const file = snapshotFile();
        Object.assign(world, { fuse: 0, killedAfter: true });
        const plan = () => restore(world.cluster(lines), file);
        await assert.rejects(run(plan), Killed);
        world.fuse = undefined;
        assert.equal((await run(plan)).outcome, "done");
        assert.equal(acts("recover").length, 1);
        await assert.rejects(plan(), /etcd runs/);
    });
});
