/** What both programs have in common with every service: health, metrics, an end. */
import { statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import type { Counters } from "./counters";

/** A service that listens. */
export interface ServiceOptions {
    readonly port: number;
    readonly counters: Counters;
    /** Whether it can do its work now. */
    readonly isReady: () => boolean;
    /** Answers what is neither health nor metrics. */
    readonly answer?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

function say(response: ServerResponse, status: number, text: string): void {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** Starts to listen. */
export function serve({ port, counters, isReady, answer }: ServiceOptions): Server {
    const server = createServer((request, response) => {
        const { url = "/" } = request;
        if (url === "/healthz") {
            say(response, 200, "alive\n");
        } else if (url === "/readyz") {
            say(response, isReady() ? 200 : 503, isReady() ? "ready\n" : "not connected\n");
        } else if (url === "/metrics") {
            say(response, 200, counters.text());
        } else if (answer === undefined) {
            say(response, 404, "not found\n");
        } else {
            answer(request, response).catch((error: unknown) => {
                log("a request failed", error);
                say(response, 503, "try again\n");
            });
        }
    });
    return server.listen(port);
}

/** One line of JSON. */
export function log(message: string, error?: unknown): void {
    const at = new Date().toISOString();
    const reason = error instanceof Error ? { error: error.message } : {};
    process.stdout.write(`${JSON.stringify({ at, message, ...reason })}\n`);
}

/** Ends the process in order when it is told to, or when its certificate was renewed. */
export function endInOrder(certificate: string, end: () => Promise<void>): void {
    const stop = (why: string) => {
        log(`ends: ${why}`);
        // What cannot be closed must not hold up the next one.
        setTimeout(() => process.exit(1), 20_000).unref();
        end().then(
            () => process.exit(0),
            (error: unknown) => {
                log("could not end in order", error);
                process.exit(1);
            },
        );
    };
    process.once("SIGTERM", () => {
        stop("it was told to");
    });
    const file = path.join(certificate, "tls.crt");
    const { mtimeMs } = statSync(file);
    setInterval(() => {
        if (statSync(file).mtimeMs !== mtimeMs) {
            stop("its certificate was renewed");
        }
    }, 60_000).unref();
}
