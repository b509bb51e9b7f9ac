/** The machine-readable form of a preview: one JSON document (design.md, "The embedded preview"). */
import type { CategoryId } from "../policy/kernel/criterion";
import { categoryOf } from "../policy/kernel/criterion";
import { whoMayOpen } from "./page-line";
import type { Registration } from "./recorder";
import type { PreviewResult } from "./run";
import type { Judged } from "./scorecard/judged";
import { type MarkedValues, toMarkedJson } from "./values";

/** Options that decide what an update does with a resource; absent where they are not set. */
interface UpdateOptions {
    readonly ignoreChanges?: readonly string[];
    readonly replaceOnChanges?: readonly string[];
    readonly replaceWith?: readonly string[];
    readonly retainOnDelete?: true;
}

/** What the document says of a resource besides what the scorecard shows of it. */
export interface ResourceDetails {
    /** Inputs, with unknown and secret values marked. */
    readonly inputs: MarkedValues;
    /** URNs, in their order. */
    readonly dependsOn: readonly string[];
    /** Reference of the provider, `<urn>::<id>`; empty for the default one. */
    readonly provider: string;
    /** What decides how an update treats it; only the embedded preview knows. */
    readonly options?: UpdateOptions;
}

/** What only the document has, of either preview. */
export interface Details {
    readonly resources: ReadonlyMap<string, ResourceDetails>;
    /** Outputs of the stack, marked like inputs. */
    readonly outputs: MarkedValues;
}

const NO_DETAILS: ResourceDetails = { inputs: {}, dependsOn: [], provider: "" };

function category(criterion: string): CategoryId | "" {
    return criterion === "" ? "" : categoryOf(criterion);
}

/** Options that decide what an update does with a resource, of which most have none. */
function updateOptions(registration: Registration): UpdateOptions {
    const { ignoreChanges, replaceOnChanges, replaceWith, retainOnDelete } = registration;
    return {
        ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
        ...(replaceOnChanges.length > 0 ? { replaceOnChanges } : {}),
        ...(replaceWith.length > 0 ? { replaceWith } : {}),
        ...(retainOnDelete ? { retainOnDelete } : {}),
    };
}

/** The whole document. */
export type PreviewDocument = ReturnType<typeof toDocument>;

/** Makes the document of a preview, whichever made it. */
export function toDocument(judged: Judged, { resources, outputs }: Details) {
    const { scorecard } = judged;
    return {
        stack: judged.stack,
        resources: judged.resources.map(({ urn, type, name, parent, custom, protect }) => {
            const { options, ...details } = resources.get(urn) ?? NO_DETAILS;
            return { urn, type, name, parent, custom, ...details, protect, ...options };
        }),
        charts: judged.charts,
        pages: judged.pages.map((page) => ({ ...page, who: whoMayOpen(page) })),
        policies: judged.policies.map(({ name, criterion, level }) => ({
            name,
            criterion,
            category: category(criterion),
            level,
        })),
        violations: judged.violations,
        exceptions: scorecard.exceptions,
        scorecard: { categories: scorecard.categories, criteria: scorecard.criteria },
        outputs,
    };
}

/** What only the document has, of the embedded preview. */
export function detailsOf(result: PreviewResult): Details {
    return {
        resources: new Map(
            result.registrations.map((registration) => [
                registration.urn,
                {
                    inputs: toMarkedJson(registration.inputs),
                    dependsOn: [...registration.dependencies].sort(),
                    provider: registration.provider,
                    options: updateOptions(registration),
                },
            ]),
        ),
        outputs: toMarkedJson(result.recorder.stackOutputs),
    };
}
