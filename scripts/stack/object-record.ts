/**
 * Whether the state is right about the objects in the cluster: a tag of the stack, which a file or bucket
 * backend keeps beside the state. It outlives a process that is killed, and another machine sees it.
 */
import { runTool } from "../../components/base/ending";
import { isRecord } from "../../components/base/object";
import { UsageError } from "../../preview/usage-error";

/** Name of the tag; 40 characters at most, of those that Pulumi's service takes too. */
const TAG = "platform:objects";

/**
 * - `recorded`: what was made is in the state.
 * - `unrecorded`: objects are being made, and the state is written when that ends.
 * - `adopting`: objects that the state does not know are being taken over, one write each.
 * - `deleting`: objects are being deleted, and the state is written when that ends.
 */
export type ObjectRecord = "recorded" | "unrecorded" | "adopting" | "deleting";

const RECORDS: readonly ObjectRecord[] = ["recorded", "unrecorded", "adopting", "deleting"];

function toRecord(tags: unknown): ObjectRecord {
    const value = isRecord(tags) ? tags[TAG] : undefined;
    return RECORDS.find((record) => record === value) ?? "recorded";
}

/** Answer of a command in JSON; undefined where it failed or said something else. */
async function answerOf(pulumi: string, args: readonly string[]): Promise<unknown> {
    try {
        const { stdout } = await runTool(pulumi, [...args, "--json"]);
        return JSON.parse(stdout) as unknown;
    } catch {
        return undefined;
    }
}

/**
 * Reads the tag.
 *
 * @returns undefined for Pulumi's service, which writes no whole states and needs no parts, and
 *     where the CLI cannot say
 */
export async function readObjectRecord(
    pulumi: string,
    stack: string,
): Promise<ObjectRecord | undefined> {
    const who = await answerOf(pulumi, ["whoami"]);
    const url = isRecord(who) ? who.url : undefined;
    if (typeof url !== "string" || /^https?:/.test(url)) {
        return undefined;
    }
    const tags = await answerOf(pulumi, ["stack", "tag", "ls", "--stack", stack]);
    return tags === undefined ? undefined : toRecord(tags);
}

/**
 * Writes the tag. The last tag of a stack cannot be taken away in 3.248 (`saveStackTags` of
 * `pkg/backend/diy/stack_tags.go` writes no empty list), so `recorded` is a value of its own.
 *
 * @returns whether it is written
 */
export async function writeObjectRecord(
    pulumi: string,
    stack: string,
    record: ObjectRecord,
): Promise<boolean> {
    try {
        await runTool(pulumi, ["stack", "tag", "set", "--stack", stack, TAG, record]);
        return true;
    } catch {
        return false;
    }
}

/**
 * Refuses to go on where a destroy was killed: the state may name objects that are gone, and an
 * update would leave them so.
 *
 * @throws UsageError with how to go on
 */
export function requireNoDeletion(record: ObjectRecord | undefined, stack: string): void {
    if (record === "deleting") {
        throw new UsageError(
            `A destroy of ${stack} did not come to its end, so its state may name objects that are gone: ` +
                `run \`npm run refresh -- --stack ${stack}\` before the next update, or destroy it again.`,
        );
    }
}
