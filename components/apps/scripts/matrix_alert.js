// What Alertmanager tells, as a message in a room (Alertmanager: docs/notifications.md, webhook_config).
// Carried out by matrix-hookshot 7.4 in QuickJS: `data` is what came, `result` what is written.
const MOST = 20;
const grafana = "GRAFANA_URL";

const escaped = (text) =>
    String(text)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;");

const link = (url, text) =>
    /^https?:\/\//.test(url ?? "") ? `<a href="${escaped(url)}">${escaped(text)}</a>` : undefined;

/** The expression of the alert in Grafana, from the address at Prometheus that comes with it. */
const graph = (generatorUrl) => {
    const [, encoded] = /[?&]g0\.expr=([^&]*)/.exec(generatorUrl ?? "") ?? [];
    if (grafana === "" || encoded === undefined) {
        return undefined;
    }
    let expr;
    try {
        expr = decodeURIComponent(encoded.replaceAll("+", " "));
    } catch {
        return undefined;
    }
    const panes = {
        a: {
            datasource: "prometheus",
            queries: [{ refId: "A", expr }],
            range: { from: "now-3h", to: "now" },
        },
    };
    return `${grafana}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
};

const describe = ({ status, labels = {}, annotations = {}, generatorURL }) => {
    const isOver = status === "resolved";
    const sign = isOver ? "✅" : labels.severity === "critical" ? "🔴" : "🟡";
    const where = [labels.namespace, labels.node].filter(Boolean).join(", ");
    const name = labels.alertname ?? "an alert without a name";
    const title = `${sign} ${isOver ? "over: " : ""}${name}${where === "" ? "" : ` (${where})`}`;
    const summary = annotations.summary ?? "";
    const links = [link(annotations.runbook_url, "what to do"), link(graph(generatorURL), "graph")]
        .filter(Boolean)
        .join(" · ");
    return {
        plain: summary === "" ? title : `${title}: ${summary}`,
        html: [`<strong>${escaped(title)}</strong>`, escaped(summary), isOver ? "" : links]
            .filter((part) => part !== "")
            .join("<br/>"),
    };
};

const alerts = Array.isArray(data?.alerts) ? data.alerts : [];
const told = alerts.slice(0, MOST).map(describe);
const left = alerts.length - told.length + (data?.truncatedAlerts ?? 0);
const rest = left > 0 ? [{ plain: `and ${left} more`, html: `and ${left} more` }] : [];
const isUrgent = alerts.some(
    ({ status, labels }) => status !== "resolved" && labels?.severity === "critical",
);

result = {
    version: "v2",
    empty: alerts.length === 0,
    plain: [...told, ...rest].map(({ plain }) => plain).join("\n"),
    html: [...told, ...rest].map(({ html }) => `<p>${html}</p>`).join(""),
    // A notice wakes nobody.
    msgtype: isUrgent ? "m.text" : "m.notice",
    ...(isUrgent ? { mentions: { room: true } } : {}),
};
