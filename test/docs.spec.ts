import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { documents } from "../scripts/documents/documents";
import { keyRows } from "../scripts/documents/settings";

const docs = path.join(__dirname, "..", "docs");

describe("documentation", () => {
    it("has the generated tables as they follow from the code: `npm run documents`", async () => {
        for (const { file, text } of await documents()) {
            assert.equal(fs.readFileSync(file, "utf8"), text);
        }
    });

    it("says of every configuration key what it means", () => {
        const rows = keyRows();
        const silent = rows.filter(({ meaning }) => meaning === "");
        assert.deepEqual(
            silent.map(({ key }) => key),
            [],
        );
        assert.ok(rows.some(({ key }) => key === "nodes[].disks[].size"));
        assert.ok(rows.some(({ key }) => key === "systems.certManager.acme.email"));
    });

    it("links only to files that exist", () => {
        const below = fs.readdirSync(docs, { recursive: true, encoding: "utf8" });
        const files = ["README.md", ...below.map((file) => path.join("docs", file))];
        const broken = files
            .filter((file) => file.endsWith(".md"))
            .flatMap((file) => {
                const text = fs.readFileSync(path.join(docs, "..", file), "utf8");
                return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
                    .map((match) => path.join(path.dirname(file), match[1] ?? ""))
                    .filter((target) => !fs.existsSync(path.join(docs, "..", target)));
            });
        assert.deepEqual(broken, []);
    });
});
