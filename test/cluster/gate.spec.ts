import assert from "node:assert/strict";
import {
    gateFaults,
    type GateReadings,
    type GateRule,
    SNAPSHOT_AGE,
    toReading,
} from "../../components/cluster/gate";
import { budgetsOf, cephHealth } from "../../components/cluster/gate-answers";
import { mutedCephWarnings } from "../../trust/ceph-warnings";

const now = Date.parse("2026-11-27T10:00:00Z");
const names = ["ctrl-0", "ctrl-1", "ctrl-2"];
const members = names.map((hostname, index) => ({ id: `m${index}`, hostname, learner: false }));
const well = {
    etcd: { value: { members, alarms: [] } },
    nodes: { value: { unready: [], cordoned: [], unexpected: [] } },
    ceph: { value: { health: "HEALTH_OK", checks: [], checked: now - 60_000 } },
    budgets: { value: [{ name: "data/db", allowed: 1, healthy: 3, wanted: 2, moves: false }] },
    snapshot: { value: { file: "etcd.snap", size: 4128, taken: now - 60_000 } },
} satisfies GateReadings;
const rule: GateRule = { controlPlanes: names, now };
const faults = (changed: Partial<GateReadings>, further: Partial<GateRule> = {}) =>
    gateFaults({ ...well, ...changed }, { ...rule, ...further });
const ceph = (health: string, ...checks: (readonly [string, string?])[]) => ({
    value: {
        health,
        checks: checks.map(([name, severity = "HEALTH_WARN"]) => ({ name, severity })),
        checked: now,
    },
});

