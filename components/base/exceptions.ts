import { notBuilt } from "../../trust/not-built";

/**
 * A deliberate departure from one readiness criterion, written next to the component that needs it.
 * It travels in the component's inputs, so that the policy pack sees it before the component's
 * children; the scorecard prints it, and after its last day it no longer counts.
 */
export interface Exception {
    /** Criterion id, for example `HA-04`. */
    readonly criterion: string;
    /** The object: `Kind/namespace/name`, or `Kind/name` for a cluster-scoped one. No wildcard. */
    readonly resource: string;
    /** Why the criterion cannot be met here. */
    readonly reason: string;
    /** What protects instead. */
    readonly guard: string;
    /** Last day on which it holds, `YYYY-MM-DD`. */
    readonly expires: string;
}

/** An exception that goes when a system is built. */
export interface AwaitingException extends Exception {
    /** The system that is awaited. */
    readonly awaits: string;
}

/**
 * The exceptions for what is not built yet.
 *
 * @param resource where findings about something absent stand: the root component
 */
export function notBuiltExceptions(resource: string): AwaitingException[] {
    return notBuilt.flatMap(({ system, criteria, purpose, meanwhile, until }) =>
        criteria.map((criterion) => ({
            criterion,
            resource,
            reason: `${system} is not built yet. ${purpose}`,
            guard: meanwhile,
            expires: until,
            awaits: system,
        })),
    );
}
