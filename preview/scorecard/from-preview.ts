/** What the embedded preview found out, as all forms of the scorecard are made of it. */
import { CHART_TYPE, type ChartLine, toChartLine } from "../chart-line";
import { isPage, toPageLine } from "../page-line";
import type { PreviewResult } from "../run";
import type { Judged } from "./judged";
import { inOneOrder } from "./order";

/** The charts among the registrations. */
function chartLines({ registrations }: Pick<PreviewResult, "registrations">): ChartLine[] {
    return registrations
        .filter(({ type }) => type === CHART_TYPE)
        .map(({ name, inputs }) => toChartLine(name, inputs.toJavaScript()));
}

/** The outcome of the embedded preview. */
export function toJudged(result: PreviewResult): Judged {
    return inOneOrder({
        stack: result.stack.stack,
        profile: result.stack.values[`${result.stack.project}:profile`] ?? "",
        previewedBy: "embedded preview",
        resources: result.registrations.map(({ urn, type, name, parent, custom, protect }) => ({
            urn,
            type,
            name,
            parent,
            custom,
            protect,
        })),
        charts: chartLines(result),
        pages: result.registrations
            .filter(({ type }) => isPage(type))
            .map(({ inputs }) => toPageLine(inputs.toJavaScript())),
        policies: result.policies,
        violations: result.violations,
        scorecard: result.scorecard,
        missingSecrets: result.stack.missingSecrets,
        warnings: [],
        seconds: result.seconds.total,
    });
}
