/** Waits for the answers of a starting control plane. */
import * as fs from "node:fs";
import * as https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../../preview/stack-file";

/** Time between two looks, in milliseconds. */
const INTERVAL = 50;

/**
 * Looks until there is something to see.
 *
 * @param what for the message
 * @param limit in milliseconds
 * @param signal ends the wait with its reason
 * @throws UsageError after the limit
 */
export async function untilReady(
    what: string,
    limit: number,
    signal: AbortSignal,
    look: () => boolean | Promise<boolean>,
): Promise<void> {
    const end = Date.now() + limit;
    while (!(await look())) {
        signal.throwIfAborted();
        if (Date.now() > end) {
            throw new UsageError(`${what} did not answer within ${Math.round(limit / 1000)} s.`);
        }
        await pause(INTERVAL);
    }
    signal.throwIfAborted();
}

/** Whether a file is there with a content. */
export function hasContent(file: string): boolean {
    return (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Whether a GET answers with success. */
export function answers(
    url: string,
    { token, ca }: { token: string; ca: Buffer },
): Promise<boolean> {
    return new Promise((resolve) => {
        const request = https.get(
            url,
            { ca, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: 2000 },
            (response) => {
                response.resume();
                resolve(response.statusCode === 200);
            },
        );
        request.on("timeout", () => request.destroy());
        request.on("error", () => {
            resolve(false);
        });
    });
}
