/** What Elasticsearch is told about how long it keeps things, in whichever ConfigMap it lies. */
import { isTree, read, type Reading, readString, type Tree } from "../kernel/tree";

/** A lifecycle, and when it deletes. */
export interface Lifecycle {
    readonly name: string;
    readonly deletedAfter: Reading;
}

/** Requests about how long things are kept. */
export interface Lifecycles {
    readonly lifecycles: readonly Lifecycle[];
    /** Templates of data streams, with the lifecycle that each names. */
    readonly templates: readonly { readonly name: string; readonly lifecycle: Reading }[];
}

function listOf(text: string): readonly Tree[] {
    try {
        const value: unknown = JSON.parse(text);
        return Array.isArray(value) ? value.filter(isTree) : [];
    } catch {
        return [];
    }
}

/** What follows a start in the path of a request; undefined in any other. */
function after(request: Tree, start: string): string | undefined {
    const path = readString(request, "path")?.replace(/^\//, "");
    return path?.startsWith(start) === true ? path.slice(start.length) : undefined;
}

/** The requests that a ConfigMap holds; undefined in any other ConfigMap. */
export function lifecyclesIn(map: Tree): Lifecycles | undefined {
    const data = read(map, ["data"]);
    if (data.state !== "known" || !isTree(data.value)) {
        return undefined;
    }
    const requests = Object.keys(data.value)
        .filter((file) => file.endsWith(".json"))
        .flatMap((file) => listOf(readString(data.value, file) ?? ""));
    const found = requests.flatMap((request) => {
        const name = after(request, "_ilm/policy/");
        const path = ["body", "policy", "phases", "delete", "min_age"];
        return name === undefined ? [] : [{ name, deletedAfter: read(request, path) }];
    });
    const templates = requests.flatMap((request) => {
        const name = after(request, "_index_template/");
        const path = ["body", "template", "settings", "index", "lifecycle", "name"];
        return name === undefined || read(request, ["body", "data_stream"]).state === "absent"
            ? []
            : [{ name, lifecycle: read(request, path) }];
    });
    return found.length + templates.length === 0 ? undefined : { lifecycles: found, templates };
}
