import * as grpc from "@grpc/grpc-js";
import { TalosError } from "./talos-error";

/** A failure as a client gets it. */
export function refusal(error: unknown): grpc.ServiceError {
    const isKnown = error instanceof TalosError;
    const message = error instanceof Error ? error.message : String(error);
    const code = isKnown ? grpc.status[error.code] : grpc.status.INTERNAL;
    return Object.assign(new Error(message), {
        code,
        details: message,
        metadata: new grpc.Metadata(),
    });
}
