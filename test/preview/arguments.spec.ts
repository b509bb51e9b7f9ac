import * as assert from "node:assert/strict";
import { asksForHelp, parseArguments } from "../../preview/arguments";
import { UsageError } from "../../preview/usage-error";

const options = {
    stack: { type: "string", short: "s", default: "prod" },
    json: { type: "boolean", short: "j", default: false },
    check: { type: "boolean" },
    lose: { type: "string", multiple: true },
} as const;
const USAGE = "Usage: npm run it";
const parse = (...args: string[]) => parseArguments(args, options, USAGE, [["json", "check"]]);

describe("the words after a command", () => {
    it("are read with and without an equals sign, and in short", () => {
        for (const args of [["--stack", "dev"], ["--stack=dev"], ["-s", "dev"], ["-sdev"]]) {
            assert.equal(parse(...args).stack, "dev", args.join(" "));
        }
        assert.deepEqual(
            { ...parse("-j", "--lose=a", "--lose", "b") },
            {
                stack: "prod",
                json: true,
                lose: ["a", "b"],
            },
        );
        assert.equal(parse("--stack", "dev", "--stack", "dev").stack, "dev", "twice the same");
    });

    for (const [title, args, wanted] of [
        ["an unknown option", ["--jsno"], /^There is no option --jsno; did you mean --json\?/],
        ["an unknown short one", ["-q"], /^There is no option -q/],
        ["a name of Object's prototype", ["--constructor"], /^There is no option --constructor/],
        ["a missing value", ["--stack"], /^--stack needs a value\./],
        ["an option for a value", ["--stack", "--json"], /^--stack needs a value\./],
        ["an empty value", ["--stack="], /^--stack needs a value, but it is empty/],
        ["a value of blanks", ["--stack", "  "], /^--stack needs a value, but it is empty/],
        ["a value for a switch", ["--json=yes"], /^--json takes no value, but "yes" is given/],
        ["two values", ["--stack", "a", "-s", "b"], /^-s is given twice: a and b/],
        ["a word of its own", ["dev"], /^"dev" is no option: a stack is given as --stack dev/],
        ["options that exclude each other", ["--json", "--check"], /^--json and --check exclude/],
    ] as const) {
        it(`refuse ${title} in one sentence, with the usage`, () => {
            assert.throws(
                () => parse(...args),
                (error) =>
                    error instanceof UsageError &&
                    wanted.test(error.message) &&
                    error.message.endsWith(USAGE),
            );
        });
    }

    it("ask for help wherever they say so, but for what is handed on", () => {
        assert.ok(asksForHelp(["--stack", "dev", "-h"]));
        assert.ok(asksForHelp(["--bogus", "--help"]));
        assert.ok(!asksForHelp(["--", "--help"]));
        assert.ok(!asksForHelp([]));
    });
});
