import * as assert from "node:assert/strict";
import { changesMarkdown, changesText } from "../../../scripts/diff/render";
import { HOSTILE } from "../../preview/fixture";
import { changesOf, made, object, type Recorded } from "./plans";

const PLAIN = { colours: false };

function compared(before: readonly Recorded[], after: readonly Recorded[]) {
    return {
        stack: "test",
        notes: ["Compared: this with that."],
        changes: changesOf(before, after),
    };
}

const database = object("n8n", "postgresql.cnpg.io/v1", "Cluster", "n8n-db", {
    spec: { instances: 1, storage: { size: "5Gi" } },
});

describe("the report of a comparison", () => {
    it("says that nothing changes", () => {
        assert.equal(
            changesText(compared([database], [database]), PLAIN),
            "What would change in test\nCompared: this with that.\nNothing changes.",
        );
    });

    it("begins with what is lost, in words", () => {
        const lines = changesText(
            compared([database, object("n8n", "v1", "Service", "a")], []),
            PLAIN,
        ).split("\n");
        assert.deepEqual(lines.slice(2, 7), [
            "Resources: 2 removed; 1 of them may take data with them.",
            "",
            "Deleted, made anew or refused",
            "  deletes the database n8n/n8n-db; its 1 volume (5 GiB) and their data go with it",
            "  deletes the Service n8n/a",
        ]);
    });

    it("tells a change of many resources once", () => {
        const labelled = (version: string) =>
            Array.from({ length: 9 }, (_, index) =>
                object("tool", "v1", "Service", `s${index}`, { labels: { version } }),
            );
        const text = changesText(compared(labelled("1"), labelled("2")), PLAIN);
        assert.equal(text.match(/labels\.version: 1 → 2/g)?.length, 1);
        assert.match(text, /in 9 resources: labels\.version/);
    });

    it("tells what is new of machines", () => {
        const machine = (memory: number) =>
            made("machines", "proxmoxve:index/vmLegacy:VmLegacy", "w", { memory });
        assert.match(
            changesText(compared([machine(1)], [machine(2)]), PLAIN),
            /machines: 1 changed\n {2}VmLegacy\/machines:w\n {4}memory: 1 → 2/,
        );
    });

    it("takes the meaning from what comes from the stack, in a comment", () => {
        const named = (text: string) =>
            object("tool", "v1", "ConfigMap", "c", { [text]: { a: text } });
        const text = changesMarkdown(compared([named("plain")], [named(HOSTILE)]));
        assert.match(text, /^<!-- stack-changes:test -->\n/);
        assert.doesNotMatch(text, /<img|<\/script|@everyone|\*bold\*/);
    });

    it("fits into a comment, and says what is left out", () => {
        const many = Array.from({ length: 400 }, (_, index) =>
            object(`system-${index}`, "v1", "ConfigMap", "c".repeat(200), { index }),
        );
        const text = changesMarkdown(compared([], many));
        assert.ok(text.length <= 60_000);
        assert.match(text, /\d+ more sections did not fit into a comment/);
    });
});
