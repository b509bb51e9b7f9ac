/** A chart as both previews tell of it. */

/** A chart and whether the verdict covers it. */
export interface ChartLine {
    readonly name: string;
    readonly chart: string;
    readonly repo: string;
    readonly version: string;
    readonly rendered: boolean;
    readonly objects: number;
    /** Why it could not be rendered, as a sentence. */
    readonly reason?: string;
    /** The same in a few words, that several charts may have in common. */
    readonly cause?: string;
}

/** Type of the components that stand for charts. */
export const CHART_TYPE = "platform:base:Chart";

/** The line of a chart component, from its inputs. */
export function toChartLine(name: string, inputs: Readonly<Record<string, unknown>>): ChartLine {
    const text = (key: string) => String(inputs[key]);
    const rendered = inputs.rendered === true;
    return {
        name,
        chart: text("chart"),
        repo: text("repository"),
        version: text("version"),
        rendered,
        objects: Number(inputs.objects ?? 0),
        ...(rendered ? {} : { reason: text("reason"), cause: text("cause") }),
    };
}
