import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { systems } from "../../components/systems";
import { missingCharts } from "../../preview/recorded-stack";
import { writeInventory } from "../../scripts/inventory/files";
import { type Inventory, inventoryOf } from "../../scripts/inventory/inventory";
import { inventoryPicture } from "../../scripts/inventory/picture";
import { EVERYTHING, recordedStackFile, repository } from "../fixtures/stack-files";

describe("the document of the platform", () => {
    let inventory: Inventory;
    let missing: number;
    before(async () => {
        const resources = await recordedStackFile(EVERYTHING);
        missing = missingCharts(resources).length;
        inventory = inventoryOf(EVERYTHING, resources);
    });

    const rowOf = (name: string) => {
        const row = inventory.rows.find(({ definition }) => definition.name === name);
        assert.ok(row);
        return row;
    };

    it("has every system, in the order of the list", () => {
        assert.deepEqual(
            inventory.rows.map(({ definition }) => definition.name),
            systems.map(({ name }) => name),
        );
    });

    it("is what docs/ holds", async function () {
        if (missing > 0) {
            console.log(`      (${missing} charts not at hand: their figures are not compared)`);
            this.skip();
        }
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "inventory-"));
        try {
            for (const file of await writeInventory(inventory, folder)) {
                const name = path.basename(file);
                const kept = fs.readFileSync(path.join(repository, "docs", name), "utf8");
                assert.ok(
                    fs.readFileSync(file, "utf8") === kept,
                    `docs/${name} is out of date; run \`make inventory\``,
                );
            }
        } finally {
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });

    it("counts each copy of what a system asks for", () => {
        const row = rowOf("identityDb");
        assert.deepEqual(row.pods, ["3 identity-db"]);
        assert.ok(row.cores > 0.3 && row.memory > 1);
        // Three instances, each with a volume of its own.
        assert.equal(row.claims % 3, 0);
        assert.ok(row.claims >= 12);
    });

    it("names the hosts at which a system is reached, its tiers and its alerts", () => {
        const row = rowOf("n8n");
        assert.ok(row.hosts.every((host) => host.endsWith(".everything.example.org")));
        assert.ok(row.hosts.length > 0);
        assert.deepEqual(row.tiers, ["0"]);
        assert.ok(row.critical + row.warnings > 0);
    });

    it("draws each system once, and no card over another one", () => {
        const picture = inventoryPicture(inventory);
        const cards = [
            ...picture.matchAll(
                /class="card" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
            ),
        ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number]);
        assert.equal(cards.length, systems.length);
        cards.forEach(([x, y, width, height], index) => {
            for (const [left, top, wide, high] of cards.slice(index + 1)) {
                assert.ok(
                    x + width <= left || left + wide <= x || y + height <= top || top + high <= y,
                );
            }
        });
    });

    it("says of each system what asked for it", () => {
        for (const { definition } of inventory.rows) {
            assert.match(definition.origin, /^00[0-4][^:]*: ./, definition.name);
        }
    });
});
