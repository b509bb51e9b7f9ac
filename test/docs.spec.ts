import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { configurationSchema, secretKeys } from "../components/settings-schema";

const docs = path.join(__dirname, "..", "docs");

describe("documentation", () => {
    it("explains every configuration key, system and secret in docs/settings.md", () => {
        const text = fs.readFileSync(path.join(docs, "settings.md"), "utf8");
        const { systems } = configurationSchema.shape;
        const words = [
            ...Object.keys(configurationSchema.shape),
            ...Object.keys(systems.def.innerType.shape),
            ...Object.keys(secretKeys),
        ];
        const missing = words.filter((word) => !new RegExp(`\`${word}\\b`).test(text));
        const nested = missing.filter((word) => !new RegExp(`\\b${word}\\b`).test(text));
        assert.deepEqual(nested, []);
    });

    it("links only to files that exist", () => {
        const files = ["README.md", ...fs.readdirSync(docs).map((file) => path.join("docs", file))];
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
