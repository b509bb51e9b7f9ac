import * as assert from "node:assert/strict";
import type { PlannedChange } from "../../../preview/engine/events";
import { goingMachines, MACHINE_TYPE, requireLeft } from "../../../scripts/stack/machines";

const change = (
    operation: PlannedChange["operation"],
    name: string,
    type = MACHINE_TYPE,
): PlannedChange => ({ operation, type, urn: `urn:pulumi:prod::platform::a$${type}::${name}` });

describe("machines that an update takes away", () => {
    const changes = [
        change("delete", "worker-1"),
        change("replace", "worker-2"),
        change("update", "worker-3"),
        change("create", "worker-4"),
        change("delete", "worker-5", "proxmoxve:firewall/optionsLegacy:OptionsLegacy"),
    ];
    const going = goingMachines(changes);

    it("are those that are deleted or made anew", () => {
        assert.deepEqual(going, [
            { name: "worker-1", operation: "delete" },
            { name: "worker-2", operation: "replace" },
        ]);
    });

    it("may go when their nodes have left, or when there never was a cluster", () => {
        requireLeft(going, ["worker-3"], "prod");
        requireLeft(going, [], "prod");
        requireLeft(going, undefined, "prod");
        requireLeft([], ["worker-1"], "prod");
    });

    it("are refused while their nodes are there, each with its command", () => {
        assert.throws(() => {
            requireLeft(going, ["worker-1", "worker-2", "worker-3"], "prod");
        }, /worker-1, worker-2\.[^]*make remove NODE=worker-1 STACK=prod[^]*make replace NODE=worker-2 STACK=prod[^]*--without-drain/);
        assert.throws(() => {
            requireLeft(going, ["worker-2"], "prod");
        }, /cluster, with their pods and disks: worker-2\./);
    });
});
