/** Whether the API server serves the kind of a CRD. */
import type { Manifest } from "../components/base/object";
import type { Kubernetes } from "./kubernetes";

/** First and longest pause before asking again. */
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 800;

/** What of a CRD's status says whether it is served. */
export interface CrdStatus {
    readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly message?: string;
    }[];
    /** Versions in which objects are, or may be, in etcd. */
    readonly storedVersions?: readonly string[];
}

/** Raised for a kind that is not served, with a sentence for the user. */
export class NotServedError extends Error {}

/**
 * Waits until the API server serves the kind of a CRD that it has taken.
 *
 * @param patience milliseconds
 * @param signal ends the wait before its time
 * @throws NotServedError when time is up, or at once when its names are another CRD's
 */
export async function untilServed(
    kubernetes: Pick<Kubernetes, "get" | "pathOf">,
    crd: Manifest,
    patience: number,
    signal?: AbortSignal,
): Promise<void> {
    const end = Date.now() + patience;
    const path = await kubernetes.pathOf(crd);
    let pause = SHORTEST_PAUSE_MS;
    for (;;) {
        const { status } = await kubernetes.get<{ readonly status?: CrdStatus }>(path);
        const condition = (wanted: string) =>
            status?.conditions?.find(({ type }) => type === wanted);
        if (condition("Established")?.status === "True") {
            return;
        }
        const names = condition("NamesAccepted");
        if (names?.status === "False") {
            throw new NotServedError(
                `the API server does not serve it: ${names.message ?? "its names are taken"}`,
            );
        }
        if (Date.now() > end || signal?.aborted === true) {
            const seconds = Math.round(patience / 1000);
            throw new NotServedError(
                `the API server did not begin to serve it within ${seconds} s`,
            );
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
}
