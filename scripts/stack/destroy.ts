/** `npm run destroy`: only for whoever types the stack's name, and not past what is protected. */
import { runTool } from "../../components/base/ending";
import { isObjectType } from "../../components/base/object";
import { WITH_OBJECTS_VARIABLE } from "../../crds/removal";
import { requirePulumi, requireStack, runInteractively } from "../../preview/engine/toolchain";
import { plural } from "../../preview/scorecard/judged";
import { UsageError } from "../../preview/stack-file";
import { runChild } from "../../preview/engine/child";
import { answers } from "./answer";
import { deadClusterWarning, type Remainder, withoutObjects } from "./dead-cluster";
import { engineEnvironment } from "./engine-environment";
import { readObjectRecord, writeObjectRecord } from "./object-record";
import type { Command } from "./options";
import { isOutside } from "./parts";
import { chosen, EVERY_WRITE, isDestroyedInParts, ONE_WRITE, type StateResource } from "./way";

/** What the destroy is told of the command. */
type DestroyCommand = Pick<Command, "stack" | "yes" | "withCustomResources" | "flags">;

/** So many protected resources are named. */
const MOST = 5;
const STATE_LIMIT = 1024 * 1024 * 1024;

interface Deployment {
    readonly deployment?: { readonly resources?: readonly StateResource[] };
}

/** The state, which is never shown. */
async function stateOf(pulumi: string, stack: string): Promise<Deployment> {
    try {
        const args = ["stack", "export", "--stack", stack];
        const { stdout } = await runTool(pulumi, args, { maxBuffer: STATE_LIMIT });
        return JSON.parse(stdout) as Deployment;
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

function isObject({ type }: StateResource): boolean {
    return isObjectType(type);
}

/** Runs `pulumi destroy`, in parts where that is of use; resolves with its exit code. */
export async function destroyResources(
    pulumi: string,
    { stack: { stack }, yes, withCustomResources, flags }: DestroyCommand,
    resources: readonly StateResource[],
    tell: (line: string) => void,
): Promise<number> {
    const run = (more: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
        runInteractively(
            pulumi,
            ["destroy", "--stack", stack, ...(yes ? ["--yes"] : []), ...more, ...flags],
            {
                ...engineEnvironment(),
                ...environment,
                ...(withCustomResources ? { [WITH_OBJECTS_VARIABLE]: "true" } : {}),
            },
        );
    const record = await readObjectRecord(pulumi, stack);
    if (record === "adopting" || (record === "unrecorded" && !resources.some(isObject))) {
        tell(
            "An update was killed while it made objects: those that the state does not know stay in the cluster, unless `npm run up` takes them over first.",
        );
    }
    if (
        !isDestroyedInParts(resources, flags, record) ||
        !(await writeObjectRecord(pulumi, stack, "deleting"))
    ) {
        return run([]);
    }
    const outside = resources.filter(({ type, custom = false }) => isOutside({ type, custom }));
    const urns = outside.map(({ urn }) => urn);
    tell("First what is in the cluster; the state is written at the end.");
    const code = await run(chosen("--exclude", urns), ONE_WRITE);
    if (code !== 0) {
        return code;
    }
    await writeObjectRecord(pulumi, stack, "recorded");
    tell("Now the rest.");
    return run([], EVERY_WRITE);
}

/**
 * Writes a state without what is in a dead cluster. Its secrets stay encrypted, and no disk sees it.
 *
 * @throws UsageError when pulumi does not take it
 */
export async function forgetObjects(
    pulumi: string,
    stack: string,
    { state }: Remainder,
): Promise<void> {
    const code = await runChild(
        pulumi,
        ["stack", "import", "--stack", stack],
        { stdio: ["pipe", "ignore", "inherit"] },
        ({ stdin }) => {
            stdin?.on("error", () => undefined);
            stdin?.end(JSON.stringify(state));
        },
    );
    if (code !== 0) {
        throw new UsageError(
            `The state of ${stack} could not be written (pulumi ended with ${code}); it is as it was.`,
        );
    }
}

/** `npm run destroy`. */
export async function destroy(command: Command): Promise<number> {
    const {
        stack: { stack },
        yes,
    } = command;
    const pulumi = requirePulumi();
    await requireStack(pulumi, stack);
    const state = await stateOf(pulumi, stack);
    const remainder = command.deadCluster ? withoutObjects(state) : undefined;
    const { deployment } = (remainder?.state ?? state) as Deployment;
    const resources = deployment?.resources ?? [];
    const urns = resources.filter(({ protect }) => protect === true).map(({ urn }) => urn);
    process.stderr.write(`${warning(stack, urns)}\n`);
    if (remainder !== undefined) {
        process.stderr.write(`${deadClusterWarning(remainder)}\n`);
    }
    const question = `Type the stack's name (${stack}) to destroy it: `;
    if (!yes && !(await answers(question, stack, "destroy"))) {
        process.stderr.write("Not the stack's name: nothing was destroyed.\n");
        return 1;
    }
    if (remainder !== undefined && remainder.objects > 0) {
        await forgetObjects(pulumi, stack, remainder);
    }
    return destroyResources(pulumi, command, resources, (line) => {
        process.stdout.write(`\n${line}\n`);
    });
}
