import * as assert from "node:assert/strict";
import { rehearsalDocument } from "../../rehearsal/document";
import { isGood, rehearsalReport } from "../../rehearsal/report";
import type { Outcome } from "../../rehearsal/run";

const good: Outcome = {
    stack: "prod",
    missing: [],
    applied: {
        sent: 3,
        accepted: 3,
        refused: [],
        warnings: new Map(),
        judgedOnly: 0,
        live: new Map(),
        took: new Map(),
    },
    skipped: [],
    refusedStandIns: [],
    withoutStandIns: [],
    placement: { wanted: 5, placed: 5, misplaced: [] },
    admission: {
        quotas: [{ namespace: "apps", resource: "pods", share: 0.5 }],
        defaulted: 1,
        levels: new Map([["restricted", 2]]),
        budgets: [{ name: "apps/web", expected: 2, healthy: 2, allowed: 1 }],
    },
    again: undefined,
    losses: [],
    drains: [],
    picture: undefined,
    change: undefined,
    agreement: undefined,
    seconds: { planned: 1, started: 4, settled: 20, total: 25 },
};

const style = { colours: false };
const refusal = {
    urn: "urn:x",
    object: "Job/apps/x",
    component: "apps/web",
    reason: 'unknown field "spec.typo"',
};

describe("the report of a rehearsal", () => {
    it("is good when everything was taken and placed, and says what it stands for", () => {
        const text = rehearsalReport(good, style);
        assert.ok(isGood(good));
        assert.match(text, /^Rehearsal of prod/);
        assert.match(text, /\+ 3 of 3 objects accepted/);
        assert.match(text, /\+ 5 of 5 pods placed/);
        assert.match(
            text,
            /1 quota, the fullest 50 % \(pods of apps\); limit ranges completed 1 pod/,
        );
        assert.match(text, /Pod Security: restricted in 2 namespaces/);
        assert.match(text, /1 PodDisruptionBudget, all of which let a pod go/);
        assert.match(text, /Passed as far as it goes; docs\/rehearsal\.md/);
    });

    it("lists what nobody can rehearse, which is no fault", () => {
        const outcome = { ...good, withoutStandIns: ["Anything/apps/a: no room says"] };
        assert.match(
            rehearsalReport(outcome, style),
            /\? without stand-ins: Anything\/apps\/a: no room says/,
        );
        assert.ok(isGood(outcome));
    });

    const faults: Record<string, [Partial<Outcome>, RegExp]> = {
        "a refused object": [
            { applied: { ...good.applied, accepted: 2, refused: [refusal] } },
            /x 2 of 3 objects accepted[^]*Job\/apps\/x of apps\/web: unknown field "spec\.typo"/,
        ],
        "a pod without a place": [
            {
                placement: {
                    wanted: 5,
                    placed: 4,
                    misplaced: [{ object: "Pod/apps/p", count: 1, reason: "Insufficient cpu" }],
                },
            },
            /x 4 of 5 pods placed[^]*Pod\/apps\/p: Insufficient cpu/,
        ],
        "a refused stand-in": [
            { refusedStandIns: ["StatefulSet/apps/db for Cluster: exceeded quota"] },
            /refused: StatefulSet\/apps\/db for Cluster: exceeded quota/,
        ],
        "a second apply that changes something": [
            { again: [{ urn: "urn:x", object: "Job/apps/x", fields: [".spec.a"] }] },
            /x A second apply changed 1 object\n {4}Job\/apps\/x: \.spec\.a/,
        ],
        "a setting that changes what it should not": [
            {
                change: {
                    settings: ["a=1"],
                    planned: ["Job/apps/y"],
                    removed: [],
                    unplanned: [{ urn: "urn:x", object: "Job/apps/x", fields: [".spec.a"] }],
                    missed: [],
                },
            },
            /x a=1 changes 1 object[^]*not planned: Job\/apps\/x: \.spec\.a/,
        ],
    };
    for (const [fault, [difference, expected]] of Object.entries(faults)) {
        it(`is not good after ${fault}, and says why`, () => {
            const outcome = { ...good, ...difference };
            assert.ok(!isGood(outcome));
            assert.match(rehearsalReport(outcome, style), expected);
            assert.match(rehearsalReport(outcome, style), /Not passed: mend what is marked with x/);
        });
    }

    it("says first what could not be rendered, and what was not sent", () => {
        const text = rehearsalReport(
            {
                ...good,
                missing: ["n8n"],
                skipped: [{ urn: "urn::pool:Pool/nodes", reason: "no CRD of x/Pool at hand" }],
            },
            style,
        );
        assert.match(text.split("\n")[1] ?? "", /NOT RENDERED, so not rehearsed: n8n/);
        assert.match(text, /\? not sent: pool:Pool\/nodes: no CRD of x\/Pool at hand/);
    });

    it("names budgets that block every eviction or guard nothing, and quotas that are nearly full", () => {
        const admission = {
            ...good.admission,
            quotas: [{ namespace: "apps", resource: "pods", share: 0.95 }],
            budgets: [
                { name: "apps/stuck", expected: 1, healthy: 1, allowed: 0 },
                { name: "apps/empty", expected: 0, healthy: 0, allowed: 0 },
            ],
        };
        const text = rehearsalReport({ ...good, admission }, style);
        assert.match(text, /! no eviction now: apps\/stuck/);
        assert.match(text, /! without pods: apps\/empty/);
        assert.match(text, /! apps: 95 % of pods used/);
    });

    it("counts what it does not list", () => {
        const refused = Array.from({ length: 20 }, () => refusal);
        const text = rehearsalReport({ ...good, applied: { ...good.applied, refused } }, style);
        assert.match(text, /and 8 more/);
    });

    it("is one document for programs, with what design.md names", () => {
        const { sent, accepted, refused, wanted, placed, losses, drains } = rehearsalDocument({
            ...good,
            applied: { ...good.applied, refused: [refusal] },
        });
        assert.deepEqual([sent, accepted, wanted, placed, losses, drains], [3, 3, 5, 5, [], []]);
        assert.deepEqual(refused, [refusal]);
        assert.doesNotThrow(() => JSON.stringify(rehearsalDocument(good)));
    });
});
