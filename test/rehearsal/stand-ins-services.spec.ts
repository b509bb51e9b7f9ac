import * as assert from "node:assert/strict";
import { isTree, readLabels, readTree } from "../../policy/kernel/tree";
import { standInServices } from "../../rehearsal/stand-ins-services";
import type { Resource } from "../policy/harness";
import { cache, ceph, database, filesystem, objectStore, pool, sentinels } from "./operators";
import { namespace, stackOf } from "./stacks";

const madeOf = (...resources: Resource[]) =>
    standInServices(stackOf(namespace, ...resources).facts);

/** Budgets by name: what they keep, and of which pods. */
function budgetsOf(...resources: Resource[]): Record<string, unknown> {
    return Object.fromEntries<unknown>(
        madeOf(...resources)
            .filter(({ kind }) => kind === "PodDisruptionBudget")
            .map((budget): [string, unknown] => {
                const { selector, ...limits } = readTree(budget, "spec");
                assert.ok(isTree(selector));
                return [budget.metadata.name ?? "", [limits, selector.matchLabels]];
            }),
    );
}

describe("what operators make besides pods", () => {
    it("is the Services of a database, with the role that each follows", () => {
        const services = madeOf(database()).filter(({ kind }) => kind === "Service");
        assert.deepEqual(
            services.map((service) => [
                service.metadata.name,
                readLabels(service, "spec", "selector")["cnpg.io/instanceRole"],
            ]),
            [
                ["db-rw", "primary"],
                ["db-ro", "replica"],
                ["db-r", undefined],
            ],
        );
        assert.equal(services[0]?.metadata.namespace, "apps");
    });

    it("is two budgets of a database, fewer of a small or a maintained one, none when off", () => {
        const of = (role: string) => ({ "cnpg.io/cluster": "db", "cnpg.io/instanceRole": role });
        assert.deepEqual(budgetsOf(database()), {
            "db-primary": [{ minAvailable: 1 }, of("primary")],
            db: [{ minAvailable: 1 }, of("replica")],
        });
        assert.deepEqual(Object.keys(budgetsOf(database({ instances: 2 }))), ["db-primary"]);
        const window = { nodeMaintenanceWindow: { inProgress: true } };
        assert.deepEqual(Object.keys(budgetsOf(database(window))), ["db-primary"]);
        assert.deepEqual(budgetsOf(database({ ...window, instances: 1 })), {});
        assert.deepEqual(budgetsOf(database({ enablePDB: false })), {});
    });

    it("is the budget that a Redis asks for, else a majority", () => {
        assert.deepEqual(budgetsOf(cache()), {});
        const labels = { app: "cache", role: "replication" };
        assert.deepEqual(budgetsOf(cache({ pdb: { enabled: true } })), {
            "cache-replication": [{ minAvailable: 2 }, labels],
        });
        assert.deepEqual(
            budgetsOf(cache({ pdb: { enabled: true, minAvailable: 1, maxUnavailable: 2 } })),
            { "cache-replication": [{ maxUnavailable: 2 }, labels] },
        );
        assert.deepEqual(budgetsOf(sentinels({ pdb: { enabled: true, minAvailable: 2 } })), {
            "cache-sentinel": [{ minAvailable: 2 }, { app: "cache-sentinel", role: "sentinel" }],
        });
    });

    it("is Rook's budgets for each kind of daemon that has a spare one", () => {
        const servers = { activeCount: 1, activeStandby: true };
        assert.deepEqual(budgetsOf(ceph(), pool(), filesystem(servers), objectStore(2)), {
            "rook-ceph-mon-pdb": [{ maxUnavailable: 1 }, { app: "rook-ceph-mon" }],
            "rook-ceph-mgr-pdb": [{ maxUnavailable: 1 }, { app: "rook-ceph-mgr" }],
            "rook-ceph-osd": [{ maxUnavailable: 1 }, { app: "rook-ceph-osd" }],
            "rook-ceph-mds-files": [{ minAvailable: 1 }, { rook_file_system: "files" }],
            "rook-ceph-rgw-store": [{ minAvailable: 1 }, { rgw: "store" }],
        });
        const single = ceph({ mon: { count: 1 }, mgr: { count: 1 } });
        assert.deepEqual(budgetsOf(single, filesystem({ activeCount: 1 }), objectStore(1)), {
            // The store is a pool, so there are OSDs to guard.
            "rook-ceph-osd": [{ maxUnavailable: 1 }, { app: "rook-ceph-osd" }],
        });
        assert.deepEqual(
            budgetsOf(ceph({ mon: { count: 5 }, mgr: { count: 1 } }))["rook-ceph-mon-pdb"],
            [{ maxUnavailable: 2 }, { app: "rook-ceph-mon" }],
        );
    });

    it("is no budget of Rook's when the cluster does not manage them", () => {
        assert.deepEqual(budgetsOf(ceph({ disruptionManagement: {} }), pool(), objectStore(2)), {});
    });
});
