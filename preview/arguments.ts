/**
 * The words after a command, read the same way by every command of this repository, with each
 * mistake told in one sentence.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../components/nearest";
import { UsageError } from "./usage-error";

/** The options that a command has, as `parseArgs` takes them. */
type ParseArgsOptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/** What a command is asked for: by option its value, true, or the values of one that is repeated. */
type ValuesOf<T extends ParseArgsOptionsConfig> = ReturnType<
    typeof parseArgs<{ options: T; args: string[] }>
>["values"];

/** How an option is read. */
type Option = ParseArgsOptionsConfig[string];

/** Options that exclude each other, as they are written. */
export type Conflict = readonly [one: string, other: string];

/** Whether somebody asks for help, with whatever else. */
export function asksForHelp(args: readonly string[]): boolean {
    const end = args.indexOf("--");
    return args.slice(0, end < 0 ? undefined : end).some((word) => ["--help", "-h"].includes(word));
}

function unknownOption(name: string, options: ParseArgsOptionsConfig): string {
    const near = nearest(
        name,
        Object.keys(options).map((known) => `--${known}`),
    );
    return `There is no option ${name}${near === undefined ? "." : `; did you mean ${near}?`}`;
}

function unexpectedWord(word: string, options: ParseArgsOptionsConfig): string {
    return "stack" in options
        ? `"${word}" is no option: a stack is given as --stack ${word}, after a -- of its own with npm run.`
        : `"${word}" is no option, and nothing else is expected.`;
}

/** What is wrong with one option as it is given; undefined when nothing is. */
function faultOf(
    rawName: string,
    { type }: Option,
    value: string | undefined,
    inline: boolean | undefined,
): string | undefined {
    if (type === "boolean") {
        return value === undefined
            ? undefined
            : `${rawName} takes no value, but "${value}" is given.`;
    }
    // What looks like the next option is no value, unless it is written as one.
    if (value === undefined || (inline !== true && value.startsWith("-") && value !== "-")) {
        return `${rawName} needs a value.`;
    }
    return value.trim() === "" ? `${rawName} needs a value, but it is empty.` : undefined;
}

/**
 * Reads the words after a command.
 *
 * @param usage told after the sentence on a mistake
 * @throws UsageError for an option that does not exist, has no value or has two
 */
export function parseArguments<const T extends ParseArgsOptionsConfig>(
    args: readonly string[],
    options: T,
    usage: string,
    conflicts: readonly Conflict[] = [],
): ValuesOf<T> {
    const fail = (sentence: string): never => {
        throw new UsageError(`${sentence}\n\n${usage}`);
    };
    const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
    const given = new Map<string, string>();
    for (const token of tokens) {
        if (token.kind === "positional") {
            fail(unexpectedWord(token.value, options));
        } else if (token.kind === "option") {
            const { name, rawName, value = "" } = token;
            const option = Object.hasOwn(options, name) ? options[name] : undefined;
            const fault =
                option === undefined
                    ? unknownOption(rawName, options)
                    : faultOf(rawName, option, token.value, token.inlineValue);
            if (fault !== undefined) {
                fail(fault);
            }
            const before = given.get(name);
            if (before !== undefined && before !== value && option?.multiple !== true) {
                fail(`${rawName} is given twice: ${before} and ${value}.`);
            }
            given.set(name, value);
        }
    }
    for (const [one, other] of conflicts) {
        if (given.has(one) && given.has(other)) {
            fail(`--${one} and --${other} exclude each other.`);
        }
    }
    return values;
}
