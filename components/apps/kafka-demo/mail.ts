/** The mail that greets who has registered. Pure. */
import type { Registration } from "./registration";

/** A mail. */
export interface Mail {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    /** The same for the same event: a mail server that gets it twice can tell. */
    readonly messageId: string;
}

/** The mail of an event. */
export function mailFor({ id, email, name }: Registration, domain: string): Mail {
    const local = Buffer.from(id).toString("base64url");
    return {
        to: email,
        subject: "Welcome",
        text: `Hello ${name},\n\nyou have registered at ${domain}.\n`,
        messageId: `<${local}@${domain}>`,
    };
}
