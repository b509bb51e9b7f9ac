/**
 * Dashboards in Grafana's own form, by its Foundation SDK. Loading that takes a tenth of a second, so
 * only who makes dashboards loads this file. Pure: the same dashboard gives the same text.
 */
import {
    DashboardBuilder,
    DashboardCursorSync,
    RowBuilder,
    type Threshold,
    ThresholdsConfigBuilder,
    ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
    BigValueGraphMode,
    ReduceDataOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Dashboard, Panel, Query, Thresholds } from "../base/dashboard";
import { metricsSource } from "./grafana-objects";

/** Width of a dashboard in the units of its grid, and height of a panel. */
const GRID = { width: 24, height: 8 } as const;

/** Text of a dashboard's colours: Grafana's own names, which follow the theme. */
const COLORS = { well: "green", warning: "orange", bad: "red" } as const;

function steps({ warning, bad }: Thresholds): Threshold[] {
    const first = (color: string): Threshold => ({ value: null, color });
    return bad < warning
        ? [
              first(COLORS.bad),
              { value: bad, color: COLORS.warning },
              { value: warning, color: COLORS.well },
          ]
        : [
              first(COLORS.well),
              ...(warning < bad ? [{ value: warning, color: COLORS.warning }] : []),
              { value: bad, color: COLORS.bad },
          ];
}

function target({ expression, legend }: Query, index: number, panel: Panel): DataqueryBuilder {
    const query = new DataqueryBuilder()
        .refId(String.fromCharCode("A".charCodeAt(0) + index))
        .expr(expression)
        .legendFormat(legend ?? "");
    return panel.as === undefined || panel.as === "lines"
        ? query
        : query
              .instant()
              .format(panel.as === "table" ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
}

function emptyPanel(as: Panel["as"]) {
    switch (as) {
        case "number":
            return new StatBuilder()
                .graphMode(BigValueGraphMode.None)
                .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
        case "table":
            return new TableBuilder();
        default:
            return new LinesBuilder();
    }
}

function toPanel(panel: Panel, width: number) {
    const builder = emptyPanel(panel.as)
        .title(panel.title)
        .span(width)
        .height(GRID.height)
        .datasource(metricsSource)
        .targets(panel.queries.map((query, index) => target(query, index, panel)));
    if (panel.unit !== undefined) {
        builder.unit(panel.unit);
    }
    if (panel.thresholds !== undefined) {
        builder.thresholds(
            new ThresholdsConfigBuilder()
                .mode(ThresholdsMode.Absolute)
                .steps(steps(panel.thresholds)),
        );
    }
    return builder;
}

/** The JSON of a dashboard, as Grafana imports it. */
export function dashboardModel(dashboard: Dashboard): string {
    const { name, title, purpose, rows, from = "6h" } = dashboard;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the form that the operator imports
    const builder = new DashboardBuilder(title)
        .uid(name)
        .description(purpose)
        .tags(["platform"])
        .time({ from: `now-${from}`, to: "now" })
        .refresh("1m")
        .tooltip(DashboardCursorSync.Crosshair)
        .readonly();
    for (const row of rows) {
        builder.withRow(new RowBuilder(row.title));
        const width = Math.floor(GRID.width / row.panels.length);
        row.panels.forEach((panel) => builder.withPanel(toPanel(panel, width)));
    }
    return JSON.stringify(builder.build());
}
