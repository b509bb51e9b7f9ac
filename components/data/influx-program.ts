/**
 * Sets InfluxDB up: its organisation at the first start, its buckets, and who may write into each.
 * Runs by itself in a Job, with Node and nothing else, which leaves the types away by itself; so it
 * imports nothing of the platform.
 *
 *     node influx-program.ts <file>
 */
import { readFileSync } from "node:fs";

/** A bucket, and the folder with `username` and `password` of who writes and reads it. */
export interface BucketFile {
    readonly name: string;
    /** Seconds for which a point is kept; 0: for good. */
    readonly everySeconds: number;
    readonly credentials: string;
}

/** What the file says. */
export interface InfluxFile {
    readonly url: string;
    readonly organisation: string;
    /** Bucket that the first start makes, whoever asks for buckets. */
    readonly first: string;
    /** Folder with `username`, `password` and `token` of the administrator. */
    readonly administrator: string;
    readonly buckets: readonly BucketFile[];
}

/** What is needed of the world. */
export interface InfluxWorld {
    readonly read: (path: string) => string;
    readonly ask: (
        address: string,
        init: { method: string; headers: Record<string, string>; body?: string },
    ) => Promise<{ readonly status: number; readonly text: () => Promise<string> }>;
}

type Fields = Readonly<Record<string, unknown>>;

const MISSING = 404;

function listIn(answer: Fields | undefined, field: string): readonly Fields[] {
    const list = answer?.[field];
    return Array.isArray(list) ? (list as readonly Fields[]) : [];
}

/**
 * Sets it up; what is there already is changed to what the file says.
 *
 * @throws Error with what InfluxDB answered when it refuses something
 */
export async function setUp(file: InfluxFile, { read, ask }: InfluxWorld): Promise<void> {
    const { url, organisation, administrator } = file;
    const secret = (folder: string, key: string) => read(`${folder}/${key}`).trim();
    const token = secret(administrator, "token");
    const call = async (
        method: string,
        path: string,
        body?: object,
    ): Promise<Fields | undefined> => {
        const answer = await ask(`${url}${path}`, {
            method,
            headers: { authorization: `Token ${token}`, "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const said = await answer.text();
        if (answer.status === MISSING && method === "GET") {
            return undefined;
        }
        if (answer.status >= 300) {
            throw new Error(
                `InfluxDB answered ${answer.status} to ${method} ${path}: ${said.slice(0, 300)}`,
            );
        }
        return said === "" ? {} : (JSON.parse(said) as Fields);
    };
    if ((await call("GET", "/api/v2/setup"))?.allowed === true) {
        await call("POST", "/api/v2/setup", {
            username: secret(administrator, "username"),
            password: secret(administrator, "password"),
            org: organisation,
            bucket: file.first,
            token,
        });
    }
    const org = encodeURIComponent(organisation);
    const [own] = listIn(await call("GET", `/api/v2/orgs?org=${org}`), "orgs");
    if (own === undefined) {
        throw new Error(`InfluxDB has no organisation ${organisation}.`);
    }
    const orgID = String(own.id);
    for (const { name, everySeconds, credentials } of file.buckets) {
        const found = listIn(
            await call("GET", `/api/v2/buckets?orgID=${orgID}&name=${encodeURIComponent(name)}`),
            "buckets",
        ).find((bucket) => bucket.name === name);
        const rules = { retentionRules: [{ type: "expire", everySeconds }] };
        const bucket =
            found === undefined
                ? await call("POST", "/api/v2/buckets", { orgID, name, ...rules })
                : await call("PATCH", `/api/v2/buckets/${String(found.id)}`, rules);
        const username = secret(credentials, "username");
        const legacy = "/private/legacy/authorizations";
        const known = listIn(await call("GET", `${legacy}?orgID=${orgID}`), "authorizations").find(
            (authorization) => authorization.token === username,
        );
        const resource = { type: "buckets", id: bucket?.id, orgID };
        const login =
            known ??
            (await call("POST", legacy, {
                token: username,
                orgID,
                description: `who writes into ${name}, and reads it`,
                permissions: ["read", "write"].map((action) => ({ action, resource })),
            }));
        await call("POST", `${legacy}/${String(login?.id)}/password`, {
            password: secret(credentials, "password"),
        });
    }
}

const [, program = "", path] = process.argv;
if (program.endsWith("influx-program.ts") && path !== undefined) {
    const read = (from: string) => readFileSync(from, "utf8");
    setUp(JSON.parse(read(path)) as InfluxFile, { read, ask: fetch }).then(
        () => {
            process.stdout.write("InfluxDB is set up\n");
        },
        (error: unknown) => {
            process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
            process.exit(1);
        },
    );
}
