/** Which pods and namespaces a selector selects, through an index by label. */
import { nearest } from "../../../components/nearest";
import { allOf, anyOf, type Ternary } from "../../kernel/ternary";
import { holdsUnknown, type Reading, readLabels, read } from "../../kernel/tree";
import type { PossibleValue } from "../../kubernetes/controller-labels";
import { NAME_LABEL } from "../../kubernetes/namespaces";
import {
    isMet,
    type Requirement,
    requirementsOf,
    type SelectorTest,
    toTest,
} from "../../kubernetes/selectors";
import type { Inventory } from "./inventory";
import type { Labels, LabelledPods } from "./pods";

/** Pods that a selector selects, and those of which nobody can say. */
export interface Selection {
    readonly pods: readonly LabelledPods[];
    readonly maybe: readonly LabelledPods[];
}

/** Whether a label whose value only the update knows meets a condition. */
function mayMeet({ operator, values }: Requirement, isPossible: PossibleValue): Ternary {
    switch (operator) {
        case "In":
            return values.some(isPossible) ? "unknown" : false;
        case "NotIn":
            return values.some(isPossible) ? "unknown" : true;
        default:
            return operator === "Exists";
    }
}

/** The verdict on pods some of whose labels, asked for by the selector, have no value yet. */
function openVerdict(selector: Reading, { labels, open }: LabelledPods): Ternary | undefined {
    const requirements = selector.state === "known" ? requirementsOf(selector.value) : [];
    const isAsked = requirements.some(({ key }) => open[key] !== undefined);
    return isAsked && !holdsUnknown(selector)
        ? allOf(
              requirements.map((requirement) => {
                  const isPossible = open[requirement.key];
                  return isPossible === undefined
                      ? isMet(requirement, labels)
                      : mayMeet(requirement, isPossible);
              }),
          )
        : undefined;
}

function verdict(test: SelectorTest, selector: Reading, pods: LabelledPods): Ternary {
    if (pods.labelsUnknown) {
        return "unknown";
    }
    const states =
        pods.variants.length === 0
            ? [pods.labels]
            : pods.variants.map((more) => ({ ...pods.labels, ...more }));
    return anyOf(
        states.map((labels) => openVerdict(selector, { ...pods, labels }) ?? test(labels)),
    );
}

/** A reading of a selector as it stands in an object. */
export function asSelector(value: unknown): Reading {
    return read(value, []);
}

/** A reading of plain labels, as Services have them. */
export function fromLabels(matchLabels: unknown): Reading {
    return { state: "known", value: { matchLabels } };
}

/** Stands in the index for a value that only the update knows; no label has it. */
const ANY_VALUE = "*";

/** Finds pods; the pods of a namespace are indexed by label at the first question. */
export class Selector {
    private readonly index = new Map<string, Map<string, LabelledPods[]>>();
    private readonly cache = new Map<string, Selection>();
    private readonly found = new Map<string, readonly string[]>();

    constructor(private readonly inventory: Inventory) {}

    private indexed(namespace: string): Map<string, LabelledPods[]> {
        const known = this.index.get(namespace);
        if (known !== undefined) {
            return known;
        }
        const index = new Map<string, LabelledPods[]>();
        for (const pods of this.inventory.pods.get(namespace) ?? []) {
            const labels = pods.labelsUnknown
                ? [["?", "?"]]
                : [
                      ...[pods.labels, ...pods.variants].flatMap((set) => Object.entries(set)),
                      ...Object.keys(pods.open).map((label) => [label, ANY_VALUE]),
                  ];
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

    private candidates(namespace: string, selector: Reading): readonly LabelledPods[] {
        const wanted =
            selector.state === "known"
                ? Object.entries(readLabels(selector.value, "matchLabels"))
                : [];
        const [first] = wanted;
        if (first === undefined) {
            return this.inventory.pods.get(namespace) ?? [];
        }
        const index = this.indexed(namespace);
        const lists = wanted.map(([key, value]) => [
            ...(index.get(`${key}=${value}`) ?? []),
            ...(index.get(`${key}=${ANY_VALUE}`) ?? []),
        ]);
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
        const pods: LabelledPods[] = [];
        const maybe: LabelledPods[] = [];
        const test = toTest(selector);
        for (const candidate of this.candidates(namespace, selector)) {
            const found = verdict(test, selector, candidate);
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
    namespaces(selector: Reading): readonly string[] {
        const key = selector.state === "known" ? JSON.stringify(selector.value) : selector.state;
        const known = this.found.get(key);
        if (known !== undefined) {
            return known;
        }
        const { namespaces } = this.inventory;
        const test = toTest(selector);
        const wanted =
            selector.state === "known"
                ? readLabels(selector.value, "matchLabels")[NAME_LABEL]
                : undefined;
        // Most selectors name the one that they mean.
        const candidates = wanted === undefined ? [...namespaces.keys()] : [wanted];
        const names = candidates.filter((name) => {
            const entry = namespaces.get(name);
            return entry !== undefined && test(entry.labels) === true;
        });
        this.found.set(key, names);
        return names;
    }

    /** Why nothing was selected: the pods are elsewhere, or no pod carries one of the labels. */
    hint(namespaces: readonly string[], selector: Reading): string {
        const elsewhere = [...this.inventory.pods.keys()].filter(
            (name) => !namespaces.includes(name) && this.pods(name, selector).pods.length > 0,
        );
        if (elsewhere.length > 0) {
            return `; pods of namespace ${elsewhere.join(", ")} would match`;
        }
        const all = namespaces.flatMap((name) => this.inventory.pods.get(name) ?? []);
        const sets = all.flatMap((pods) => [pods.labels, ...pods.variants]);
        return all.length === 0 ? `; ${none(namespaces)} no pods` : nearLabel(sets, selector);
    }
}

function none(namespaces: readonly string[]): string {
    return namespaces.length > 1 ? "the namespaces have" : "the namespace has";
}

/** The label of a selector that nothing carries, and what was probably meant. */
export function nearLabel(sets: readonly Labels[], selector: Reading): string {
    const labels = sets.flatMap((set) => Object.entries(set));
    const wanted = selector.state === "known" ? requirementsOf(selector.value) : [];
    const missing = wanted.find(
        ({ key, operator, values }) =>
            operator === "In" &&
            !labels.some(([other, found]) => other === key && values.includes(found)),
    );
    if (missing === undefined) {
        return "";
    }
    const { key, values } = missing;
    const [value = ""] = values;
    const found = labels.filter(([other]) => other === key).map(([, there]) => there);
    const near =
        found.length > 0
            ? nearest(value, [...new Set(found)])
            : nearest(key, [...new Set(labels.map(([other]) => other))]);
    const meant = near === undefined || found.length === 0 ? near : `${key}=${near}`;
    const text = `; none has ${key}=${values.join(" or ")}`;
    return meant === undefined ? text : `${text}, perhaps ${meant} is meant`;
}
