/** What Fluentd and Fluent Bit leave of secrets, by the engines that they search with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { findExecutable } from "../../../components/base/helm";
import { fluentBitConfiguration } from "../../../components/observability/fluent-bit-config";
import { fluentdFiles } from "../../../components/observability/fluentd-config";
import { announced, REDACTED, tokens } from "../../../components/observability/redaction";
import {
    cuttingFilters,
    cuttingParsers,
    rubyRedaction,
} from "../../../components/observability/redaction-onigmo";
import { HARMLESS, SECRETS } from "./secret-lines";

const LINES = [
    ...SECRETS,
    ["first ghp_abcdefghijklmnopqrstuvwxyz0123456789 then password=hunter22", "hunter22"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nmore", "MIIEpAIBAAKCAQEA"],
    ["password=one1one and password=two2two", "two2two"],
] as const;
const CHANGED = [...LINES.map(([line]) => line), ...HARMLESS];

function program(name: string, ...others: readonly string[]): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return [name, ...others].map((one) => findExecutable(one, folders)).find(Boolean);
}

/** What a program answers to lines, in JSON. */
function answers(
    context: Mocha.Context,
    command: string | undefined,
    args: readonly string[],
): string[] {
    if (command === undefined) {
        console.log(`    (no program: ${CHANGED.length} lines not tried)`);
        context.skip();
    }
    const { status, stdout, stderr } = spawnSync(command, args, {
        encoding: "utf8",
        input: JSON.stringify(CHANGED),
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as string[];
}

function judge(output: readonly string[]): void {
    LINES.forEach(([line, secret], index) => {
        const left = output[index] ?? "";
        assert.ok(left.includes(REDACTED), `${line}: ${left}`);
        assert.ok(!left.includes(secret), `${line}: ${left}`);
    });
    assert.deepEqual(output.slice(LINES.length), HARMLESS);
}

describe("secrets on their way through Fluentd and Fluent Bit", () => {
    const files = fluentdFiles({ elasticsearch: { host: "e", port: 9200 }, loki: "http://l" });

    it("are taken out in Fluentd before anything is sent, of machines and of hosts", () => {
        for (const file of ["02_machines.conf", "03_hosts.conf"]) {
            const text = files[file] ?? "";
            const [line = ""] = text.split("\n").filter((one) => one.includes(REDACTED));
            assert.ok(text.indexOf(line) < text.indexOf("<match"), file);
            // One placeholder is an expression; several would be a text, and a # a comment.
            assert.equal(line.split("${").length, 2);
            assert.doesNotMatch(line, /#/);
            assert.match(line, /^ {6}message \$\{.*\}$/);
        }
    });

    it("know the same forms as those through Vector and Alloy", () => {
        const ruby = rubyRedaction("line").replaceAll(String.raw`\/`, "/");
        const cut = JSON.stringify(cuttingParsers);
        for (const part of [...tokens, ...announced.map(({ before }) => before)]) {
            assert.ok(ruby.includes(part), part);
            assert.ok(cut.includes(JSON.stringify(part).slice(1, -1)), part);
        }
    });

    it("are cut off in Fluent Bit after the message has its name, for every output", () => {
        const { parsers, pipeline } = fluentBitConfiguration({
            fluentd: { host: "f", port: 24_224 },
            loki: { host: "l", port: 3100 },
        });
        assert.deepEqual(
            pipeline.filters.map(({ name }) => name),
            ["parser", "modify", "parser", "parser", "lua"],
        );
        assert.deepEqual(
            parsers.map(({ name }) => name),
            ["talos", "tokens", "announced"],
        );
        // Fluent Bit replaces ${NAME} by a variable.
        assert.doesNotMatch(JSON.stringify(cuttingParsers), /\$\{/);
        assert.ok(pipeline.outputs.every(({ match }) => match === "machine"));
    });

    it("leave nothing behind when Ruby runs what Fluentd is told", function () {
        const script = `require "json"; puts JSON.generate(JSON.parse(STDIN.read).map { |said| ${rubyRedaction("said")} })`;
        judge(answers(this, program("ruby", "ruby3.1"), ["-e", script]));
    });

    it("leave nothing behind when Onigmo runs the parsers of Fluent Bit", function () {
        const passes = Object.values(cuttingParsers).map((pattern) => JSON.stringify(pattern));
        const script = [
            'require "json"',
            `passes = [${passes.join(", ")}].map { |pattern| Regexp.new(pattern) }`,
            "puts JSON.generate(JSON.parse(STDIN.read).map { |said|",
            "  cut = passes.reduce([said, false]) { |(line, was), pattern|",
            "    found = pattern.match(line)",
            "    found ? [found[:message], true] : [line, was]",
            "  }",
            `  cut[1] ? cut[0] + "${REDACTED}" : cut[0]`,
            "})",
        ].join("\n");
        judge(answers(this, program("ruby", "ruby3.1"), ["-e", script]));
    });

    it("are marked by the script that Fluent Bit runs", function () {
        const lua = program("luajit", "lua5.1", "lua");
        if (lua === undefined) {
            console.log("    (no Lua on the PATH: 1 script not tried)");
            this.skip();
        }
        const code = cuttingFilters("machine").flatMap((filter) =>
            "code" in filter ? [filter.code] : [],
        );
        const script = [
            ...code,
            'local cut = { redacted = "h", message = "password=" }',
            "local status = mark('machine', 0, cut)",
            "print(status, cut.message, cut.redacted)",
            'local bare = { redacted = "e" }',
            "mark('machine', 0, bare)",
            "print(bare.message)",
            'local kept = { message = "well" }',
            "print(mark('machine', 0, kept), kept.message)",
        ].join("\n");
        const { stdout, stderr } = spawnSync(lua, ["-"], { input: script, encoding: "utf8" });
        assert.equal(stderr, "");
        assert.deepEqual(stdout.trim().split("\n"), [
            `2\tpassword=${REDACTED}\tnil`,
            REDACTED,
            "0\twell",
        ]);
    });
});
