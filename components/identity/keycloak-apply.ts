/**
 * Applies the document of a realm to Keycloak. Runs by itself in a Job, with Node and nothing else,
 * which leaves the types away by itself; so it imports nothing of the platform beside its other half.
 *
 *     node keycloak-apply.ts <document>
 */
import { readFileSync } from "node:fs";
import { type Call, type Fields, isFields, Realm, text } from "./keycloak-realm-state.ts";

/** What the program reads of its surroundings. */
interface Surroundings {
    /** Address of Keycloak: `http://keycloak-service.keycloak.svc:8080`. */
    readonly KEYCLOAK_URL: string;
    /** Client of the realm `master` that may do everything, and its secret. */
    readonly KEYCLOAK_CLIENT: string;
    readonly KEYCLOAK_SECRET: string;
    /** Folder with a file for each secret that the document names as `${file.<name>}`. */
    readonly SECRETS?: string;
}

async function answerOf(response: Response, what: string): Promise<unknown> {
    const said = await response.text();
    if (response.status === 404) {
        return undefined;
    }
    if (!response.ok) {
        throw new Error(`${what} answered ${response.status}: ${said.slice(0, 300)}`);
    }
    return said === "" ? {} : (JSON.parse(said) as unknown);
}

/** Calls the admin API as a client of the realm `master`, with a fresh token for each minute. */
function adminOf(realm: string, from: Surroundings): Call {
    const { KEYCLOAK_URL: url, KEYCLOAK_CLIENT: client, KEYCLOAK_SECRET: secret } = from;
    let token: { readonly value: string; readonly until: number } | undefined;
    const authorize = async () => {
        if (token === undefined || token.until < Date.now()) {
            const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
                method: "POST",
                body: new URLSearchParams({
                    grant_type: "client_credentials",
                    client_id: client,
                    client_secret: secret,
                }),
            });
            const fields = await answerOf(answer, "sign-on");
            token = {
                value: text(isFields(fields) ? fields.access_token : undefined),
                until: Date.now() + 30_000,
            };
        }
        return token.value;
    };
    return async (method, path, body) => {
        const isNew = method === "POST" && path === "";
        const below = path === "" ? "" : `/${path}`;
        const place = isNew ? "" : `/${encodeURIComponent(realm)}${below}`;
        const response = await fetch(`${url}/admin/realms${place}`, {
            method,
            headers: {
                authorization: `Bearer ${await authorize()}`,
                "content-type": "application/json",
            },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const answer = await answerOf(response, `${method} ${path}`);
        if (answer === undefined && method !== "GET") {
            throw new Error(`${method} ${path} answered 404`);
        }
        return answer;
    };
}

/** The document with the secrets that it names: each is the text of a file. */
export function withSecrets(value: unknown, read: (name: string) => string): unknown {
    if (typeof value === "string") {
        return value.replace(/\$\{file\.([\w.-]+)\}/g, (_, name: string) => read(name));
    }
    if (Array.isArray(value)) {
        return value.map((item) => withSecrets(item, read));
    }
    return isFields(value)
        ? Object.fromEntries(
              Object.entries(value).map(([key, item]) => [key, withSecrets(item, read)]),
          )
        : value;
}

/** Applies the document of a file, and tells what was changed. */
export async function applyFile(file: string, from: Surroundings): Promise<readonly string[]> {
    const { SECRETS: folder = "." } = from;
    const document = withSecrets(JSON.parse(readFileSync(file, "utf8")), (name) =>
        readFileSync(`${folder}/${name}`, "utf8").trim(),
    ) as Fields;
    const realm = new Realm(adminOf(text(document.realm), from));
    await realm.apply(document);
    return realm.changes;
}

const [, program = "", document] = process.argv;
if (program.endsWith("keycloak-apply.ts") && document !== undefined) {
    applyFile(document, process.env as unknown as Surroundings).then(
        (changes) => {
            const lines = [...changes, `${changes.length} changes`];
            process.stdout.write(`${lines.join("\n")}\n`);
        },
        (error: unknown) => {
            process.stderr.write(`${(error as Error).message}\n`);
            process.exitCode = 1;
        },
    );
}
