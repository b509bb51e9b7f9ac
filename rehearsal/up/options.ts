/** The command line of the rehearsed update. */
import { parseArguments } from "../../preview/arguments";
import { UsageError } from "../../preview/usage-error";
import { SCENARIOS } from "./scenarios";

const LIST = SCENARIOS.map(({ name, shows }) => `  ${name.padEnd(20)}${shows}`).join("\n");

export const UP_USAGE = `Usage: npm run rehearse-up -- [--stack NAME] [--only SCENARIO]... [--systems NAMES] [--require]

Runs the Pulumi CLI with the providers of Proxmox, Talos, Kubernetes and random as they are released
against a Proxmox and Talos nodes that are played here, with a real control plane behind the stack's
virtual address. Nothing leaves this machine, and nothing of yours is touched: it works on a copy of the
project with a state of its own.

  --stack NAME      stack to rehearse, Pulumi.NAME.yaml (default: prod)
  --only SCENARIO   this one, and what must come before it; may be repeated
  --systems NAMES   systems that stay on, separated by commas, or all (default: cilium)
  --require         fail where the CLI or a plugin is missing, instead of leaving it out
  --journal FILE    write down everything that Proxmox and Talos were asked, and refused
  --json            one JSON document on stdout instead of the report

Scenarios, in their order:
${LIST}

Ends with 0 when all went as they should or the CLI is missing, 1 when one did not, 2 on a mistake.`;

/** What a person asked for. */
export interface UpOptions {
    readonly stack: string;
    readonly only: readonly string[];
    readonly systems: readonly string[] | "all";
    readonly require: boolean;
    readonly json: boolean;
    /** File for what Proxmox and Talos were asked. */
    readonly journal: string | undefined;
}

/**
 * Reads the arguments.
 *
 * @throws UsageError for a mistake
 */
export function parseUpOptions(args: readonly string[]): UpOptions {
    const { stack, only, systems, require, json, journal } = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: "prod" },
            only: { type: "string", multiple: true, default: [] },
            systems: { type: "string", default: "cilium" },
            require: { type: "boolean", default: false },
            journal: { type: "string" },
            json: { type: "boolean", short: "j", default: false },
        },
        UP_USAGE,
    );
    const names = SCENARIOS.map(({ name }) => name);
    const wrong = only.find((name) => !names.includes(name));
    if (wrong !== undefined) {
        throw new UsageError(`--only is ${wrong}; allowed: ${names.join(", ")}.`);
    }
    const kept = systems === "all" ? "all" : systems.split(",").filter((name) => name !== "");
    return { stack, only, systems: kept, require, json, journal };
}
