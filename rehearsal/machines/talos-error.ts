/** A refusal of a node: the code of gRPC by its name, and the sentence of Talos. */
export class TalosError extends Error {
    constructor(
        readonly code:
            | "ALREADY_EXISTS"
            | "FAILED_PRECONDITION"
            | "INVALID_ARGUMENT"
            | "NOT_FOUND"
            | "UNAVAILABLE"
            | "UNIMPLEMENTED",
        message: string,
    ) {
        super(message);
    }
}
