/** Vector's configuration: its sources and where their lines go (vector v0.56.0). */
import * as yaml from "js-yaml";
import type { Facts } from "../../kernel/facts";
import { allOf, type Ternary } from "../../kernel/ternary";
import { isTree, read, readList, readString, type Tree } from "../../kernel/tree";
import { programsOf } from "../../kubernetes/programs";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { parseSelector } from "../../kubernetes/selector-text";
import { isMet } from "../../kubernetes/selectors";
import { addressed, configurationOf, type LoggedPods, type LogSource, storesOf } from "./sources";

/** What the API server of Talos writes. */
const AUDIT = "/var/log/audit/kube/kube-apiserver.log";
/** Sinks that keep nothing (src/sinks). */
const NOWHERE = ["blackhole", "console", "prometheus_exporter"];
/** Transforms that throw away what they are given, whatever it is (src/transforms). */
const LOSSY = ["sample", "throttle"];
/** Src/sources/kubernetes_logs/mod.rs: what is excluded by this label, always. */
const EXCLUDED = "vector.dev/exclude!=true";

type Part = "sources" | "transforms" | "sinks";

function partsOf(configuration: Tree, part: Part): [string, Tree][] {
    const tree = configuration[part];
    return Object.entries(isTree(tree) ? tree : {}).filter((entry): entry is [string, Tree] =>
        isTree(entry[1]),
    );
}

/** A pattern of paths as an expression: `**` crosses folders, `*` does not. */
function toExpression(glob: string): RegExp {
    const text = glob.replace(/\*\*\/?|[*?{},]|[.+^$()|\\]/g, (found) =>
        found.startsWith("**")
            ? ".*"
            : ({ "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|" }[found] ??
              `\\${found}`),
    );
    return new RegExp(`^${text}$`);
}

function matches(globs: readonly unknown[], path: string): boolean {
    return globs.some((glob) => toExpression(String(glob)).test(path));
}

function meets(selector: unknown, labels: Readonly<Record<string, string>>): Ternary {
    const requirements = parseSelector(
        typeof selector === "string" ? `${EXCLUDED},${selector}` : EXCLUDED,
    );
    return requirements === undefined
        ? "unknown"
        : requirements.every((requirement) => isMet(requirement, labels));
}

/** Of the fields that pods can be selected by, the namespace alone can be compared. */
function meetsFields(selector: unknown, { namespace }: LoggedPods): Ternary {
    const requirements = (typeof selector === "string" ? parseSelector(selector) : []) ?? [];
    return allOf(
        requirements.map((requirement) =>
            requirement.key === "metadata.namespace"
                ? isMet(requirement, { "metadata.namespace": namespace })
                : "unknown",
        ),
    );
}

function readsPods(source: Tree, pods: LoggedPods): Ternary {
    // A file of one of its containers.
    const path = `/var/log/pods/${pods.namespace}_pod_uid/container/0.log`;
    const include = readList(source, "include_paths_glob_patterns");
    const exclude = readList(source, "exclude_paths_glob_patterns");
    return allOf([
        meetsFields(source.extra_field_selector, pods),
        include.length === 0 || matches(include, path),
        !matches(exclude, path),
        pods.labelsUnknown
            ? "unknown"
            : allOf([
                  meets(source.extra_label_selector, pods.labels),
                  meets(source.extra_namespace_label_selector, pods.namespaceLabels),
              ]),
    ]);
}

/** What takes the output of a component. */
function takes({ inputs }: Tree, name: string): boolean {
    return (
        Array.isArray(inputs) &&
        inputs.some((input) => {
            const wanted = String(input);
            // An output of its own may follow, as of a route.
            return wanted === name || wanted.startsWith(`${name}.`) || matches([wanted], name);
        })
    );
}

/** Where lines of a source get to in the end. */
interface Way {
    /** Namespace of the stack; undefined for one that nobody can say. */
    readonly to?: string | undefined;
    /** Why they get nowhere. */
    readonly lost?: string;
}

