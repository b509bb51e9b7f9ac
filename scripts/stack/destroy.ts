/** `npm run destroy`: only for whoever types the stack's name, and not past what is protected. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { WITH_OBJECTS_VARIABLE } from "../../crds/removal";
import { requirePulumi, runInteractively } from "../../preview/engine/toolchain";
import { plural } from "../../preview/scorecard/judged";
import { UsageError } from "../../preview/stack-file";
import { answers } from "./answer";
import { engineEnvironment } from "./engine-environment";
import type { Command } from "./options";

const run = promisify(execFile);
/** So many protected resources are named. */
const MOST = 5;
const STATE_LIMIT = 1024 * 1024 * 1024;

interface Deployment {
    readonly deployment?: {
        readonly resources?: readonly { readonly urn: string; readonly protect?: boolean }[];
    };
}

/** URNs of what the state protects; the state itself is never shown. */
async function protectedUrns(pulumi: string, stack: string): Promise<string[]> {
    try {
        const args = ["stack", "export", "--stack", stack];
        const { stdout } = await run(pulumi, args, { maxBuffer: STATE_LIMIT });
        const { deployment } = JSON.parse(stdout) as Deployment;
        return (deployment?.resources ?? [])
            .filter(({ protect }) => protect === true)
            .map(({ urn }) => urn);
    } catch (error) {
        const { stderr = "" } = error as { stderr?: string };
        const reason = stderr.trim() || "its state cannot be read";
        throw new UsageError(`The stack ${stack} cannot be destroyed: ${reason}`);
    }
}

/** What a person should know before destroying. */
export function warning(stack: string, urns: readonly string[]): string {
    if (urns.length === 0) {
        return `Nothing of ${stack} is protected: everything in it will be deleted, data included.`;
    }
    const rest = urns.length - MOST;
    return [
        `Protected in ${stack}: ${plural(urns.length, "resource")} (machines, secrets, storage, databases);`,
        "pulumi will stop at the first of them and delete nothing:",
        ...urns.slice(0, MOST).map((urn) => `  ${urn}`),
        ...(rest > 0 ? [`  and ${rest} more`] : []),
        "To give one up deliberately, when its data is elsewhere:",
        `  pulumi state unprotect --stack ${stack} '<urn>'`,
        "To destroy the rest and keep these: --exclude-protected",
    ].join("\n");
}

/** `npm run destroy`. */
export async function destroy(command: Command): Promise<number> {
    const {
        stack: { stack },
        yes,
        withCustomResources,
        flags,
    } = command;
    const pulumi = requirePulumi();
    process.stderr.write(`${warning(stack, await protectedUrns(pulumi, stack))}\n`);
    const question = `Type the stack's name (${stack}) to destroy it: `;
    if (!yes && !(await answers(question, stack, "destroy"))) {
        process.stderr.write("Not the stack's name: nothing was destroyed.\n");
        return 1;
    }
    return runInteractively(
        pulumi,
        ["destroy", "--stack", stack, ...(yes ? ["--yes"] : []), ...flags],
        {
            ...engineEnvironment(),
            ...(withCustomResources ? { [WITH_OBJECTS_VARIABLE]: "true" } : {}),
        },
    );
}
