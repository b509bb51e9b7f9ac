/**
 * Requests to a Kubernetes API server. Where it is and what it accepts is read by the library; the
 * requests are plain JSON, because the library's typed ones leave out fields that they do not know,
 * and an unknown field is just what strict validation must see.
 */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };

/** A refusal, in the API server's words. */
export class ApiError extends Error {
    constructor(
        /** HTTP status. */
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** An answer with the warnings that came with it. */
export interface ApiAnswer<T> {
    readonly body: T;
    readonly warnings: readonly string[];
}

/** What goes with a request. */
export interface Call {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly contentType?: string;
}

/** Requests under way at the same time; an API server with default flags serves 400. */
const SOCKETS = 24;
const TOO_MANY = 429;
/** How often a request that the server had no room for is repeated. */
const REPEATS = 20;

/** The text of `Warning` headers, `299 - "text"` (RFC 7234). */
export function warningsOf(headers: readonly string[]): string[] {
    return headers.flatMap((header) =>
        Array.from(header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g), ([, text = ""]) =>
            text.replace(/\\(.)/g, "$1"),
        ),
    );
}

async function readBody(response: IncomingMessage): Promise<string> {
    response.setEncoding("utf8");
    let text = "";
    for await (const chunk of response) {
        text += String(chunk);
    }
    return text;
}

/** The message of a `Status`, with those of its causes that it does not hold already. */
function errorOf(status: number, text: string): ApiError {
    try {
        const { message = text, details } = JSON.parse(text) as {
            message?: string;
            details?: { causes?: readonly { message?: string }[] };
        };
        const causes = (details?.causes ?? []).flatMap((cause) => cause.message ?? []);
        const more = causes.filter((cause) => !message.includes(cause));
        return new ApiError(status, [message, ...more].join(" "));
    } catch {
        return new ApiError(status, text.trim());
    }
}

/** A connection to one API server, with credentials. */
export class Connection {
    private constructor(
        private readonly server: URL,
        private readonly credentials: OutgoingHttpHeaders,
        private readonly agent: https.Agent,
    ) {}

    /** Connects as the current context of a kubeconfig says. */
    static async open(config: KubeConfig): Promise<Connection> {
        const cluster = config.getCurrentCluster();
        if (cluster === null) {
            throw new Error(`Context ${config.currentContext} of the kubeconfig has no cluster.`);
        }
        const options: https.RequestOptions = {};
        await config.applyToHTTPSOptions(options);
        const { ca, cert, key, rejectUnauthorized, servername } = options;
        const agent = new https.Agent({
            ...{ ca, cert, key, rejectUnauthorized, servername },
            keepAlive: true,
            maxSockets: SOCKETS,
        });
        const credentials = (options.headers ?? {}) as OutgoingHttpHeaders;
        return new Connection(new URL(cluster.server), credentials, agent);
    }

    /**
     * One request; waits and repeats when the server has no room.
     *
     * @throws ApiError when it is refused
     */
    async request<T>(method: string, path: string, call: Call = {}): Promise<ApiAnswer<T>> {
        for (let repeat = 0; ; repeat += 1) {
            const response = await this.send(method, path, call);
            const text = await readBody(response);
            const status = response.statusCode ?? 0;
            if (status < 300) {
                const body = (text === "" ? {} : JSON.parse(text)) as T;
                const { warning } = response.headersDistinct;
                return { body, warnings: warningsOf(warning ?? []) };
            }
            const seconds = Number(response.headers["retry-after"]);
            if (status !== TOO_MANY || repeat === REPEATS || Number.isNaN(seconds)) {
                throw errorOf(status, text);
            }
            await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        }
    }

    /** Closes the connections. */
    close(): void {
        this.agent.destroy();
    }

    private send(
        method: string,
        path: string,
        { query = {}, body, contentType = "application/json" }: Call,
    ): Promise<IncomingMessage> {
        const url = new URL(path, this.server);
        url.search = new URLSearchParams(query).toString();
        const content = body === undefined ? undefined : JSON.stringify(body);
        const headers = {
            ...this.credentials,
            accept: "application/json",
            // Node sends no length with DELETE by itself, and the server takes the body for a request.
            ...(content === undefined
                ? {}
                : {
                      "content-type": contentType,
                      "content-length": Buffer.byteLength(content),
                  }),
        };
        const { agent } = this;
        return new Promise((resolve, reject) => {
            const request = https.request(url, { agent, method, headers }, resolve);
            request.on("error", reject);
            request.end(content);
        });
    }
}
