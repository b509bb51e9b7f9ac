/** A few questions to the Kubernetes API, asked before any provider may use it. */
import * as pulumi from "@pulumi/pulumi";
import { httpsGet } from "../base/https-get";
import { nodeReport, type NodeReport } from "./node-report";

/** Client certificate of an administrator; the three values are PEM in base64. */
export interface ClientCertificate {
    readonly caCertificate?: string;
    readonly clientCertificate?: string;
    readonly clientKey?: string;
}

/** How long to wait, in seconds. */
export interface Patience {
    /** Longest wait; default: 600. */
    readonly timeout?: number;
    /** Pause between two attempts; default: 5. */
    readonly interval?: number;
}

/** A question with its answer; throws while the answer is not the wanted one. */
type Question<T> = () => Promise<T>;

function decode(base64: string | undefined): Buffer | undefined {
    return base64 === undefined ? undefined : Buffer.from(base64, "base64");
}

/** Fetches one URL with a client certificate; Talos' API server answers nobody without one. */
export function get(url: string, certificate: ClientCertificate): Promise<string> {
    return httpsGet(url, {
        ca: decode(certificate.caCertificate),
        cert: decode(certificate.clientCertificate),
        key: decode(certificate.clientKey),
    });
}

/**
 * Asks again until there is an answer.
 *
 * @param failure the sentence for the user when time is up; the last reason is appended
 * @throws RunError when time is up
 */
export async function retry<T>(
    question: Question<T>,
    failure: string,
    { timeout = 600, interval = 5 }: Patience = {},
): Promise<T> {
    const end = Date.now() + timeout * 1000;
    for (;;) {
        try {
            return await question();
        } catch (error) {
            if (Date.now() + interval * 1000 > end) {
                const reason = error instanceof Error ? error.message : String(error);
                throw new pulumi.RunError(`${failure} within ${timeout} s (last: ${reason}).`);
            }
        }
        await new Promise((resolve) => setTimeout(resolve, interval * 1000));
    }
}

/**
 * Waits until the API is ready.
 *
 * @param endpoint URL that everything inside the cluster will use: the virtual address
 * @param direct URLs of the control planes themselves, only asked to explain a failure
 * @param ask fetches one URL
 * @returns the version of the API server, such as `1.35.4`
 * @throws RunError when it does not become ready, with the control planes that do answer
 */
export async function waitForApi(
    endpoint: string,
    direct: readonly string[],
    certificate: ClientCertificate,
    patience?: Patience,
    ask: typeof get = get,
): Promise<string | undefined> {
    const ready = (url: string) => ask(`${url}/readyz`, certificate);
    try {
        await retry(
            () => ready(endpoint),
            `The Kubernetes API at ${endpoint} did not become ready`,
            patience,
        );
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const answers = await Promise.allSettled(direct.map(ready));
        const answering = direct.filter((_, index) => answers[index]?.status === "fulfilled");
        throw new pulumi.RunError(
            answering.length === 0
                ? reason
                : `${reason} It does answer at ${answering.join(", ")}: the address of ` +
                      `cluster.virtualIp is not announced, or taken by somebody else.`,
        );
    }
    const { gitVersion } = JSON.parse(await ask(`${endpoint}/version`, certificate)) as {
        gitVersion?: string;
    };
    return gitVersion?.replace(/^v/, "");
}

/** Asks how the nodes are; never waits longer than one answer takes. */
export async function observeNodes(
    endpoint: string,
    certificate: ClientCertificate,
    wanted: readonly string[],
): Promise<NodeReport> {
    return nodeReport(await get(`${endpoint}/api/v1/nodes`, certificate), wanted);
}

/** Waits until every wanted node is ready. */
export async function waitForNodes(
    endpoint: string,
    certificate: ClientCertificate,
    wanted: readonly string[],
    patience?: Patience,
): Promise<void> {
    const question = async () => {
        const { unready } = await observeNodes(endpoint, certificate, wanted);
        if (unready.length > 0) {
            throw new Error(`not ready: ${unready.join(", ")}`);
        }
    };
    await retry(question, `The nodes at ${endpoint} did not become ready`, patience);
}