describe("the gate", () => {
    it("is open when everything is well", () => {
        assert.deepEqual(faults({}), []);
    });

    it("does not ask of what there is not: no Ceph, no way to ask etcd", () => {
        const { nodes, budgets } = well;
        assert.deepEqual(gateFaults({ nodes, budgets }, rule), []);
    });

    for (const [what, changed, words] of [
        [
            "a missing member",
            { etcd: { value: { members: members.slice(1), alarms: [] } } },
            /etcd lacks ctrl-0/,
        ],
        [
            "a member that nobody knows",
            {
                etcd: {
                    value: {
                        members: [...members, { id: "x", hostname: "old", learner: false }],
                        alarms: [],
                    },
                },
            },
            /etcd has old, which is no control plane/,
        ],
        [
            "a member that is there twice",
            {
                etcd: {
                    value: {
                        members: [...members, { id: "x", hostname: "ctrl-1", learner: false }],
                        alarms: [],
                    },
                },
            },
            /etcd has ctrl-1 twice/,
        ],
        [
            "a learner",
            {
                etcd: {
                    value: {
                        members: members.map((one) => ({
                            ...one,
                            learner: one.hostname === "ctrl-2",
                        })),
                        alarms: [],
                    },
                },
            },
            /ctrl-2 does not vote yet/,
        ],
        ["an alarm", { etcd: { value: { members, alarms: ["NOSPACE"] } } }, /alarm \(NOSPACE\)/],
        [
            "a node that is not ready",
            { nodes: { value: { unready: ["worker-1"], cordoned: [], unexpected: [] } } },
            /worker-1 is not ready/,
        ],
        [
            "a cordoned node",
            { nodes: { value: { unready: [], cordoned: ["worker-1"], unexpected: [] } } },
            /worker-1 is cordoned/,
        ],
        [
            "a forgotten node",
            { nodes: { value: { unready: [], cordoned: [], unexpected: ["old"] } } },
            /old is in the cluster and not in the settings/,
        ],
        [
            "an unmuted warning of Ceph",
            { ceph: ceph("HEALTH_WARN", ["OSD_NEARFULL"]) },
            /Ceph is not well: OSD_NEARFULL/,
        ],
        [
            "a muted warning beside another one",
            { ceph: ceph("HEALTH_WARN", [mutedCephWarnings[0]], ["PG_DEGRADED"]) },
            /not well: PG_DEGRADED\.$/,
        ],
        [
            "a muted name that became an error",
            { ceph: ceph("HEALTH_ERR", [mutedCephWarnings[0], "HEALTH_ERR"]) },
            /Ceph is not well/,
        ],
        ["a warning without its reason", { ceph: ceph("HEALTH_WARN") }, /Ceph says HEALTH_WARN/],
        ["a word that Ceph has not", { ceph: ceph("") }, /Ceph says nothing/],
        [
            "an old word of Ceph",
            { ceph: { value: { health: "HEALTH_OK", checks: [], checked: now - 3_600_000 } } },
            /last heard of Ceph 2026-11-27T09:00/,
        ],
        [
            "no word of Ceph",
            { ceph: { value: { health: "HEALTH_OK", checks: [] } } },
            /last heard of Ceph never/,
        ],
        [
            "a budget that lets nobody go",
            {
                budgets: {
                    value: [{ name: "data/db", allowed: 0, healthy: 2, wanted: 2, moves: false }],
                },
            },
            /data\/db lets no pod go \(2 of 2/,
        ],
        ["no snapshot", { snapshot: { value: undefined } }, /no snapshot/],
        [
            "an empty snapshot",
            { snapshot: { value: { file: "a.snap", size: 0, taken: now } } },
            /a\.snap is empty/,
        ],
        [
            "an old snapshot",
            { snapshot: { value: { file: "a.snap", size: 4128, taken: now - SNAPSHOT_AGE - 1 } } },
            /60 min old/,
        ],
    ] as readonly (readonly [string, Partial<GateReadings>, RegExp])[]) {
        it(`names ${what} in one sentence`, () => {
            const found = faults(changed);
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", words);
        });
    }

    for (const name of Object.keys(well) as (keyof GateReadings)[]) {
        it(`is shut while it cannot read ${name}`, () => {
            const found = faults({ [name]: { unread: "status 403" } });
            assert.equal(found.length, 1);
            assert.match(found[0] ?? "", /could not be read \(status 403\).*counts as not well/);
        });
    }

    it("lets muted warnings be, and the budget of a role that moves", () => {
        const all = mutedCephWarnings.map((name) => [name] as const);
        assert.deepEqual(faults({ ceph: ceph("HEALTH_WARN", ...all) }), []);
        const moving = { name: "data/db-primary", allowed: 0, healthy: 1, wanted: 1, moves: true };
        assert.deepEqual(faults({ budgets: { value: [moving] } }), []);
    });

    it("looks past the node that is being worked on, and past no other", () => {
        const away = { value: { unready: ["ctrl-1"], cordoned: ["ctrl-1"], unexpected: [] } };
        const without = {
            value: { members: members.filter(({ hostname }) => hostname !== "ctrl-1"), alarms: [] },
        };
        const changed = { nodes: away, etcd: without, ceph: ceph("HEALTH_WARN", ["OSD_DOWN"]) };
        assert.deepEqual(faults(changed, { apart: "ctrl-1" }), []);
        assert.equal(faults(changed, { apart: "ctrl-2" }).length, 3);
        assert.equal(
            faults({ ceph: ceph("HEALTH_WARN", ["PG_DEGRADED"]) }, { apart: "ctrl-1" }).length,
            1,
        );
    });
});

describe("a reading", () => {
    it("is the reason when it fails, on one line", async () => {
        const failing = () => Promise.reject(new Error("no answer.\nat somewhere"));
        assert.deepEqual(await toReading(failing), { unread: "no answer" });
        assert.deepEqual(await toReading(() => Promise.resolve(1)), { value: 1 });
    });

    it("of Ceph is what Rook wrote, and nothing where it wrote nothing", () => {
        const details = { OSD_DOWN: { severity: "HEALTH_WARN", message: "1 osds down" } };
        const status = {
            ceph: { health: "HEALTH_WARN", details, lastChecked: "2026-11-27T10:00:00Z" },
        };
        assert.deepEqual(cephHealth({ status }), {
            health: "HEALTH_WARN",
            checks: [{ name: "OSD_DOWN", severity: "HEALTH_WARN" }],
            checked: now,
        });
        assert.deepEqual(cephHealth({}), { health: "", checks: [] });
        assert.deepEqual(cephHealth(null), { health: "", checks: [] });
    });

    it("of budgets leaves out those of nobody, and knows the one that moves", () => {
        const budget = (name: string, status: object, more: object = {}) => ({
            metadata: { namespace: "data", name, ...more },
            spec: { selector: { matchLabels: { "cnpg.io/instanceRole": "primary" } } },
            status,
        });
        const one = {
            expectedPods: 1,
            disruptionsAllowed: 0,
            currentHealthy: 1,
            desiredHealthy: 1,
        };
        const owned = { ownerReferences: [{ kind: "Cluster", controller: true }] };
        const found = budgetsOf({
            items: [
                budget("empty", { expectedPods: 0, disruptionsAllowed: 0 }),
                budget("moves", one, owned),
                budget("stays", one),
                budget("replicas", { ...one, expectedPods: 2 }, owned),
            ],
        });
        assert.deepEqual(
            found.map(({ name, moves }) => [name, moves]),
            [
                ["data/moves", true],
                ["data/stays", false],
                ["data/replicas", false],
            ],
        );
        assert.throws(() => budgetsOf({ kind: "Status" }), /no list/);
    });
});
