/** The machine-readable form of a preview: one JSON document (design.md, "The embedded preview"). */
import type { CategoryId } from "../policy/kernel/criterion";
import { categoryOf } from "../policy/kernel/criterion";
import { CHART_TYPE, type ChartLine, toChartLine } from "./chart-line";
import type { Registration } from "./recorder";
import type { PreviewResult } from "./run";
import { type MarkedValue, toMarkedJson } from "./values";

/** The charts among the registrations. */
export function chartLines({ registrations }: Pick<PreviewResult, "registrations">): ChartLine[] {
    return registrations
        .filter(({ type }) => type === CHART_TYPE)
        .map(({ name, inputs }) => toChartLine(name, inputs.toJavaScript()));
}

function category(criterion: string): CategoryId | "" {
    return criterion === "" ? "" : categoryOf(criterion);
}

/** Options that decide what an update does with a resource, of which most have none. */
function updateOptions(registration: Registration) {
    const { ignoreChanges, replaceOnChanges, replaceWith, retainOnDelete } = registration;
    return {
        ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
        ...(replaceOnChanges.length > 0 ? { replaceOnChanges } : {}),
        ...(replaceWith.length > 0 ? { replaceWith } : {}),
        ...(retainOnDelete ? { retainOnDelete } : {}),
    };
}

/** The whole document. */
export type PreviewDocument = ReturnType<typeof previewDocument>;

/** Makes the document of a preview. */
export function previewDocument(result: PreviewResult) {
    const { scorecard } = result;
    return {
        stack: result.stack.stack,
        resources: result.registrations.map((registration) => ({
            urn: registration.urn,
            type: registration.type,
            name: registration.name,
            parent: registration.parent,
            custom: registration.custom,
            inputs: toMarkedJson(registration.inputs),
            dependsOn: registration.dependencies,
            provider: registration.provider,
            protect: registration.protect,
            ...updateOptions(registration),
        })),
        charts: chartLines(result),
        policies: result.policies.map(({ name, criterion, level }) => ({
            name,
            criterion,
            category: category(criterion),
            level,
        })),
        violations: result.violations,
        exceptions: scorecard.exceptions,
        scorecard: { categories: scorecard.categories, criteria: scorecard.criteria },
        outputs: outputsOf(result),
    };
}

/** The stack's outputs, marked like inputs. */
export function outputsOf({
    recorder,
}: Pick<PreviewResult, "recorder">): Record<string, MarkedValue> {
    return toMarkedJson(recorder.stackOutputs);
}
