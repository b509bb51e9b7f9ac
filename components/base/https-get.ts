/** One question over TLS, asked before any provider may be used. */
import * as https from "node:https";

/** Why there is no answer that could be read. */
export class HttpsError extends Error {
    constructor(
        message: string,
        /** HTTP status; undefined when nobody answered. */
        readonly status?: number,
    ) {
        super(message);
    }
}

/** Milliseconds. */
const timeout = 10_000;

/**
 * Fetches one URL.
 *
 * @throws HttpsError for any status but 200, and when nobody answers within 10 s
 */
export function httpsGet(url: string | URL, options: https.RequestOptions): Promise<string> {
    return httpsSend(url, { ...options, method: "GET" });
}

/**
 * Sends one request.
 *
 * @param body text that goes with it
 * @throws HttpsError for any status but 200, and when nobody answers within 10 s
 */
export function httpsSend(
    url: string | URL,
    options: https.RequestOptions,
    body?: string,
): Promise<string> {
    return new Promise((resolve, reject) => {
        const request = https.request(url, { ...options, timeout }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
                const { statusCode } = response;
                if (statusCode === 200) {
                    resolve(Buffer.concat(chunks).toString());
                } else {
                    reject(new HttpsError(`status ${statusCode ?? "unknown"}`, statusCode));
                }
            });
        });
        request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
        request.on("error", ({ message }) => {
            reject(new HttpsError(message));
        });
        request.end(body);
    });
}
