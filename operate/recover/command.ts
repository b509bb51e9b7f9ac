/** What `npm run recover` does, for a folder with stacks: a runbook with the names of one of them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "../../components/nearest";
import { parseArguments } from "../../preview/arguments";
import { tellProgress } from "../../preview/command";
import { recordStack, type StackResource } from "../../preview/recorded-stack";
import { readStackFile, type StackConfiguration, UsageError } from "../../preview/stack-file";
import {
    databaseNames,
    databasesOf,
    filled,
    hostNames,
    hostsOf,
    inOneLine,
    type Names,
    nodeNames,
    nodesOf,
    openWords,
    stackNamesOf,
} from "./names";
import { procedureOf, type Step } from "./runbook";

const runbooks = path.join(__dirname, "..", "..", "docs", "runbooks");

/** What may be lost. */
const WHATS = ["tier0", "database", "etcd", "node", "host", "cluster"] as const;
type What = (typeof WHATS)[number];

/** The help. */
export const RECOVER_USAGE = `Usage: npm run recover -- --stack NAME --what ${WHATS.join("|")} [--name NAME] [--json]

  --stack NAME   stack, Pulumi.NAME.yaml
  --what WHAT    what is lost
  --name NAME    which database, node or Proxmox host
  --json         one JSON document on stdout

Prints the steps of the runbook with the names and addresses of the stack, their checks and times, and
what only you can fill in. Runs nothing. Ends with 0 when printed, 2 on a mistake.`;

interface Place {
    readonly file: string;
    readonly heading: string;
    readonly names: Names;
}

function pick<Item>(
    items: readonly Item[],
    {
        what,
        name,
        nameOf,
    }: { what: What; name: string | undefined; nameOf: (item: Item) => string },
): Item {
    const known = items.map(nameOf);
    const found = items.find((item) => nameOf(item) === name);
    if (known.length === 0) {
        throw new UsageError(`The stack has no ${what}.`);
    }
    if (found === undefined) {
        const near = name === undefined ? undefined : nearest(name, known);
        const hint = near === undefined ? "." : `; did you mean ${near}?`;
        throw new UsageError(
            `${name === undefined ? `--name is needed: which ${what}` : `There is no ${what} ${name}`}; allowed: ${known.join(", ")}${hint}`,
        );
    }
    return found;
}

function placeOf(
    what: What,
    name: string | undefined,
    { stack, resources }: { stack: StackConfiguration; resources: readonly StackResource[] },
): Place {
    const nodes = nodesOf(stack);
    switch (what) {
        case "database": {
            const nameOf = (database: { name: string }) => database.name;
            const database = pick(databasesOf(resources), { what, name, nameOf });
            const names = databaseNames(database);
            return { file: "restore-database.md", heading: "The database itself", names };
        }
        case "node": {
            const node = pick(nodes, { what, name, nameOf: (one) => one.name });
            const heading = node.role === "controlPlane" ? "A control plane" : "A worker";
            return { file: "replace-node.md", heading, names: nodeNames(node, nodes, resources) };
        }
        case "host": {
            const host = pick(hostsOf(nodes), { what, name, nameOf: (one) => one });
            const names = hostNames(host, nodes, resources);
            return { file: "replace-node.md", heading: "Its Proxmox host is gone for good", names };
        }
        case "tier0":
            return { file: "restore-tiers.md", heading: "Steps", names: {} };
        case "etcd":
            return { file: "restore-etcd.md", heading: "Steps", names: {} };
        case "cluster":
            return { file: "rebuild-cluster.md", heading: "Steps", names: {} };
    }
}

function filledStep(step: Step, names: Names): Step {
    return {
        ...step,
        title: inOneLine(step.title, names),
        commands: step.commands.flatMap((command) => filled(command, names)),
        checks: step.checks.map((check) => inOneLine(check, names)),
    };
}

function stepText({ title, minutes, commands, checks }: Step, index: number): string[] {
    const time = minutes === undefined ? "" : ` [${minutes} min]`;
    return [
        `${index + 1}. ${title}${time}`,
        ...commands.map((command) => `     ${command}`),
        ...checks.map((check) => `   check: ${check}`),
    ];
}

/**
 * Runs the command.
 *
 * @param folder with `Pulumi.yaml` and the stacks' files
 * @returns what it prints
 * @throws UsageError for a mistake of the user
 */
export async function recoverCommand(args: readonly string[], folder: string): Promise<string> {
    const options = parseArguments(
        args,
        {
            stack: { type: "string", short: "s" },
            what: { type: "string" },
            name: { type: "string" },
            json: { type: "boolean", short: "j", default: false },
        },
        RECOVER_USAGE,
    );
    const { stack, name, json } = options;
    if (stack === undefined || options.what === undefined) {
        throw new UsageError(`--stack and --what are both needed.\n\n${RECOVER_USAGE}`);
    }
    const what = WHATS.find((each) => each === options.what);
    if (what === undefined) {
        const near = nearest(options.what, WHATS);
        const hint = near === undefined ? "." : `; did you mean ${near}?`;
        throw new UsageError(
            `There is nothing called ${options.what} to recover; allowed: ${WHATS.join(", ")}${hint}`,
        );
    }
    const configuration = readStackFile(folder, stack);
    tellProgress(`Planning stack ${stack}`);
    const resources = await recordStack(configuration);
    const place = placeOf(what, name, { stack: configuration, resources });
    const names = { ...stackNamesOf(configuration, resources), ...place.names };
    const text = fs.readFileSync(path.join(runbooks, place.file), "utf8");
    const { steps: written, rto } = procedureOf(text, place.heading);
    const steps = written.map((step) => filledStep(step, names));
    const minutes = steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0);
    const open = openWords(steps.flatMap(({ commands, checks }) => [...commands, ...checks]));
    const runbook = `docs/runbooks/${place.file}`;
    if (json) {
        return JSON.stringify({ stack, what, name, runbook, steps, minutes, rto, fillIn: open });
    }
    const within = rto === undefined ? "" : `; RTO ${rto} min`;
    return [
        `${what}${name === undefined ? "" : ` ${name}`} of stack ${stack}, as ${runbook} has it (${place.heading}):`,
        "",
        ...steps.flatMap(stepText),
        "",
        `Together ${minutes} min${within}.`,
        ...(open.length === 0 ? [] : [`To fill in: ${open.join(", ")}.`]),
    ].join("\n");
}
