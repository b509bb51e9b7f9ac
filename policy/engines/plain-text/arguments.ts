/** Secrets in the words of a command: flags, assignments, short options, scripts in an argument. Pure. */
import { commandsOf } from "./commands";
import { isLiteralSecret } from "./literals";
import { secretPairs } from "./lines";
import { passwordWords } from "./programs";
import { secretStatements } from "./statements";
import { isHarmless } from "./values";
import { wordSet, wordsOf } from "./words";

const SHELL = /^(?:ba|da|a|k|z)?sh$/;
/** Programs whose arguments are another command. */
const WRAPPER =
    /^(?:env|exec|sudo|nice|time|timeout|command|nohup|tini|dumb-init|gosu|su-exec|then|do|else|if|while|!|export|local|declare|readonly)$/;

/** Flags that ask about a secret or switch its use: what follows is another argument. */
const SWITCHES = wordSet(
    "show no use enable disable ask prompt verify hide skip allow with without print send check",
);

function basename(path: string): string {
    return path.slice(path.lastIndexOf("/") + 1);
}

/** `--name=value`, `-Dname=value` or `--name value`: flags with a literal secret. */
export function secretFlags(words: readonly string[]): string[] {
    return words.flatMap((word, index) => {
        const match = /^(?:--?|\/)([A-Za-z][\w.-]*)(?:[=:](.*))?$/s.exec(word);
        if (match === null) {
            return [];
        }
        const [, written = "", inline] = match;
        const name = written.replace(/^D(?=[a-z]+[.\w-]*$)/, "");
        const following = words[index + 1] ?? "";
        const isSwitch = wordsOf(name).some((part) => SWITCHES.has(part));
        const value =
            inline ??
            (following.startsWith("-") || isSwitch || word.startsWith("/") ? "" : following);
        const setting = { name, value: value.replace(/^(["'])(.*)\1$/s, "$2"), isFlag: true };
        return isLiteralSecret({ ...setting, isWhole: true }) ? [name] : [];
    });
}

/** `openssl -passin pass:value`. */
function passPhrases(words: readonly string[]): string[] {
    return words.flatMap((word, index) =>
        /^-pass(?:in|out)?$/.test(word) &&
        (words[index + 1] ?? "").startsWith("pass:") &&
        !isHarmless((words[index + 1] ?? "").slice("pass:".length))
            ? [word]
            : [],
    );
}

/** `echo user:value | chpasswd` is read by whoever reads scripts. */
function readCommand(words: readonly string[], program: string | undefined): string[] {
    const start = words.findIndex(
        (word) => !/^[A-Za-z_]\w*=/.test(word) && !WRAPPER.test(basename(word)),
    );
    const named = basename(words[start] ?? "");
    const options = [
        ...passwordWords(named, words.slice(start + 1)),
        ...(program === undefined || program === named ? [] : passwordWords(program, words)),
    ].filter(({ value }) => !isHarmless(value));
    const scripts = SHELL.test(named)
        ? words.slice(start + 1).filter((_, index, rest) => /^-\w*c$/.test(rest[index - 1] ?? ""))
        : [];
    return [
        ...options.map(({ name }) => name),
        ...secretFlags(words),
        ...passPhrases(words),
        ...scripts.flatMap(secretCommands),
    ];
}

/** The names under which a script's commands give secrets. */
export function secretCommands(script: string): string[] {
    return commandsOf(script).flatMap((words) => [
        ...readCommand(words, undefined),
        ...words.flatMap(assignment),
    ]);
}

/** `NAME=value` as one word. */
function assignment(word: string): string[] {
    const [, name = "", value = ""] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(word) ?? [];
    return name !== "" && isLiteralSecret({ name, value, isWhole: true }) ? [name] : [];
}

/**
 * The names under which the words of a command give secrets.
 *
 * @param program who reads them, where the first word does not say
 */
export function secretArguments(words: readonly string[], program?: string): string[] {
    const scripts = words.filter((word) => /[\s;|&]/.test(word.trim()));
    return [
        ...readCommand(words, program),
        ...words
            .filter((word) => !scripts.includes(word))
            .flatMap((word) => [...assignment(word), ...secretPairs(word)]),
        ...scripts.flatMap((script) => [
            ...secretCommands(script),
            ...secretPairs(script),
            ...secretStatements(script),
        ]),
    ];
}
