import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { libraryAt, repository } from "../../../../policy/engines/documents/library";
import { hasText, partsOf } from "../../../../policy/engines/documents/markdown";

describe("policy/engines/documents/markdown", () => {
    const text = [
        "# Ceph: is it *down*?",
        "",
        "## Meaning ##",
        "```sh",
        "# no heading",
        "```",
        "### Deeper",
        "",
        "## Impact",
        "",
    ].join("\n");

    it("finds headings with their level and anchor, none in code", () => {
        assert.deepEqual(
            partsOf(text).map(({ level, title, anchor }) => [level, title, anchor]),
            [
                [1, "Ceph: is it *down*?", "ceph-is-it-down"],
                [2, "Meaning", "meaning"],
                [3, "Deeper", "deeper"],
                [2, "Impact", "impact"],
            ],
        );
    });

    it("knows which parts say something; a command says something too", () => {
        const said = partsOf(text).map((part) => hasText(text, part));
        assert.deepEqual(said, [true, true, false, false]);
    });

    it("ends a code block only at a fence that is as long", () => {
        assert.equal(partsOf("````\n```\n# a\n````\n# b").length, 1);
    });
});

describe("policy/engines/documents/library", () => {
    it("reads a folder and nothing outside of it", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "library-"));
        fs.mkdirSync(path.join(folder, "docs", "runbooks"), { recursive: true });
        fs.writeFileSync(path.join(folder, "docs", "runbooks", "a.md"), "# A");
        fs.writeFileSync(path.join(folder, "secret.md"), "# B");
        const library = libraryAt(path.join(folder, "docs")) ?? assert.fail();
        assert.deepEqual(library.list("runbooks"), ["a.md"]);
        assert.equal(library.read("runbooks/a.md"), "# A");
        assert.equal(library.read("../secret.md"), undefined);
        assert.equal(library.read("runbooks"), undefined);
        assert.deepEqual(library.list("decisions"), []);
        fs.rmSync(folder, { recursive: true });
    });

    it("is missing where there is no folder, and there in this repository", () => {
        assert.equal(libraryAt(path.join(os.tmpdir(), "nowhere")), undefined);
        assert.ok(repository?.read("criteria.md"));
    });
});
