/** Whoever is woken finds what to do, and nothing that nobody is woken for. */
import * as assert from "node:assert/strict";
import * as path from "node:path";
import { runbookUrl } from "../../components/base/monitoring-objects";
import { libraryAt } from "../../policy/engines/documents/library";
import { partsOf } from "../../policy/engines/documents/markdown";
import { faultsOf, RUNBOOKS, runbookAt } from "../../policy/engines/documents/runbooks";
import { alerts, objectives, root } from "./declared";

const library = libraryAt(path.join(root, "docs"));
assert.ok(library);
/** Lines of a page that can be read at three in the morning. */
const LENGTH = { least: 25, most: 60 };

function pageOf(alert: string): string {
    const [, page = ""] =
        /docs\/runbooks\/(.*)$/.exec(runbookUrl("https://example.com", alert)) ?? [];
    return page;
}

const books = new Map(
    [...alerts.map(({ name }) => name), ...objectives.map(({ alert }) => alert)].map((name) => [
        name,
        runbookAt(library, { page: pageOf(name), anchor: undefined }),
    ]),
);

describe("runbooks", () => {
    it("are there for every alert, with meaning, impact, diagnosis, mitigation and escalation", () => {
        const faults = [...books].flatMap(([name, book]) =>
            book === undefined ? [`no docs/runbooks/${name}.md`] : faultsOf(book),
        );
        assert.deepEqual(faults, []);
    });

    it("are about an alert, when they carry the name of one", () => {
        const orphans = library
            .list(RUNBOOKS)
            .map((file) => path.basename(file, ".md"))
            // Procedures, which no alert leads to, are called in lower case.
            .filter((name) => /^[A-Z][a-z0-9]*[A-Z]/.test(name) && !books.has(name));
        assert.deepEqual(orphans, []);
    });

    it("say the alert's name first, and commands under diagnosis", () => {
        const faults = [...books].filter(([name, book]) => {
            const text = book?.text ?? "";
            const part = partsOf(text).find(({ title }) => title === "Diagnosis");
            const diagnosis = text.split("\n").slice(part?.first, part?.last).join("\n");
            return partsOf(text)[0]?.title !== name || !diagnosis.includes("```sh\n");
        });
        assert.deepEqual(
            faults.map(([name]) => name),
            [],
        );
    });

    it("are short enough to be read and long enough to help", () => {
        const lengths = [...books].map(([name, book]) => ({
            name,
            lines: book?.text.trimEnd().split("\n").length ?? 0,
        }));
        assert.deepEqual(
            lengths.filter(({ lines }) => lines < LENGTH.least || lines > LENGTH.most),
            [],
        );
    });

    it("send the reader only to runbooks that exist", () => {
        const references = [...books].flatMap(([from, book]) =>
            [...(book?.text ?? "").matchAll(/\b[Ss]ee ([A-Z]\w*[A-Z]\w*)/g)].map(([, to = ""]) => ({
                from,
                to,
            })),
        );
        assert.ok(references.length > 40);
        assert.deepEqual(
            references.filter(({ to }) => !books.has(to)),
            [],
        );
    });
});
