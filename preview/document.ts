/** The machine-readable form of a preview: one JSON document (design.md, "The embedded preview"). */
import type { CategoryId } from "../policy/machinery/criterion";
import { categoryOf } from "../policy/machinery/criterion";
import type { PreviewResult } from "./run";
import { type MarkedValue, toMarkedJson } from "./values";

/** A chart and whether the verdict covers it. */
export interface ChartLine {
    readonly name: string;
    readonly chart: string;
    readonly repo: string;
    readonly version: string;
    readonly rendered: boolean;
    readonly objects: number;
    readonly reason?: string;
}

/** The charts among the registrations. */
export function chartLines({ registrations }: Pick<PreviewResult, "registrations">): ChartLine[] {
    return registrations
        .filter(({ type }) => type === "platform:base:Chart")
        .map(({ name, inputs }) => {
            const values = inputs.toJavaScript();
            const text = (key: string) => String(values[key] as string | undefined);
            return {
                name,
                chart: text("chart"),
                repo: text("repository"),
                version: text("version"),
                rendered: values.rendered === true,
                objects: values.objects as number,
                ...(values.rendered === true ? {} : { reason: text("reason") }),
            };
        });
}

function category(criterion: string): CategoryId | "" {
    return criterion === "" ? "" : categoryOf(criterion);
}

/** The whole document. */
export function toDocument(result: PreviewResult): Record<string, unknown> {
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
