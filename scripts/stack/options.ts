/** The options of the CLI wrapper: its own are taken out, the rest goes on to pulumi. */
import { type Files, FILES_USAGE } from "../../preview/scorecard/files";
import {
    readStackFile,
    type StackConfiguration,
    stackNames,
    UsageError,
} from "../../preview/stack-file";

export const STACK_USAGE = `Usage: npm run up|destroy|refresh|preview:engine -- --stack NAME [pulumi flags]

  --stack NAME       stack, Pulumi.NAME.yaml
  --json             preview:engine: one JSON document on stdout instead of the report
${FILES_USAGE}
  --yes              do not ask (destroy: do not ask for the stack's name)
  --with-custom-resources
                     destroy: CRDs go with all their objects; else one that has objects stays
  --dead-cluster     destroy: what is in the cluster is taken out of the state and not asked for;
                     what its systems made outside of it (DNS records, devices) is named and stays
  --without-drain    up: machines may go whose nodes are in the cluster still

Other flags go on to pulumi. up previews with the policy pack once, refuses to go on upon a mandatory
violation or a policy that could not run, says what would change, asks, and applies it with the pack
watching. On a file or bucket backend a first up has two parts, what is outside of the cluster and the
objects in it, and so has destroy (docs/performance.md, "In two parts").

Ends with 0 when done, 1 when refused or not ready, 2 on a mistake, else with the code of pulumi.`;

/** What the user asked for. */
export interface Command extends Files {
    readonly stack: StackConfiguration;
    readonly profile: string;
    readonly json: boolean;
    readonly yes: boolean;
    /** CRDs are destroyed though there are objects of them. */
    readonly withCustomResources: boolean;
    /** The cluster does not answer any more, and is not asked when it is destroyed. */
    readonly deadCluster: boolean;
    /** Machines go though their nodes did not leave the cluster. */
    readonly withoutDrain: boolean;
    /** For pulumi, as they are. */
    readonly flags: readonly string[];
}

/** What the wrapper decides itself; a second value would leave the pack or the project. */
const REFUSED: Readonly<Record<string, string>> = {
    "--policy-pack": "the pack in policy/ is always used",
    "--policy-pack-config": "the levels are those of the stack's profile, policy/levels.*.json",
    "--cwd": "run it in the project's folder",
    "-C": "run it in the project's folder",
    "--config-file": "the stack's file is Pulumi.<stack>.yaml",
    "--plan": "a plan made earlier was judged earlier",
};

const VALUES = ["--stack", "-s", "--markdown", "--html"] as const;
const SWITCHES = [
    "--json",
    "-j",
    "--yes",
    "-y",
    "--with-custom-resources",
    "--dead-cluster",
    "--without-drain",
];

/** Splits `--name=value` into its parts. */
function split(argument: string): [string, string | undefined] {
    const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
    return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

/**
 * Reads the arguments after the command's name.
 *
 * @throws UsageError for a mistake
 */
export function parseCommand(folder: string, args: readonly string[]): Command {
    const values = new Map<string, string>();
    const switches = new Set<string>();
    const flags: string[] = [];
    const queue = [...args];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [name, inline] = split(next);
        const reason = REFUSED[name];
        if (reason !== undefined) {
            throw new UsageError(`${name} is not allowed here: ${reason}.`);
        }
        if (VALUES.some((known) => known === name)) {
            const value = inline ?? queue.shift();
            if (value === undefined || value.trim() === "" || value.startsWith("-")) {
                throw new UsageError(`${name} needs a value.\n\n${STACK_USAGE}`);
            }
            const long = name === "-s" ? "--stack" : name;
            const before = values.get(long);
            if (before !== undefined && before !== value) {
                throw new UsageError(`${name} is given twice: ${before} and ${value}.`);
            }
            values.set(long, value);
        } else if (SWITCHES.includes(name)) {
            if (inline !== undefined) {
                throw new UsageError(`${name} takes no value, but "${inline}" is given.`);
            }
            switches.add(name);
        } else {
            flags.push(next);
        }
    }
    const name = values.get("--stack");
    if (name === undefined) {
        throw new UsageError(`Say which stack: --stack ${stackNames(folder).join(" | ")}.`);
    }
    // `organisation/project/stack` names the file by its last part.
    const stack = readStackFile(folder, name.split("/").at(-1) ?? name);
    return {
        stack: { ...stack, stack: name },
        profile: stack.values[`${stack.project}:profile`] ?? "",
        json: switches.has("--json") || switches.has("-j"),
        yes: switches.has("--yes") || switches.has("-y"),
        withCustomResources: switches.has("--with-custom-resources"),
        deadCluster: switches.has("--dead-cluster"),
        withoutDrain: switches.has("--without-drain"),
        markdown: values.get("--markdown"),
        html: values.get("--html"),
        flags,
    };
}
