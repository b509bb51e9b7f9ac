/** Every dashboard of the stack, wherever its JSON lies, and the queries in it. */
import { gunzipSync } from "node:zlib";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isTree, isUnknown, read, readList, readString, readTree } from "../../kernel/tree";

const GROUP = "grafana.integreatly.org";
/** Label by which Grafana's sidecar finds dashboards in ConfigMaps (charts grafana and others). */
const SIDECAR = "grafana_dashboard";

/** What a dashboard holds. */
export interface DashboardFact {
    readonly fact: ObjectOf;
    /** Undefined where only the update will know it; a sentence where it cannot be read. */
    readonly content: unknown;
}

/** A query of a panel that Prometheus answers. */
export interface PanelQuery {
    /** Title of the panel. */
    readonly panel: string;
    readonly expression: string;
}

/** Whether a Grafana of the stack could show dashboards. */
export function grafanasOf(facts: Facts): ObjectOf[] {
    return facts.objects(GROUP, "Grafana");
}

/** A dashboard that cannot be read, and why: the end of a sentence about it. */
class Unreadable extends Error {}

function parsed(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        if (isTree(value)) {
            return value;
        }
    } catch {
        // Told below.
    }
    throw new Unreadable("holds no JSON of a dashboard; export one from Grafana or correct it");
}

function unpacked(text: string): string {
    try {
        return gunzipSync(Buffer.from(text, "base64")).toString("utf8");
    } catch {
        throw new Unreadable("has a gzipJson that is no gzip in base64; pack its JSON anew");
    }
}

/** The text in a ConfigMap of the same namespace; undefined where only the update will know it. */
function fromConfigMap(facts: Facts, fact: ObjectOf, reference: unknown): string | undefined {
    const name = readString(reference, "name");
    const key = readString(reference, "key") ?? "";
    const found = facts
        .objects("", "ConfigMap")
        .find(({ object }) => object.name === name && object.namespace === fact.object.namespace);
    if (found !== undefined && read(found.inputs, ["data", key]).state === "unknown") {
        return undefined;
    }
    const text = readString(found?.inputs, "data", key);
    if (text === undefined) {
        throw new Unreadable(`names ${name ?? "?"}/${key} as its JSON, which is not in the stack`);
    }
    return text;
}

function contentOf(facts: Facts, fact: ObjectOf): unknown {
    const spec = readTree(fact.inputs, "spec");
    const fields = ["json", "gzipJson", "configMapRef"];
    if (isUnknown(fact.inputs.spec) || fields.some((field) => isUnknown(spec[field]))) {
        return undefined;
    }
    const packed = readString(spec, "gzipJson");
    const text =
        readString(spec, "json") ??
        (packed === undefined ? undefined : unpacked(packed)) ??
        (isTree(spec.configMapRef) ? fromConfigMap(facts, fact, spec.configMapRef) : "");
    if (text === "") {
        throw new Unreadable(
            "gets its content from elsewhere, where nobody judged it; put its JSON into json or gzipJson",
        );
    }
    return text === undefined ? undefined : parsed(text);
}

function readable(fact: ObjectOf, contents: () => unknown): DashboardFact {
    try {
        return { fact, content: contents() };
    } catch (error) {
        if (error instanceof Unreadable) {
            return { fact, content: error.message };
        }
        throw error;
    }
}

/** Every dashboard. */
export function dashboardsOf(facts: Facts): DashboardFact[] {
    const resources = facts
        .objects(GROUP, "GrafanaDashboard")
        .map((fact) => readable(fact, () => contentOf(facts, fact)));
    const files = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => SIDECAR in object.labels)
        .flatMap((fact) => {
            const data = read(fact.inputs, ["data"]);
            return data.state === "unknown"
                ? [{ fact, content: undefined }]
                : Object.values(readTree(fact.inputs, "data")).map((text) =>
                      readable(fact, () => (isUnknown(text) ? undefined : parsed(String(text)))),
                  );
        });
    return [...resources, ...files];
}

function panelsIn(holder: unknown): unknown[] {
    return readList(holder, "panels").flatMap((panel) => [panel, ...panelsIn(panel)]);
}

/** Whether a data source is of another kind than Prometheus; none is the default, which is that. */
function isForeign(source: unknown): boolean {
    const type = readString(source, "type");
    return type !== undefined && !/prometheus|mimir|thanos|^\$|datasource/i.test(type);
}

/** The queries of a dashboard for Prometheus; those of rows that are closed too. */
export function queriesOf(content: unknown): PanelQuery[] {
    const panels = [...panelsIn(content), ...readList(content, "rows").flatMap(panelsIn)];
    return panels
        .filter((panel) => !isForeign(readTree(panel, "datasource")))
        .flatMap((panel) =>
            readList(panel, "targets")
                .filter((target) => !isForeign(readTree(target, "datasource")))
                .flatMap((target) => {
                    const expression = readString(target, "expr");
                    return expression === undefined || expression.trim() === ""
                        ? []
                        : [{ panel: readString(panel, "title") ?? "?", expression }];
                }),
        );
}
