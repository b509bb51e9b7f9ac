import * as assert from "node:assert/strict";
import { escapeMarkdown, flowsMarkdown } from "../../scripts/flows/markdown";
import { rowsOf } from "../../scripts/flows/rows";
import { flow, group, home, mapOf, outside, platformOf } from "./maps";

const [one, two, three] = [group("web", "one"), group("web", "two"), group("web", "three")];
const database = group("data");
const homes = [home("data", "data"), home("web", "apps", one, three, two)];

/** The lines of a document that hold a text. */
function lines(text: string, ...flows: Parameters<typeof mapOf>[1]): string[] {
    return flowsMarkdown(mapOf(homes, flows))
        .split("\n")
        .filter((line) => line.includes(text));
}

describe("rows of flows", () => {
    const rows = (...flows: Parameters<typeof mapOf>[1]) =>
        rowsOf(flows, "web", "out").map(({ from, to, ports, reasons, policies }) => [
            ...[from.map(({ id }) => id).join(), to.map(({ id }) => id).join()],
            ports.map(({ text, isNeeded }) => (isNeeded ? `${text}!` : text)).join(),
            ...[reasons.join(), policies.join()],
        ]);

    it("join ports, sources and destinations", () => {
        const api = outside("API server");
        assert.deepEqual(
            rows(
                ...[flow(one, database, 10), flow(one, database, 9, "why")],
                ...[flow(two, database, 9, "why"), flow(two, database, 10)],
                ...[flow(one, api, 10), flow(one, api, 9, "why")],
                ...[flow(two, api, 9, "why"), flow(two, api, 10)],
            ),
            [["web/one,web/two", "data/data,API server", "9!,10", "why", "NetworkPolicy/web/out"]],
        );
    });

    it("keep apart what other policies allow or other things need, and put needed ones first", () => {
        const other = { ...flow(one, database, 11), egress: ["NetworkPolicy/web/other"] };
        assert.deepEqual(
            rows(other, flow(one, database, 10), flow(two, database, 10, "why")).map(
                ([from, , ports, , by]) => [from, ports, by],
            ),
            [
                ["web/two", "10!", "NetworkPolicy/web/out"],
                ["web/one", "11", "NetworkPolicy/web/other"],
                ["web/one", "10", "NetworkPolicy/web/out"],
            ],
        );
    });

    it("are those of the side, with the policies of the namespace", () => {
        const flows = [flow(one, two, 1), flow(one, database, 2), flow(database, one, 3)];
        const seen = (["in", "out", "inside"] as const).map((side) =>
            rowsOf(flows, "web", side).map(({ ports, policies }) => [
                ports.map(({ text }) => text).join(),
                policies.map((key) => key.split("/").slice(1).join("/")).join(),
            ]),
        );
        assert.deepEqual(seen, [[["3", "web/in"]], [["2", "web/out"]], [["1", "web/out,web/in"]]]);
    });
});

describe("docs/flows.md", () => {
    it("shows who reaches whom in a matrix, needed ports bold", () => {
        assert.deepEqual(
            lines("| **web** |", flow(one, database, 5432, "why"), flow(two, database, 9090)),
            ["| **web** | **5432**, 9090 |"],
        );
        assert.deepEqual(lines("from \\ to", flow(one, database, 5432)), ["| from \\ to | data |"]);
    });

    it("says what a flow is for, or that it is only declared", () => {
        assert.deepEqual(lines("| `in` |", flow(one, database, 5432, "to read", "to write")), [
            "| web/one | data | **5432** | to read; to write | `in` |",
        ]);
        assert.deepEqual(lines("| `in` |", flow(one, database, 5432)), [
            "| web/one | data | 5432 | only declared | `in` |",
        ]);
    });

    it("names groups in few words", () => {
        const all = [flow(one, database, 1), flow(two, database, 1), flow(three, database, 1)];
        assert.deepEqual(lines("| `out` |", ...all), [
            "| every pod | data/data | 1 | only declared | `out` |",
        ]);
        assert.deepEqual(lines("| `in` |", ...all), [
            "| every pod of web | data | 1 | only declared | `in` |",
        ]);
        assert.deepEqual(lines("| `out` |", ...all.slice(0, 2)), [
            "| one, two | data/data | 1 | only declared | `out` |",
        ]);
        const names = ["a", "b", "c", "d", "e", "f", "g"].map((name) => group("web", name));
        const many = [home("data", "data"), home("web", "apps", ...names)];
        const most = names.slice(1).map((name) => flow(name, database, 1));
        assert.match(flowsMarkdown(mapOf(many, most)), /\| every pod but a \| data\/data \|/);
    });

    it("lists what is needed and not allowed, and what is open", () => {
        const port = { protocol: "TCP", port: 5432 };
        const refused = [
            { from: one, to: database, port, reason: "DB_HOST", isUnknown: false },
            { from: two, to: database, port, reason: "DB_HOST", isUnknown: true },
        ];
        const text = flowsMarkdown({ ...mapOf(homes, []), refused, open: ["web/one"] });
        assert.match(
            text,
            /## Needed and not allowed\n\n- web\/one to data\/data on 5432 \(DB_HOST\): refused\n/,
        );
        assert.match(
            text,
            /- web\/two to data\/data on 5432 \(DB_HOST\): known only at the update\n/,
        );
        assert.match(text, /## Open\n\n.*\n\n- web\/one\n/);
        assert.doesNotMatch(flowsMarkdown(mapOf(homes, [])), /## Open|## Needed/);
    });

    it("reads no name and no reason as markup", () => {
        assert.equal(
            escapeMarkdown("a|b *c* <d> `e`\n[f]"),
            "a\\|b \\*c\\* \\<d\\> \\`e\\` \\[f\\]",
        );
        assert.deepEqual(lines("| `in` |", flow(one, database, 1, "for a|b\n# c")), [
            "| web/one | data | **1** | for a\\|b # c | `in` |",
        ]);
    });

    it("has as many cells in each row as in the head of its table", () => {
        const tables = flowsMarkdown(platformOf(20))
            .trim()
            .split("\n\n")
            .filter((part) => part.startsWith("|"));
        assert.ok(tables.length > 40);
        for (const table of tables) {
            const cells = table.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
            assert.equal(new Set(cells).size, 1, table);
        }
    });
});
