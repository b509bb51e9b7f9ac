/** What the CLI says before it has planned anything, as a sentence that a user can act on. */

interface Mistake {
    readonly said: RegExp;
    readonly sentence: (match: RegExpExecArray, stack: string) => string;
}

const MISTAKES: readonly Mistake[] = [
    {
        said: /no stack named '?([^' ]+)'? found/,
        sentence: (_, stack) =>
            `The stack ${stack} was never initialised: run \`pulumi stack init ${stack}\` first.`,
    },
    {
        said: /unknown (?:shorthand )?flag: (.+)/,
        sentence: ([, flag = ""]) => `Neither this command nor pulumi has the option ${flag}.`,
    },
    {
        said: /PULUMI_ACCESS_TOKEN must be set/,
        sentence: () =>
            "Nobody is logged in to Pulumi: run `pulumi login`, or `pulumi login file://...` for a folder of your own.",
    },
    {
        said: /passphrase must be set/,
        sentence: (_, stack) =>
            `The secrets of the stack ${stack} are locked: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.`,
    },
    {
        said: /incorrect passphrase/,
        sentence: (_, stack) => `PULUMI_CONFIG_PASSPHRASE is not the one of the stack ${stack}.`,
    },
    {
        said: /no resource plugin '([^']+)' found/,
        sentence: ([, plugin = ""]) =>
            `The plugin ${plugin} is not installed and could not be fetched: run \`pulumi install\`.`,
    },
];

/** The user's mistake among the last words of the CLI; undefined when it is none that is known. */
export function mistakeOf(lines: readonly string[], stack: string): string | undefined {
    for (const { said, sentence } of MISTAKES) {
        for (const line of lines) {
            const match = said.exec(line);
            if (match !== null) {
                return sentence(match, stack);
            }
        }
    }
    return undefined;
}

/** The lines that say what went wrong, without the help and the trace around them. */
export function reasonsOf(lines: readonly string[]): string[] {
    const said = lines.map((line) => line.trim()).filter((line) => line !== "");
    const errors = said.filter((line) => line.startsWith("error: "));
    return (errors.length > 0 ? errors : said).map((line) => line.replace(/^error: /, ""));
}
