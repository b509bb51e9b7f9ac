import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { criteria } from "../../policy/criteria";
import { categories, categoryOf } from "../../policy/kernel/criterion";
import { toPolicies } from "../../policy/kernel/policies";

const root = path.join(__dirname, "..", "..");
/** The criteria that readiness.md marks with (adv). */
const ADVISORY_BEFORE_PROD = new Set([
    "HA-01",
    "HA-02",
    "HA-03",
    "HA-04",
    "HA-06",
    "HA-09",
    "HA-10",
    "HA-16",
    "DR-04",
    "OBS-03",
    // Traces of a platform to try things on help nobody.
    "OBS-05",
]);
/** What scans, watches, delivers and stands on every node needs more than a small site has. */
const ADVISORY_IN_DEV = new Set([
    "OBS-04",
    "SEC-07",
    "SEC-11",
    "SEC-12",
    "CI-01",
    "CI-02",
    "COST-01",
    "COST-03",
]);
/** Help for capacity planning; nothing that stops an update. */
const ADVISORY = new Set(["COST-02"]);
const MACHINERY = ["collect-facts", "settle-facts", "scorecard"];

function levelsOf(profile: string): Record<string, unknown> {
    const file = path.join(root, "policy", `levels.${profile}.json`);
    return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
}

describe("the criteria", () => {
    it("have unique ids and names that start with the id", () => {
        const ids = criteria.map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)]);
        for (const { id, name } of criteria) {
            assert.match(name, new RegExp(`^${id.toLowerCase()}-[a-z0-9-]+$`));
        }
    });

    it("stand in the order of the scorecard", () => {
        const order = [...new Set(criteria.map(({ id }) => categoryOf(id)))];
        assert.deepEqual(order, Object.keys(categories));
    });

    it("describe themselves in one sentence and say how to mend a violation", () => {
        for (const { description, remediation } of criteria) {
            assert.match(description, /^Checks .*[^.]\.$/);
            assert.match(remediation, /\.$/);
        }
    });

    it("each have an anchor in docs/criteria.md, where their policies point", () => {
        const text = fs.readFileSync(path.join(root, "docs", "criteria.md"), "utf8");
        for (const policy of toPolicies(criteria)) {
            const [file, anchor] = policy.url?.split("#") ?? [];
            if (anchor !== undefined) {
                assert.equal(file, "docs/criteria.md");
                assert.ok(text.includes(`<a id="${anchor}"></a>`), `no anchor ${anchor}`);
            }
        }
    });
});

for (const profile of ["prod", "staging", "dev"]) {
    describe(`levels.${profile}.json`, () => {
        const levels = levelsOf(profile);

        it("names every policy and nothing else", () => {
            const names = toPolicies(criteria).map(({ name }) => name);
            assert.deepEqual(Object.keys(levels).sort(), names.sort());
        });

        it("leaves the pack's own machinery advisory", () => {
            for (const name of MACHINERY) {
                assert.equal(levels[name], "advisory");
            }
        });

        for (const { id, name } of criteria) {
            const isAdvisory =
                ADVISORY.has(id) ||
                (profile === "dev" && ADVISORY_IN_DEV.has(id)) ||
                (profile !== "prod" && ADVISORY_BEFORE_PROD.has(id));
            const level = isAdvisory ? "advisory" : "mandatory";
            it(`makes ${id} ${level}`, () => {
                assert.equal(levels[name], level);
            });
        }
    });
}
