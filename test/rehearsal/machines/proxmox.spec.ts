import assert from "node:assert/strict";
import { Proxmox } from "../../../rehearsal/machines/proxmox";
import type { Token } from "../../../rehearsal/machines/proxmox-access";
import { ProxmoxError } from "../../../rehearsal/machines/proxmox-error";
import { answer } from "../../../rehearsal/machines/proxmox-routes";
import { Tasks } from "../../../rehearsal/machines/proxmox-tasks";
import { neededPrivileges } from "../../../components/machines/proxmox-privileges";

const ALL = Object.values(neededPrivileges).flat();
const token = (privileges: Token["privileges"] = { "/": ALL }): Token => ({
    id: "rehearsal@pve!up",
    secret: "secret",
    privileges,
});
const IMAGE = "local:import/talos-v1.13.9.qcow2";
const DISKS = { scsi0: `local-lvm:0,import-from=${IMAGE},ssd=1`, scsi1: "local-lvm:100" };

/** A Proxmox with a clock of its own, whose tasks take 50 ms. */
class Ground {
    readonly tasks = new Tasks();
    readonly proxmox: Proxmox;
    now = 0;

    constructor(content = ["import"]) {
        const storages = [
            { name: "local", content },
            { name: "local-lvm", content: ["images"] },
        ];
        this.proxmox = new Proxmox(["pve-1", "pve-2"], storages, this.tasks);
    }

    ask(
        method: string,
        path: string,
        fields: Record<string, string> = {},
        as: Token = token(),
    ): unknown {
        return answer(this.proxmox, as, { method, path, fields }, this.now);
    }

    /** Asks for work, waits for its end, and says how it ended. */
    work(method: string, path: string, fields: Record<string, string> = {}): string | undefined {
        const upid = String(this.ask(method, path, fields));
        this.now += 100;
        this.tasks.advance(this.now);
        return this.tasks.status(upid).exitstatus;
    }

    download(): string | undefined {
        return this.work("POST", "/nodes/pve-1/storage/local/download-url", {
            content: "import",
            filename: "talos-v1.13.9.qcow2",
            url: "https://factory/talos",
        });
    }

    create(vmid = "101", more: Record<string, string> = {}): string | undefined {
        return this.work("POST", "/nodes/pve-1/qemu", { vmid, name: "ctrl-0", ...DISKS, ...more });
    }

    config(): Record<string, unknown> {
        return this.ask("GET", "/nodes/pve-1/qemu/101/config") as Record<string, unknown>;
    }
}

function refusal(run: () => unknown): ProxmoxError {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof ProxmoxError);
        return error;
    }
    return assert.fail("it was not refused");
}

function made(): Ground {
    const ground = new Ground();
    ground.download();
    ground.create();
    return ground;
}

const machine = "/nodes/pve-1/qemu/101";

