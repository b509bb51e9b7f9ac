/** Alloy's configuration: its sources of logs and where they go (alloy v1.18.1). */
import type { Facts } from "../../kernel/facts";
import { allOf, anyOf, type Ternary } from "../../kernel/ternary";
import { read } from "../../kernel/tree";
import { programsOf } from "../../kubernetes/programs";
import { selects } from "../../kubernetes/selectors";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { configurationOf, isStore, type LoggedPods, type LogSource } from "./sources";

/** A component: `<kind> "<label>" { <body> }`. */
interface Component {
    readonly kind: string;
    readonly id: string;
    readonly body: string;
}

/** Strings, raw ones too, and comments: what is between braces in them is no block. */
const QUOTED = /"(?:\\.|[^"\\])*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The blocks of the outermost level. */
function componentsIn(text: string): Component[] {
    // As long as before, so that places stay.
    const bare = text.replace(QUOTED, (quoted) => quoted.replace(/[{}]/g, " "));
    const found: Component[] = [];
    const head = /([a-z_][\w.]*)(?:\s+"([^"]*)")?\s*\{/g;
    for (let match = head.exec(bare); match !== null; match = head.exec(bare)) {
        let depth = 1;
        let end = head.lastIndex;
        for (; end < bare.length && depth > 0; end += 1) {
            depth += bare[end] === "{" ? 1 : bare[end] === "}" ? -1 : 0;
        }
        const [, kind = "", label] = match;
        const id = label === undefined ? kind : `${kind}.${label}`;
        found.push({ kind, id, body: text.slice(head.lastIndex, end - 1) });
        head.lastIndex = end;
    }
    return found;
}

function withoutComments(body: string): string {
    return body.replace(QUOTED, (quoted) => (quoted.startsWith("/") ? "" : quoted));
}

/** Whether what goes into a component gets to a store. */
function arrives(
    facts: Facts,
    components: readonly Component[],
    { kind, body }: Component,
    seen: readonly string[],
): Ternary {
    const text = withoutComments(body);
    if (kind === "loki.write") {
        const [, url] = /\burl\s*=\s*"([^"]*)"/.exec(text) ?? [];
        return url === undefined ? "unknown" : isStore(facts, url);
    }
    const [, targets = ""] = /\bforward_to\s*=\s*\[([^\]]*)\]/.exec(text) ?? [];
    const next = components.filter(
        ({ id }) => targets.includes(`${id}.receiver`) && !seen.includes(id),
    );
    return anyOf(next.map((other) => arrives(facts, components, other, [...seen, other.id])));
}

/** What the PodLogs of the stack select. */
function selectedByPodLogs(facts: Facts, pods: LoggedPods): Ternary {
    return anyOf(
        facts.objects("monitoring.grafana.com", "PodLogs").map(({ inputs }) => {
            const namespaces = read(inputs, ["spec", "namespaceSelector"]);
            const own = read(inputs, ["spec", "selector"]);
            const absentIsAll = (reading: typeof own, labels: LoggedPods["labels"]) =>
                reading.state === "absent" || selects(reading, labels);
            return pods.labelsUnknown
                ? "unknown"
                : allOf([
                      absentIsAll(namespaces, pods.namespaceLabels),
                      absentIsAll(own, pods.labels),
                  ]);
        }),
    );
}

/** Sources of which the API server's own language decides whom they read. */
const READERS = ["loki.source.file", "loki.source.kubernetes", "loki.source.podlogs"];

function sourcesIn(facts: Facts, fact: WorkloadFact, text: string): LogSource[] {
    const components = componentsIn(text);
    return components
        .filter(({ kind }) => READERS.includes(kind))
        .map((component) => ({
            fact,
            name: component.id,
            by: component.kind === "loki.source.file" ? ("files" as const) : ("API" as const),
            of: "containers" as const,
            reads: (pods: LoggedPods) =>
                component.kind === "loki.source.podlogs"
                    ? selectedByPodLogs(facts, pods)
                    : "unknown",
            arrives: arrives(facts, components, component, [component.id]),
            lost: "its forward_to leads to no store of the stack",
            // Its components for files are not among the sources.
            complete: false,
        }));
}

/** The sources of every Alloy. */
export function alloySources(facts: Facts): LogSource[] {
    return programsOf(facts, "alloy").flatMap(({ fact }) =>
        configurationOf(facts, fact)
            .filter(({ name }) => name.endsWith(".alloy"))
            .flatMap(({ text }) => (text === undefined ? [] : sourcesIn(facts, fact, text))),
    );
}
