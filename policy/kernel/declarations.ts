/** What components declare of their workloads: which are critical, and which only reconcile. */
import type { Fact, Facts } from "./facts";
import { holdsUnknown, isTree, readList, readString } from "./tree";

/** A workload that only reconciles, as its component declared it. */
export interface ControllerFact {
    /** `Kind/namespace/name`. */
    readonly resource: string;
    readonly reason: string;
    /** The component that declared it. */
    readonly declaredBy: Fact;
}

/** A workload of which three replicas must run, as a component or the settings declared it. */
export interface CriticalFact {
    /** `Kind/namespace/name`. */
    readonly resource: string;
    readonly declaredBy: Fact;
}

function components(facts: Facts): Fact[] {
    return facts.all().filter(({ type }) => type.startsWith("platform:"));
}

/** The declared controllers. */
export function controllersOf(facts: Facts): ControllerFact[] {
    return components(facts).flatMap((declaredBy) =>
        readList(declaredBy.inputs, "controllers")
            .filter(isTree)
            .map((entry) => ({
                resource: readString(entry, "resource") ?? "",
                reason: readString(entry, "reason") ?? "",
                declaredBy,
            })),
    );
}

/** The critical workloads: those of the settings, then those of the components. */
export function criticalOf(facts: Facts): CriticalFact[] {
    const platform = facts.platform();
    const listed = (declaredBy: Fact, field: string) =>
        readList(declaredBy.inputs, field)
            .map(String)
            .map((resource) => ({ resource, declaredBy }));
    return [
        ...(platform === undefined ? [] : listed(platform, "criticalWorkloads")),
        ...components(facts).flatMap((component) => listed(component, "critical")),
    ];
}

/** Components whose declarations only an update will know. */
export function hiddenDeclarations(
    facts: Facts,
): { readonly fact: Fact; readonly field: string }[] {
    return components(facts).flatMap((fact) =>
        ["criticalWorkloads", "critical", "controllers"]
            .filter((field) => holdsUnknown(fact.inputs[field]))
            .map((field) => ({ fact, field })),
    );
}
