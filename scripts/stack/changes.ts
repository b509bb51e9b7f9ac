/** What an update would change, as a person should see it before saying yes. */
import type { Operation, PlannedChange } from "../../preview/engine/events";
import { plural } from "../../preview/scorecard/judged";
import { UsageError } from "../../preview/stack-file";

/** So many resources of an operation are named. */
const MOST = 10;
/** The type that CRDs had while they were objects of the Kubernetes provider. */
const OLD_CRD_TYPE = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** Operations in the order in which they are told; what takes something away is always named. */
const TOLD: readonly (readonly [Operation, mark: string, verb: string, named: boolean])[] = [
    ["create", "+", "created", false],
    ["update", "~", "updated", true],
    ["replace", "+-", "replaced", true],
    ["delete", "-", "deleted", true],
];

/** Name and kind of a URN: its last two parts. */
function called({ urn, type }: PlannedChange): string {
    return `${type.split(":").at(-1) ?? type} ${urn.split("::").slice(3).join("::")}`;
}

/** The changes, one operation after the other. */
export function changesText(changes: readonly PlannedChange[]): string {
    if (changes.length === 0) {
        return "Nothing changes.";
    }
    return TOLD.flatMap(([operation, mark, verb, named]) => {
        const found = changes.filter((change) => change.operation === operation);
        if (found.length === 0) {
            return [];
        }
        const names = named ? found.slice(0, MOST).map((change) => `    ${called(change)}`) : [];
        const rest = named ? found.length - MOST : 0;
        return [
            `  ${mark} ${plural(found.length, "resource")} ${verb}`,
            ...names,
            ...(rest > 0 ? [`    and ${rest} more`] : []),
        ];
    }).join("\n");
}

/**
 * Stops an update that would delete CRDs which another resource goes on applying: those of a stack
 * that was made when CRDs were objects of the Kubernetes provider.
 *
 * @throws UsageError with how to go on
 */
export function requireNoOldCrds(changes: readonly PlannedChange[]): void {
    const old = changes.filter(
        ({ operation, type }) => operation === "delete" && type === OLD_CRD_TYPE,
    );
    if (old.length > 0) {
        throw new UsageError(
            `This update would delete ${plural(old.length, "CRD")} with every object of theirs, ` +
                'because the state has them from an older release: see "CRDs of an older stack" in docs/upgrades.md.',
        );
    }
}
