/**
 * Registers a schema and the rule for its next versions. Runs by itself in a Job, with Node and
 * nothing else, which leaves the types away by itself; so it imports nothing of the platform.
 *
 *     node schema-program.ts <file>
 */
import { readFileSync } from "node:fs";

/** What the file says. */
export interface SchemaFile {
    /** Address of the API that clients of Confluent's registry know. */
    readonly url: string;
    readonly subject: string;
    readonly type: string;
    /** The schema as text. */
    readonly schema: string;
    /** What its next version must be to this one. */
    readonly compatibility: string;
}

/** A request, as `fetch` does it. */
export type Fetch = (
    address: string,
    init: {
        readonly method: string;
        readonly headers: Record<string, string>;
        readonly body: string;
    },
) => Promise<{ readonly status: number; readonly text: () => Promise<string> }>;

const MISSING = 404;
const CONFLICT = 409;
const UNPROCESSABLE = 422;

/**
 * Registers it.
 *
 * @returns the version's id
 * @throws Error with one sentence for a schema that the rule does not allow, or that is none
 */
export async function register(file: SchemaFile, request: Fetch): Promise<number> {
    const { url, subject, type, schema, compatibility } = file;
    const name = encodeURIComponent(subject);
    const call = async (method: string, path: string, body: object) => {
        const answer = await request(`${url}/${path}`, {
            method,
            headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
            body: JSON.stringify(body),
        });
        return { status: answer.status, said: await answer.text() };
    };
    const failed = ({ status, said }: { status: number; said: string }) =>
        new Error(`The registry answered ${status}: ${said.slice(0, 300)}`);
    const setRule = async (mayMiss: boolean) => {
        const answer = await call("PUT", `config/${name}`, { compatibility });
        if (answer.status >= 300 && !(mayMiss && answer.status === MISSING)) {
            throw failed(answer);
        }
    };
    // The rule of today, not that of yesterday, says whether this version may be.
    await setRule(true);
    const answer = await call("POST", `subjects/${name}/versions`, { schemaType: type, schema });
    if (answer.status === CONFLICT) {
        throw new Error(
            `The schema of ${subject} is not ${compatibility} to the version before it: ${answer.said.slice(0, 500)}`,
        );
    }
    if (answer.status === UNPROCESSABLE) {
        throw new Error(
            `The schema of ${subject} is no schema of type ${type}: ${answer.said.slice(0, 300)}`,
        );
    }
    if (answer.status >= 300) {
        throw failed(answer);
    }
    await setRule(false);
    return (JSON.parse(answer.said) as { readonly id: number }).id;
}

const [, program = "", path] = process.argv;
if (program.endsWith("schema-program.ts") && path !== undefined) {
    const file = JSON.parse(readFileSync(path, "utf8")) as SchemaFile;
    register(file, fetch).then(
        (id) => {
            process.stdout.write(`${file.subject} has the id ${id}\n`);
        },
        (error: unknown) => {
            process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
            process.exit(1);
        },
    );
}
