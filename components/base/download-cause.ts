/** Why a download did not work, in the few words that a person looks for. */

/** What Node's error codes mean, in the words of other tools. */
const CODES: Readonly<Record<string, string>> = {
    ENOTFOUND: "no such host",
    EAI_AGAIN: "no such host",
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    ENETUNREACH: "network is unreachable",
    EHOSTUNREACH: "host is unreachable",
    ETIMEDOUT: "no answer",
    UND_ERR_CONNECT_TIMEOUT: "no answer",
};

/** Host of an address, or the whole of what is none. */
export function hostOf(source: string): string {
    return /^[a-z]+:\/\/([^/]+)/.exec(source)?.[1] ?? source;
}

/** What the rejection of a tool, of `fetch` or of the file system says. */
interface Failure {
    readonly message: string;
    readonly name?: string;
    readonly code?: unknown;
    readonly stderr?: string;
    readonly killed?: boolean;
    readonly path?: string;
    readonly cause?: unknown;
}

/**
 * The cause of a failed download: what follows the last colon of a tool's words, or the meaning of
 * an error code.
 *
 * @param patience seconds after which it was given up
 */
export function downloadCause(error: unknown, patience: number): string {
    const failure = error as Failure;
    const { stderr = "", message, name = "", code, killed, cause } = failure;
    if (killed === true || name === "TimeoutError" || name === "AbortError") {
        return `no answer within ${patience} s`;
    }
    if (code === "ENOENT" && failure.path !== undefined) {
        return `there is no ${failure.path}`;
    }
    if (typeof code === "string" && code in CODES) {
        return CODES[code] ?? code;
    }
    if (cause instanceof Error) {
        return downloadCause(cause, patience);
    }
    const lines = (stderr === "" ? message : stderr).split("\n").filter((line) => /\S/.test(line));
    const line = lines.find((candidate) => /^error/i.test(candidate)) ?? lines.at(-1) ?? message;
    return (line.split(": ").at(-1) ?? line).trim().replace(/\.$/, "");
}
