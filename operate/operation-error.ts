/** Something in the cluster or around it is not as an operation needs it: one sentence per fault. */
export class OperationError extends Error {
    constructor(readonly faults: readonly string[]) {
        super(faults.join("\n"));
    }
}
