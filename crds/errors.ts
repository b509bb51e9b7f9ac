/** What is said to the user when a CRD cannot be applied or deleted. */
import { contentFile, MissingContentError } from "../components/base/crd-content";
import { ApiError } from "../kubernetes-client/connection";
import { NotServedError } from "../kubernetes-client/served";

/** One sentence for the user. */
export class CrdError extends Error {}

/** Field manager of every CRD of the program, always the same. */
export const FIELD_MANAGER = "platform";
const CONFLICT = 409;

/** Whether the API server could not be reached: Node's errors have a code, its answers a status. */
export function isUnreachable(error: unknown): boolean {
    const { code } = error as NodeJS.ErrnoException;
    return !(error instanceof ApiError) && !(error instanceof CrdError) && code !== undefined;
}

/**
 * The sentence that an error becomes.
 *
 * @param digest of the content that was sent, if one was
 */
export function refusal(name: string, error: unknown, digest?: string): Error {
    if (error instanceof CrdError || error instanceof MissingContentError) {
        return error;
    }
    const { message, code } = error as NodeJS.ErrnoException;
    if (error instanceof ApiError && error.status === CONFLICT) {
        return new CrdError(
            `Another program holds fields of the CRD ${name}: ${message}. To take them from it: ` +
                `kubectl apply --server-side --force-conflicts --field-manager=${FIELD_MANAGER} ` +
                `-f ${contentFile(digest ?? "<digest>")}.`,
        );
    }
    if (isUnreachable(error)) {
        return new CrdError(
            `The Kubernetes API cannot be reached for the CRD ${name}: ${message || (code ?? "no answer")}.`,
        );
    }
    if (error instanceof NotServedError) {
        return new CrdError(`The CRD ${name} was taken, but ${message}.`);
    }
    return error instanceof ApiError
        ? new CrdError(`The API server refuses the CRD ${name}: ${message}`)
        : (error as Error);
}
