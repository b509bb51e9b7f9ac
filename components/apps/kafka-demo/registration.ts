/** Somebody has registered: the event, as it stands in the topic. Pure. */

/** The event. */
export interface Registration {
    /** Names the event; who sees it twice does its work once. */
    readonly id: string;
    readonly email: string;
    readonly name: string;
    /** ISO date. */
    readonly at: string;
}

/** JSON Schema of the event. Fields may come, optional ones; none may go or change its meaning. */
export const registrationSchema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Registration",
    type: "object",
    properties: {
        id: { type: "string", minLength: 1 },
        email: { type: "string", minLength: 3 },
        name: { type: "string", minLength: 1 },
        at: { type: "string", minLength: 20 },
    },
    required: ["id", "email", "name", "at"],
    additionalProperties: true,
} as const;

/** The subject under which the schema of a topic's records is registered (TopicNameStrategy). */
export function subject(topic: string): string {
    return `${topic}-value`;
}

/** What was read: an event, or why it is none, in one sentence. */
export type Read<What> = { readonly value: What } | { readonly fault: string };

/** An address with one at sign and a domain; whether somebody is there only the mail will tell. */
const ADDRESS =
    /^[^\s@<>(),;:"]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;
const LONGEST_NAME = 200;

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function field(of: object, name: string): string | undefined {
    const value: unknown = Reflect.get(of, name);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** Who registers, as a form or a program says it. */
export function readApplicant(text: string): Read<Pick<Registration, "email" | "name">> {
    const said = json(text);
    if (typeof said !== "object" || said === null || Array.isArray(said)) {
        return { fault: "It is no JSON object." };
    }
    const email = field(said, "email");
    const name = field(said, "name");
    if (email === undefined || !ADDRESS.test(email)) {
        return { fault: "Its email is no address." };
    }
    // A line break would begin another header of the mail.
    if (name === undefined || name.length > LONGEST_NAME || /[\r\n\0]/.test(name)) {
        return { fault: `Its name is no line of at most ${LONGEST_NAME} letters.` };
    }
    return { value: { email, name } };
}

/** The event in a record. */
export function readRegistration(text: string): Read<Registration> {
    const applicant = readApplicant(text);
    if ("fault" in applicant) {
        return applicant;
    }
    const said = json(text) as object;
    const id = field(said, "id");
    const at = field(said, "at");
    if (id === undefined) {
        return { fault: "It has no id." };
    }
    return at === undefined || Number.isNaN(Date.parse(at))
        ? { fault: "Its date (at) is none." }
        : { value: { ...applicant.value, id, at } };
}
