/** What is done with one record: a mail, or a place among the dead letters. No Kafka in here. */
import { type Mail, mailFor } from "./mail";
import { readRegistration } from "./registration";

/** A record that nobody can handle, with the reason. */
export interface DeadLetter {
    readonly key: string;
    readonly value: string;
    readonly reason: string;
}

/** What the work needs of the world. */
export interface Surroundings {
    /** Domain of the mails. */
    readonly domain: string;
    /** Sends a mail; throws what the server says. */
    readonly send: (mail: Mail) => Promise<void>;
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

/**
 * Handles a record. What can never become a mail is buried, so that what comes after it is not held
 * up; a server that is away for a while is tried again.
 *
 * @throws what the server says when it is away for longer: the record must come again then, so its
 * place in the topic must not be kept
 */
export async function handle(
    record: { readonly key: string; readonly value: string },
    { domain, send, bury, wait }: Surroundings,
): Promise<Outcome> {
    const read = readRegistration(record.value);
    if ("fault" in read) {
        await bury({ ...record, reason: read.fault });
        return "dead";
    }
    const mail = mailFor(read.value, domain);
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
