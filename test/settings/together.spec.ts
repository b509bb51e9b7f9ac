import * as assert from "node:assert/strict";
import { changed, faultsOf } from "./fixture";
import { wrong } from "./wrong";

const keysOf = (changes: Readonly<Record<string, unknown>>) =>
    faultsOf(changed(changes)).map(({ key }) => key);

describe("faults of several settings", () => {
    it("are told in one run: a fault of form hides none between other keys", () => {
        const changes = {
            "nodes[0].cores": "four",
            domain: undefined,
            "cluster.virtualIp": "192.168.68.104",
            "nodes[5].host": "pve-9",
            "network.pods": "192.168.0.0/16",
            "systems.n8n": { workers: "many" },
            "systems.redisOperator": { enabled: false },
        };
        assert.deepEqual(
            new Set(keysOf(changes)),
            new Set([
                "domain",
                "nodes[0].cores",
                "systems.n8n.workers",
                "nodes[5].host",
                "cluster.virtualIp",
                "network.pods",
                "systems.redisOperator.enabled",
            ]),
        );
    });

    it("are told for what stands beside a section that is missing", () => {
        const keys = keysOf({
            network: undefined,
            "nodes[1].vmId": 10_101,
            "proxmox.hosts[3]": { name: "pve-1" },
            versions: { kubernetes: "1.20.0" },
        });
        assert.deepEqual(
            new Set(keys),
            new Set(["network", "nodes[1].vmId", "proxmox.hosts[3].name", "versions.kubernetes"]),
        );
    });

    it("are told of a node beside one that is none", () => {
        const keys = keysOf({ "nodes[1]": "ctrl-1", "nodes[2].address": "192.168.68.101" });
        assert.deepEqual(keys, ["nodes[1]", "nodes[2].address"]);
    });

    it("do not follow from what could not be read", () => {
        assert.deepEqual(keysOf({ "nodes[0].role": "boss" }), ["nodes[0].role"]);
        assert.deepEqual(keysOf({ "cluster.source": "cloud" }), ["cluster.source"]);
        assert.deepEqual(keysOf({ systems: "all" }), ["systems"]);
        assert.deepEqual(keysOf({ "proxmox.hosts": "pve-1" }), ["proxmox.hosts"]);
    });

    it("are told of a patch whatever is wrong elsewhere", () => {
        const talosPatches = [{ cluster: { network: { cni: { name: "flannel" } } } }];
        const changes = { profile: "production", "nodes[3].talosPatches": talosPatches };
        assert.deepEqual(keysOf(changes), [
            "profile",
            "nodes[3].talosPatches[0].cluster.network.cni.name",
        ]);
    });

    it("are each the same with a fault of form beside it", () => {
        const beside = { storage: { reclaimPolicy: "Keep" } };
        for (const [where, value, , at = where] of wrong) {
            // Of two faults in one section the first would replace the second.
            if (!where.startsWith("storage")) {
                const keys = keysOf({ [where]: value, ...beside });
                assert.ok(keys.includes(at), `${where} ${JSON.stringify(value)}: ${keys.join()}`);
                assert.ok(keys.includes("storage.reclaimPolicy"));
            }
        }
    });
});
