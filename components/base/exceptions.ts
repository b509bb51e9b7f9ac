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
