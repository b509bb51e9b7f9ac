/** Every namespace of the stack: those that are declared and those that objects merely name. */
import { memoize } from "../kernel/memoize";
import type { Fact, Facts, ObjectOf } from "../kernel/facts";
import { read, readLabels, type Reading } from "../kernel/tree";

/** The label that the API server gives each namespace. */
export const NAME_LABEL = "kubernetes.io/metadata.name";
/** A namespace that somebody makes tomorrow. */
export const ANY_NAMESPACE = "any-other-namespace";

/** A namespace of the stack. */
export interface NamespaceFact {
    readonly name: string;
    /** The Namespace object, or the patch of one that the cluster brings. */
    readonly declared?: ObjectOf;
    /** What findings are about: the Namespace object, else the first object that names it. */
    readonly fact: Fact;
}

/** All namespaces, each once, declared ones first. */
export const namespacesOf = memoize((facts): readonly NamespaceFact[] => {
    const found = new Map<string, NamespaceFact>();
    for (const declared of facts.objects("", "Namespace")) {
        found.set(declared.object.name, { name: declared.object.name, declared, fact: declared });
    }
    for (const fact of facts.all()) {
        const name = fact.object?.namespace;
        if (name !== undefined && !found.has(name)) {
            // Known by the namespace's key, so that an exception can name it.
            found.set(name, { name, fact: { ...fact, key: `Namespace/${name}` } });
        }
    }
    return [...found.values()];
});

/** The tier that the component of the namespace chose. */
export function tierOf(facts: Facts, { declared }: NamespaceFact): Reading {
    const parent = facts.get(declared?.parent ?? "");
    return parent?.type === "platform:base:Namespace"
        ? read(parent.inputs, ["tier"])
        : { state: "absent" };
}

/** From how many namespaces on a label that all have says nothing about any of them. */
const MANY = 3;

/**
 * Labels of namespaces that nobody made yet: one with nothing but its name, and one with what all
 * those of the stack have in common. A selector that selects either selects whoever comes.
 */
export const strangeNamespaces = memoize((facts): readonly Readonly<Record<string, string>>[] => {
    const bare = { [NAME_LABEL]: ANY_NAMESPACE };
    const [first, ...others] = facts
        .objects("", "Namespace")
        .map(({ inputs }) => readLabels(inputs, "metadata", "labels"));
    if (first === undefined || others.length + 1 < MANY) {
        return [bare];
    }
    const common = Object.entries(first).filter(([key, value]) =>
        others.every((labels) => labels[key] === value),
    );
    return [bare, { ...Object.fromEntries(common), ...bare }];
});
