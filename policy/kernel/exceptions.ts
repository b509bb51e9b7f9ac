/** Exceptions as components declare them: what a criterion would say of a resource, and why not. */
import { isTree, readString, type Tree } from "./tree";

/** An exception as a component declared it. */
export interface ExceptionFact {
    readonly criterion: string;
    readonly resource: string;
    readonly reason: string;
    readonly guard: string;
    readonly expires: string;
    /** The system that is not built yet and with which the exception goes. */
    readonly awaits?: string;
    /** URN of the component that declared it. */
    readonly declaredBy: string;
}

function awaited(exception: Tree): Pick<ExceptionFact, "awaits"> {
    const awaits = readString(exception, "awaits");
    return awaits === undefined ? {} : { awaits };
}

/** The exceptions among the inputs of a component. */
export function toExceptions({
    urn,
    inputs,
}: {
    readonly urn: string;
    readonly inputs: Tree;
}): ExceptionFact[] {
    const declared: unknown = inputs.exceptions;
    return Array.isArray(declared)
        ? declared.filter(isTree).map((exception) => ({
              criterion: readString(exception, "criterion") ?? "",
              resource: readString(exception, "resource") ?? "",
              reason: readString(exception, "reason") ?? "",
              guard: readString(exception, "guard") ?? "",
              expires: readString(exception, "expires") ?? "",
              ...awaited(exception),
              declaredBy: urn,
          }))
        : [];
}
