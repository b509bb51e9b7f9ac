import * as assert from "node:assert/strict";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { type Role, roleChanges, rolesOf } from "../../rehearsal/roles";
import { cache, ceph, database, sentinels } from "./operators";
import { pod } from "./objects";
import { namespace, stackOf } from "./stacks";

const role: Role = {
    namespace: "apps",
    pods: { app: "db" },
    label: "role",
    holder: "primary",
    other: "replica",
    notices: "readiness",
    seconds: 10,
    yieldsWith: 3,
};
const quietly = { silent: new Set<string>(), cordoned: new Set<string>() };

/** Three pods on three nodes, the first of them primary. */
function pods(changes: Record<string, { ready?: boolean; node?: string; value?: string }> = {}) {
    return ["db-0", "db-1", "db-2"].map((name, index): LiveObject => {
        const { ready, node = `worker-${index}`, value } = changes[name] ?? {};
        const made = pod(name, { ready, node });
        const held = value ?? (index === 0 ? "primary" : "replica");
        const labels = { app: "db", ...(held === "" ? {} : { role: held }) };
        return { ...made, metadata: { ...made.metadata, labels } };
    });
}

const changed = (all: readonly LiveObject[], of = role, trouble = quietly) =>
    Object.fromEntries(
        [...roleChanges(of, all, trouble)].map(([{ metadata }, value]) => [metadata.name, value]),
    );

describe("a role among pods", () => {
    it("stays where it is while its pod serves", () => {
        assert.deepEqual(changed(pods()), {});
    });

    it("is given once when nobody has it", () => {
        const fresh = pods({ "db-0": { value: "" }, "db-1": { value: "" }, "db-2": { value: "" } });
        assert.deepEqual(changed(fresh), {
            "db-0": "primary",
            "db-1": "replica",
            "db-2": "replica",
        });
    });

    it("moves when its pod is no longer ready", () => {
        assert.deepEqual(changed(pods({ "db-0": { ready: false } })), {
            "db-0": "replica",
            "db-1": "primary",
        });
    });

    it("waits for the API to notice a silent node, or not, as its operator does", () => {
        const trouble = { ...quietly, silent: new Set(["worker-0"]) };
        assert.deepEqual(changed(pods(), role, trouble), {});
        assert.deepEqual(changed(pods(), { ...role, notices: "node" }, trouble), {
            "db-0": "replica",
            "db-1": "primary",
        });
    });

    it("goes to nobody on a silent or, if it can be helped, a cordoned node", () => {
        const lost = pods({ "db-0": { ready: false } });
        const trouble = { silent: new Set(["worker-1"]), cordoned: new Set<string>() };
        assert.deepEqual(changed(lost, role, trouble), { "db-0": "replica", "db-2": "primary" });
        const emptied = { ...quietly, cordoned: new Set(["worker-1"]) };
        assert.deepEqual(changed(lost, role, emptied), { "db-0": "replica", "db-2": "primary" });
        const all = { ...quietly, cordoned: new Set(["worker-1", "worker-2"]) };
        assert.deepEqual(changed(lost, role, all), { "db-0": "replica", "db-1": "primary" });
    });

    it("stays with a pod that is gone while nobody can take it", () => {
        const none = pods({
            "db-0": { ready: false },
            "db-1": { ready: false },
            "db-2": { ready: false },
        });
        assert.deepEqual(changed(none), {});
    });

    it("leaves a cordoned node only when every other pod is ready elsewhere", () => {
        const trouble = { ...quietly, cordoned: new Set(["worker-0"]) };
        const moved = { "db-0": "replica", "db-1": "primary" };
        assert.deepEqual(changed(pods(), role, trouble), moved);
        assert.deepEqual(changed(pods({ "db-2": { ready: false } }), role, trouble), {});
        assert.deepEqual(changed(pods({ "db-2": { node: "worker-0" } }), role, trouble), {});
        assert.deepEqual(changed(pods(), { ...role, yieldsWith: undefined }, trouble), {});
    });

    it("is none of the pods of another namespace", () => {
        assert.deepEqual(
            changed(pods({ "db-0": { ready: false } }), { ...role, namespace: "elsewhere" }),
            {},
        );
    });
});

describe("the roles of a stack", () => {
    it("are those that operators keep, with the time that each takes to move", () => {
        const { facts } = stackOf(
            namespace,
            database({ failoverDelay: 5 }),
            cache(),
            sentinels(),
            ceph(),
        );
        assert.deepEqual(
            rolesOf(facts).map(({ label, notices, seconds, yieldsWith }) => [
                label,
                notices,
                seconds,
                yieldsWith,
            ]),
            [
                ["mgr_role", "node", 45, undefined],
                ["cnpg.io/instanceRole", "readiness", 15, 3],
                ["redis-role", "node", 37, undefined],
            ],
        );
    });
});
