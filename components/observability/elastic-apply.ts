/**
 * Puts a list of requests to Elasticsearch or Kibana. Runs by itself in a Job, with Node and nothing
 * else, which leaves the types away by itself; so it imports nothing of the platform.
 *
 *     node elastic-apply.ts <document>
 */
import { readFileSync } from "node:fs";

/** One request; each sets a whole object, so that it may be sent as often as one likes. */
export interface ApiRequest {
    readonly method: "PUT" | "POST" | "DELETE";
    /** Below the address of the program, without a slash before it. */
    readonly path: string;
    readonly body?: unknown;
    /** Objects of Kibana to upload as a file, one a line. */
    readonly upload?: readonly unknown[];
    /** Where something is that makes the request needless once it is there. */
    readonly unless?: string;
    /** Where something must be before: somebody else puts it there, and the request waits. */
    readonly after?: string;
}

/** What the program reads of its surroundings. */
interface Surroundings {
    /** Address of Elasticsearch or Kibana, without a slash at the end. */
    readonly ELASTIC_URL: string;
    readonly ELASTIC_USER: string;
    readonly ELASTIC_PASSWORD: string;
}

/** How often a request is tried, and milliseconds between: a new cluster forms in minutes. */
export interface Patience {
    readonly tries: number;
    readonly wait: number;
}

/** Answers that pass: nobody is there yet, the user is not known yet, or there is too much to do. */
const PASSING = new Set([401, 403, 408, 429, 500, 502, 503, 504]);

const pause = (milliseconds: number) =>
    new Promise<void>((done) => {
        setTimeout(done, milliseconds);
    });

/** Whether what was uploaded is there: the answer is 200 either way. */
function isRefused(said: string): boolean {
    const answer = JSON.parse(said) as { readonly success?: boolean };
    return answer.success === false;
}

/** The API of one program. */
export class ElasticApi {
    private readonly url: string;
    private readonly authorization: string;
    private readonly patience: Patience;

    constructor(from: Surroundings, patience: Patience = { tries: 60, wait: 10_000 }) {
        this.url = from.ELASTIC_URL;
        const person = `${from.ELASTIC_USER}:${from.ELASTIC_PASSWORD}`;
        this.authorization = `Basic ${Buffer.from(person).toString("base64")}`;
        this.patience = patience;
    }

    /**
     * Sends a request until it is answered for good.
     *
     * @returns whether it was sent, and not needless
     * @throws Error with what the program said if it refuses
     */
    async send(request: ApiRequest): Promise<boolean> {
        const { method, path, unless, after } = request;
        if (after !== undefined) {
            await this.found(after);
        }
        if (unless !== undefined && (await this.call("GET", unless)).status === 200) {
            return false;
        }
        const answer = await this.call(method, path, request);
        const said = await answer.text();
        if (!answer.ok || (request.upload !== undefined && isRefused(said))) {
            throw new Error(`${method} ${path} answered ${answer.status}: ${said.slice(0, 600)}`);
        }
        return true;
    }

    /** Waits until something is there. */
    private async found(path: string): Promise<void> {
        for (let left = this.patience.tries - 1; ; left -= 1) {
            const { status } = await this.call("GET", path);
            if (status === 200) {
                return;
            }
            if (left <= 0) {
                throw new Error(`GET ${path} still answers ${status}`);
            }
            await pause(this.patience.wait);
        }
    }

    private async call(
        method: string,
        path: string,
        { body, upload }: Pick<ApiRequest, "body" | "upload"> = {},
    ): Promise<Response> {
        const headers: Record<string, string> = {
            authorization: this.authorization,
            // Kibana refuses what a browser could have been made to send.
            "kbn-xsrf": "platform",
        };
        let content: FormData | string | undefined;
        if (upload !== undefined) {
            const lines = upload.map((one) => JSON.stringify(one)).join("\n");
            content = new FormData();
            content.append("file", new Blob([`${lines}\n`]), "objects.ndjson");
        } else if (body !== undefined) {
            headers["content-type"] = "application/json";
            content = JSON.stringify(body);
        }
        for (let left = this.patience.tries - 1; ; left -= 1) {
            try {
                const answer = await fetch(`${this.url}/${path}`, {
                    method,
                    headers,
                    body: content,
                    signal: AbortSignal.timeout(60_000),
                });
                if (!PASSING.has(answer.status) || left <= 0) {
                    return answer;
                }
            } catch (error) {
                if (left <= 0) {
                    throw error;
                }
            }
            await pause(this.patience.wait);
        }
    }
}

/** Sends the requests of a file one after another, and tells what it did. */
export async function applyRequests(file: string, api: ElasticApi): Promise<readonly string[]> {
    const requests = JSON.parse(readFileSync(file, "utf8")) as readonly ApiRequest[];
    const done: string[] = [];
    for (const request of requests) {
        const sent = await api.send(request);
        done.push(`${sent ? "" : "is there: "}${request.method} ${request.path}`);
    }
    return done;
}

const [, program = "", document] = process.argv;
if (program.endsWith("elastic-apply.ts") && document !== undefined) {
    applyRequests(document, new ElasticApi(process.env as unknown as Surroundings)).then(
        (done) => {
            process.stdout.write(`${[...done, `${done.length} requests`].join("\n")}\n`);
        },
        (error: unknown) => {
            process.stderr.write(`${(error as Error).message}\n`);
            process.exitCode = 1;
        },
    );
}