describe("a played Proxmox", () => {
    it("downloads only what a storage is for, and over no file that is there", () => {
        assert.match(
            refusal(() => new Ground(["iso"]).download()).message,
            /content-type 'import'/,
        );
        const ground = new Ground();
        assert.equal(ground.download(), "OK");
        assert.match(
            refusal(() => ground.download()).message,
            /refusing to override existing file/,
        );
    });

    it("makes a machine once, from an image that is there, and gives its disks names and sizes", () => {
        const ground = new Ground();
        assert.match(refusal(() => ground.create()).message, /does not exist/);
        ground.download();
        assert.equal(ground.create(), "OK");
        assert.match(refusal(() => ground.create()).message, /already exists on node 'pve-1'/);
        assert.equal(ground.config().scsi1, "local-lvm:vm-101-disk-1,size=100G");
        assert.equal(ground.work("PUT", `${machine}/resize`, { disk: "scsi0", size: "60G" }), "OK");
        assert.equal(ground.config().scsi0, "local-lvm:vm-101-disk-0,ssd=1,size=60G");
        const smaller = () =>
            ground.work("PUT", `${machine}/resize`, { disk: "scsi0", size: "1G" });
        assert.match(refusal(smaller).message, /shrinking disks is not supported/);
    });

    it("keeps tags in lower case, in order, each once", () => {
        const ground = made();
        ground.ask("PUT", `${machine}/config`, { tags: "talos;prod,Prod;control-plane" });
        assert.equal(ground.config().tags, "control-plane;prod;talos");
    });

    it("gives an interface an address, and keeps one that it has", () => {
        const ground = made();
        ground.ask("PUT", `${machine}/config`, { net0: "virtio,bridge=vmbr0,firewall=1" });
        const first = String(ground.config().net0);
        assert.match(first, /^virtio=([0-9A-F]{2}:){5}[0-9A-F]{2},bridge=vmbr0,firewall=1$/);
        ground.ask("PUT", `${machine}/config`, { net0: first });
        assert.equal(ground.config().net0, first);
    });

    it("lets a change of a running machine wait for its next start, but not its name", () => {
        const ground = made();
        ground.work("POST", `${machine}/status/start`);
        ground.ask("PUT", `${machine}/config`, { memory: "2048", name: "other" });
        const found = ground.proxmox.machine("pve-1", 101);
        assert.deepEqual([found.config.memory, found.config.name], [undefined, "other"]);
        assert.equal(ground.config().memory, "2048");
        ground.work("POST", `${machine}/status/reboot`);
        assert.equal(found.config.memory, "2048");
        assert.equal(found.starts, 2);
    });

    it("removes no machine that runs or is protected, and its firewall with it", () => {
        const ground = made();
        ground.ask("POST", `${machine}/firewall/rules`, { type: "in", comment: "kubelet" });
        ground.ask("PUT", `${machine}/firewall/options`, { enable: "1" });
        ground.work("POST", `${machine}/status/start`);
        assert.match(refusal(() => ground.work("DELETE", machine)).message, /is running/);
        ground.work("POST", `${machine}/status/stop`);
        ground.ask("PUT", `${machine}/config`, { protection: "1" });
        assert.match(refusal(() => ground.work("DELETE", machine)).message, /protection mode/);
        ground.ask("PUT", `${machine}/config`, { protection: "0" });
        assert.equal(ground.work("DELETE", machine), "OK");
        assert.match(refusal(() => ground.config()).message, /does not exist/);
        ground.create();
        assert.deepEqual(ground.ask("GET", `${machine}/firewall/rules`), []);
        assert.deepEqual(ground.ask("GET", `${machine}/firewall/options`), {});
    });

    it("puts a new rule on top, and moves those behind one that goes", () => {
        const ground = made();
        for (const comment of ["a", "b", "c"]) {
            ground.ask("POST", `${machine}/firewall/rules`, { comment });
        }
        const comments = () =>
            (ground.ask("GET", `${machine}/firewall/rules`) as { comment: string }[]).map(
                ({ comment }) => comment,
            );
        assert.deepEqual(comments(), ["c", "b", "a"]);
        ground.ask("PUT", `${machine}/firewall/rules/0`, { moveto: "3" });
        assert.deepEqual(comments(), ["b", "a", "c"]);
        ground.ask("DELETE", `${machine}/firewall/rules/1`);
        assert.deepEqual(comments(), ["b", "c"]);
        assert.match(
            refusal(() => ground.ask("DELETE", `${machine}/firewall/rules/2`)).message,
            /no rule/,
        );
    });

    it("takes time for a task, during which the machine is locked, and undoes one that fails", () => {
        const ground = new Ground();
        ground.download();
        const upid = String(ground.ask("POST", "/nodes/pve-1/qemu", { vmid: "101", ...DISKS }));
        assert.equal(ground.tasks.status(upid).status, "running");
        assert.match(
            refusal(() => ground.ask("POST", `${machine}/status/start`)).message,
            /locked \(create\)/,
        );
        ground.now += 100;
        ground.tasks.failNext("qmcreate", "102", "no space left");
        assert.equal(ground.create("102"), "no space left");
        assert.equal(ground.proxmox.machines.has(102), false);
        assert.equal(ground.create("102"), "OK");
    });

    it("asks for the privileges of a path, the nearest entry first", () => {
        const ground = made();
        const as = token({ "/": ALL, "/vms/101": ["VM.Audit"] });
        assert.ok(ground.ask("GET", `${machine}/config`, {}, as));
        const change = () => ground.ask("PUT", `${machine}/config`, { memory: "2048" }, as);
        const { status, message } = refusal(change);
        assert.equal(status, 403);
        assert.equal(message, "Permission check failed (/vms/101, VM.Config.Memory)");
    });

    it("lets only whom it was allowed ask the agent inside a machine, and none runs there", () => {
        const path = "/nodes/pve-1/qemu/101/agent/network-get-interfaces";
        const ground = made();
        assert.equal(refusal(() => ground.ask("GET", path)).status, 403);
        const allowed = token({ "/": [...ALL, "VM.GuestAgent.Audit"] });
        assert.match(refusal(() => ground.ask("GET", path, {}, allowed)).message, /is not running/);
    });

    it("has a file on one host and not on the other", () => {
        const ground = new Ground();
        ground.download();
        const other = () => ground.work("POST", "/nodes/pve-2/qemu", { vmid: "101", ...DISKS });
        assert.match(refusal(other).message, /does not exist/);
    });

    it("says that it does not play what it does not play", () => {
        assert.equal(refusal(() => new Ground().ask("GET", "/cluster/ha/resources")).status, 501);
    });
});
