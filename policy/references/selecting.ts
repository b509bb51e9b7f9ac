/** Which pods and namespaces a selector selects, through an index by label. */
import { nearest } from "../../components/nearest";
import { selects } from "../machinery/selectors";
import { isTree, isUnknown, type Reading, readLabels, read } from "../machinery/tree";
import type { Inventory } from "./inventory";
import type { Pods } from "./pods";

/** Pods that a selector selects, and those of which nobody can say. */
export interface Selection {
    readonly pods: readonly Pods[];
    readonly maybe: readonly Pods[];
}

function verdict(selector: Reading, pods: Pods): boolean | "unknown" {
    if (pods.labelsUnknown) {
        return "unknown";
    }
    const states =
        pods.variants.length === 0
            ? [pods.labels]
            : pods.variants.map((more) => ({ ...pods.labels, ...more }));
    const verdicts = states.map((labels) => selects(selector, labels));
    return verdicts.includes(true) || (verdicts.includes("unknown") ? "unknown" : false);
}

/** A reading of a selector as it stands in an object. */
export function asSelector(value: unknown): Reading {
    return read(value, []);
}

/** A reading of plain labels, as Services have them. */
export function fromLabels(matchLabels: unknown): Reading {
    return { state: "known", value: { matchLabels } };
}

/** Finds pods; the pods of a namespace are indexed by label at the first question. */
export class Selector {
    private readonly index = new Map<string, Map<string, Pods[]>>();
    private readonly cache = new Map<string, Selection>();

    constructor(private readonly inventory: Inventory) {}

    private indexed(namespace: string): Map<string, Pods[]> {
        const known = this.index.get(namespace);
        if (known !== undefined) {
            return known;
        }
        const index = new Map<string, Pods[]>();
        for (const pods of this.inventory.pods.get(namespace) ?? []) {
            const labels = pods.labelsUnknown
                ? [["?", "?"]]
                : [pods.labels, ...pods.variants].flatMap((set) => Object.entries(set));
            for (const [key = "", value = ""] of labels) {
                const list = index.get(`${key}=${value}`) ?? [];
                if (list.at(-1) !== pods) {
                    list.push(pods);
                }
                index.set(`${key}=${value}`, list);
            }
        }
        this.index.set(namespace, index);
        return index;
    }

    private candidates(namespace: string, selector: Reading): readonly Pods[] {
        const wanted =
            selector.state === "known"
                ? Object.entries(readLabels(selector.value, "matchLabels"))
                : [];
        const [first] = wanted;
        if (first === undefined) {
            return this.inventory.pods.get(namespace) ?? [];
        }
        const index = this.indexed(namespace);
        const lists = wanted.map(([key, value]) => index.get(`${key}=${value}`) ?? []);
        const shortest = lists.reduce((best, list) => (list.length < best.length ? list : best));
        return [...shortest, ...(index.get("?=?") ?? [])];
    }

    /** Pods of a namespace. */
    pods(namespace: string, selector: Reading): Selection {
        const key =
            selector.state === "known"
                ? `${namespace} ${JSON.stringify(selector.value)}`
                : undefined;
        const cached = key === undefined ? undefined : this.cache.get(key);
        if (cached !== undefined) {
            return cached;
        }
        const pods: Pods[] = [];
        const maybe: Pods[] = [];
        for (const candidate of this.candidates(namespace, selector)) {
            const found = verdict(selector, candidate);
            if (found !== false) {
                (found === true ? pods : maybe).push(candidate);
            }
        }
        const selection = { pods, maybe };
        if (key !== undefined) {
            this.cache.set(key, selection);
        }
        return selection;
    }

    /** Names of the namespaces that a selector selects. */
    namespaces(selector: Reading): string[] {
        return [...this.inventory.namespaces].flatMap(([name, { labels }]) =>
            selects(selector, labels) === true ? [name] : [],
        );
    }

    /** The label that no pod of the namespace carries, and what was probably meant. */
    hint(namespace: string, selector: Reading): string {
        const all = this.inventory.pods.get(namespace) ?? [];
        const labels = all.flatMap((pods) =>
            [pods.labels, ...pods.variants].flatMap((set) => Object.entries(set)),
        );
        const wanted =
            selector.state === "known" &&
            isTree(selector.value) &&
            !isUnknown(selector.value.matchLabels)
                ? Object.entries(readLabels(selector.value, "matchLabels"))
                : [];
        const missing = wanted.find(
            ([key, value]) => !labels.some(([other, found]) => other === key && found === value),
        );
        if (missing === undefined) {
            return all.length === 0 ? "; the namespace has no pods" : "";
        }
        const [key, value] = missing;
        const values = labels.filter(([other]) => other === key).map(([, found]) => found);
        const near =
            values.length > 0
                ? nearest(value, [...new Set(values)])
                : nearest(key, [...new Set(labels.map(([other]) => other))]);
        const meant = values.length > 0 ? `${key}=${near ?? ""}` : near;
        return `; none has ${key}=${value}${near === undefined ? "" : `, perhaps ${meant ?? ""} is meant`}`;
    }
}
