/** Exceptions as components declare them: what a criterion would say of a resource, and why not. */
import { isTree, readString, type Tree } from "./tree";

/** An exception as a component declared it. */
export interface ExceptionFact {
    readonly criterion: string;
    readonly resource: string;
    readonly reason: string;
    readonly guard: string;
    readonly expires: string;
    /** URN of the component that declared it. */
    readonly declaredBy: string;
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
              declaredBy: urn,
          }))
        : [];
}
