/** Failures of what lies outside of this program: to be told, not traced. */
import { RunError } from "@pulumi/pulumi/errors";
import { HttpsError } from "../components/base/https-get";
import { ApiError } from "../kubernetes-client/connection";
import { TalosctlError } from "./talosctl/talosctl";

/** Whether the API, a node, the network or a file is what failed. */
export function isSystemError(error: unknown): error is Error {
    return (
        error instanceof ApiError ||
        error instanceof TalosctlError ||
        error instanceof HttpsError ||
        RunError.isInstance(error) ||
        (error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string")
    );
}
