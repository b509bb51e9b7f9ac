/**
 * Schemas of records, as the clients of Confluent's registry do it: a record names its schema by an
 * id in front of its text. No Kafka in here.
 */
import { Ajv } from "ajv";
import type { Read } from "./registration";

/** Bytes in front of the text: a zero, and the id of the schema, the highest byte first. */
const HEAD = 5;

/** A record's value: a text, and the schema that it follows. */
export function framed(id: number, text: string): Buffer {
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(id, 1);
    return Buffer.concat([head, Buffer.from(text, "utf8")]);
}

/** Id and text of a record's value, or why it has none. */
export function unframed(value: Buffer): Read<{ readonly id: number; readonly text: string }> {
    return value.length > HEAD && value[0] === 0
        ? { value: { id: value.readUInt32BE(1), text: value.toString("utf8", HEAD) } }
        : { fault: "It names no schema." };
}

/** Says why a text is not as a schema wants it, or nothing. */
export type Check = (text: string) => string | undefined;

/**
 * The check of a JSON Schema.
 *
 * @throws Error when the schema is none
 */
export function checkOf(schema: string): Check {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(schema) as object);
    return (text) => {
        let said: unknown;
        try {
            said = JSON.parse(text);
        } catch {
            return "It is no JSON.";
        }
        if (validate(said)) {
            return undefined;
        }
        const [first] = validate.errors ?? [];
        const where =
            first?.instancePath === "" ? "It" : `Its ${first?.instancePath.slice(1) ?? ""}`;
        return `${where} ${first?.message ?? "is not as its schema says"}.`;
    };
}

/** A request, as `fetch` does it. */
export type Ask = (
    address: string,
    init?: { method: string; headers: Record<string, string>; body: string },
) => Promise<{ readonly status: number; readonly text: () => Promise<string> }>;

const MISSING = 404;

/** The registry, of which each answer is good for ever: a version never changes. */
export class Schemas {
    private readonly checks = new Map<number, Check>();

    /**
     * @param url address of the API that clients of Confluent's registry know
     */
    constructor(
        private readonly url: string,
        private readonly ask: Ask,
    ) {}

    /**
     * The id by which a schema is registered.
     *
     * @throws Error when it is not: whoever wrote by it could not be read
     */
    async idOf(subject: string, schema: string): Promise<number> {
        const answer = await this.ask(`${this.url}/subjects/${encodeURIComponent(subject)}`, {
            method: "POST",
            headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
            body: JSON.stringify({ schemaType: "JSON", schema }),
        });
        const said = await answer.text();
        if (answer.status === MISSING) {
            throw new Error(`The registry has no such schema of ${subject}.`);
        }
        return (this.read(answer.status, said) as { readonly id: number }).id;
    }

    /**
     * The check of a schema by its id; undefined when the registry has none of that id.
     *
     * @throws Error when the registry does not answer: the record must come again then
     */
    async byId(id: number): Promise<Check | undefined> {
        const known = this.checks.get(id);
        if (known !== undefined) {
            return known;
        }
        const answer = await this.ask(`${this.url}/schemas/ids/${id}`);
        const said = await answer.text();
        if (answer.status === MISSING) {
            return undefined;
        }
        const check = checkOf(
            (this.read(answer.status, said) as { readonly schema: string }).schema,
        );
        this.checks.set(id, check);
        return check;
    }

    private read(status: number, said: string): unknown {
        if (status >= 300) {
            throw new Error(`The registry answered ${status}: ${said.slice(0, 200)}`);
        }
        return JSON.parse(said) as unknown;
    }
}