function sinkWay(facts: Facts, [name, sink]: [string, Tree]): Way {
    const type = String(sink.type);
    if (NOWHERE.includes(type)) {
        return { lost: `its sink ${name} keeps nothing` };
    }
    if (readString(sink, "buffer", "when_full") === "drop_newest") {
        return { lost: `the buffer of its sink ${name} drops lines when it is full` };
    }
    const address = type === "loki" ? sink.endpoint : readList(sink, "endpoints")[0];
    const to = address === undefined ? undefined : addressed(facts, address);
    return to === undefined || storesOf(facts).includes(to)
        ? { to }
        : { lost: `its sink ${name} sends to ${String(address)}, where the stack has no store` };
}

/** Where the output of a component gets to. */
function waysOf(
    facts: Facts,
    configuration: Tree,
    name: string,
    seen: readonly string[] = [name],
): Way[] {
    const ways = [
        ...partsOf(configuration, "sinks")
            .filter(([, sink]) => takes(sink, name))
            .map((entry) => sinkWay(facts, entry)),
        ...partsOf(configuration, "transforms")
            .filter(([id, transform]) => takes(transform, name) && !seen.includes(id))
            .flatMap(([id, { type }]): Way[] =>
                LOSSY.includes(String(type))
                    ? [{ lost: `its transform ${id} throws lines away` }]
                    : waysOf(facts, configuration, id, [...seen, id]),
            ),
    ];
    return ways.length > 0 ? ways : [{ lost: `nothing takes the output of ${name}` }];
}

/** Whether lines get to every store of the stack: each is where somebody looks for them. */
function arrival(facts: Facts, ways: readonly Way[]) {
    const stores = storesOf(facts);
    const [loss] = ways.flatMap(({ lost }) => (lost === undefined ? [] : [lost]));
    const isOpen = ways.some(({ to, lost }) => to === undefined && lost === undefined);
    const missed = stores.filter((store) => !ways.some(({ to }) => to === store));
    const isMissed = missed.length > 0 || stores.length === 0;
    return {
        arrives: !isMissed ? true : isOpen ? ("unknown" as const) : false,
        lost: loss ?? `none of its sinks sends to the store in ${missed.join(" or ")}`,
    };
}

function sourcesIn(facts: Facts, fact: WorkloadFact, configuration: Tree): LogSource[] {
    const complete = true;
    return partsOf(configuration, "sources").flatMap(([name, source]): LogSource[] => {
        const way = () => arrival(facts, waysOf(facts, configuration, name));
        if (source.type === "kubernetes_logs") {
            const reads = (pods: LoggedPods) => readsPods(source, pods);
            return [{ fact, name, by: "files", of: "containers", reads, complete, ...way() }];
        }
        return source.type === "file" && matches(readList(source, "include"), AUDIT)
            ? [{ fact, name, by: "files", of: "audit", reads: () => false, complete, ...way() }]
            : [];
    });
}

function parse(text: string): unknown {
    try {
        // Every JSON document is a YAML document.
        return yaml.load(text);
    } catch {
        return undefined;
    }
}

/** The sources of every Vector; of a configuration that cannot be read, one that nobody can judge. */
export function vectorSources(facts: Facts): LogSource[] {
    return programsOf(facts, "vector").flatMap(({ fact }): LogSource[] => {
        const files = configurationOf(facts, fact).map(({ text }) =>
            text === undefined ? undefined : parse(text),
        );
        const trees = files.filter(isTree);
        const known = trees.filter((tree) => read(tree, ["sources"]).state === "known");
        if (known.length > 0) {
            // Files of one folder are one configuration.
            const whole = Object.fromEntries(
                (["sources", "transforms", "sinks"] as const).map((part) => [
                    part,
                    Object.fromEntries(trees.flatMap((tree) => partsOf(tree, part))),
                ]),
            );
            return sourcesIn(facts, fact, whole);
        }
        const unread = {
            reads: () => "unknown" as const,
            arrives: "unknown" as const,
            lost: "",
            complete: false,
        };
        return fact.workload.perNode
            ? [{ fact, name: "its configuration", by: "files", of: "containers", ...unread }]
            : [];
    });
}
