/** What is done with one record: a mail, or a place among the dead letters. No Kafka in here. */
import { type Mail, mailFor } from "./mail";
import { readRegistration } from "./registration";
import { type Check, unframed } from "./schemas";

/** A record that nobody can handle, with the reason. */
export interface DeadLetter {
    readonly key: string;
    readonly value: Buffer;
    readonly reason: string;
}

/** What the work needs of the world. */
export interface Surroundings {
    /** Domain of the mails. */
    readonly domain: string;
    /** Sends a mail; throws what the server says. */
    readonly send: (mail: Mail) => Promise<void>;
    /** The schema of an id; undefined when there is none. */
    readonly schema: (id: number) => Promise<Check | undefined>;
    /** Keeps a dead letter. */
    readonly bury: (letter: DeadLetter) => Promise<void>;
    /** Waits for some milliseconds. */
    readonly wait: (milliseconds: number) => Promise<void>;
}

/** How a record ended. */
export type Outcome = "sent" | "dead";

/** How often a mail is tried before its record may come again. */
export const ATTEMPTS = 4;
const FIRST_PAUSE = 500;

/** RFC 5321, 4.2.1: replies from 500 on will be the same next time. */
function isPermanent(error: unknown): boolean {
    const code: unknown =
        typeof error === "object" && error !== null
            ? Reflect.get(error, "responseCode")
            : undefined;
    return typeof code === "number" && code >= 500;
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** The registration in a record, or why there is none in it. */
async function read(
    value: Buffer,
    schema: Surroundings["schema"],
): Promise<ReturnType<typeof readRegistration>> {
    const record = unframed(value);
    if ("fault" in record) {
        return record;
    }
    const { id, text } = record.value;
    const check = await schema(id);
    if (check === undefined) {
        return { fault: `Its schema ${id} is not in the registry.` };
    }
    const fault = check(text);
    return fault === undefined ? readRegistration(text) : { fault };
}

/**
 * Handles a record. What can never become a mail is buried, so that what comes after it is not held
 * up; a server that is away for a while is tried again.
 *
 * @throws what the mail server or the registry says when it is away for longer: the record must come
 * again then, so its place in the topic must not be kept
 */
export async function handle(
    record: { readonly key: string; readonly value: Buffer },
    { domain, send, schema, bury, wait }: Surroundings,
): Promise<Outcome> {
    const found = await read(record.value, schema);
    if ("fault" in found) {
        await bury({ ...record, reason: found.fault });
        return "dead";
    }
    const mail = mailFor(found.value, domain);
    for (let attempt = 1; ; attempt += 1) {
        try {
            await send(mail);
            return "sent";
        } catch (error) {
            if (isPermanent(error)) {
                await bury({
                    ...record,
                    reason: `The mail server refuses it: ${messageOf(error)}`,
                });
                return "dead";
            }
            if (attempt === ATTEMPTS) {
                throw error;
            }
            await wait(FIRST_PAUSE * 2 ** (attempt - 1));
        }
    }
}
