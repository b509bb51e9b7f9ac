/** The table of docs/dashboards.md. Pure. */
import { isLack } from "../../components/base/capabilities";
import type { Dashboard } from "../../components/base/dashboard";
import { allDashboards } from "../../components/observability/overviews";
import { systems } from "../../components/systems";
import { table } from "./tables";

/** The system that brings a dashboard; none where it follows from all of them. */
function bringerOf(dashboard: Dashboard): string {
    const found = systems.find(
        ({ capabilities: { dashboards } }) => !isLack(dashboards) && dashboards.includes(dashboard),
    );
    return found === undefined ? "all that are on" : `\`${found.name}\``;
}

/** Every dashboard, in the order in which Grafana gets them. */
export function dashboardsTable(): string {
    return table(
        ["dashboard", "what it answers", "narrowed by", "brought by"],
        allDashboards(systems).map((dashboard) => [
            `${dashboard.title} (\`${dashboard.name}\`)`,
            dashboard.purpose,
            (dashboard.choices ?? []).map(({ label }) => `\`${label}\``).join(", "),
            bringerOf(dashboard),
        ]),
    );
}
