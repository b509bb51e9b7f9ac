/** What operators of several kinds do alike with pod specs. */
import { isTree, readList, readTree, type Tree } from "../../../kernel/tree";

/** A container that only asks for resources. */
export function part(name: string, resources: unknown, image = "stand-in"): Tree {
    return { name, image, resources: isTree(resources) ? resources : {} };
}

/** Keeps pods with the labels apart, by node or another topology. */
export function apart(
    labels: Readonly<Record<string, string>>,
    required: boolean,
    topologyKey = "kubernetes.io/hostname",
): Tree {
    const term = { labelSelector: { matchLabels: labels }, topologyKey };
    return required
        ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
        : {
              preferredDuringSchedulingIgnoredDuringExecution: [
                  { weight: 50, podAffinityTerm: term },
              ],
          };
}

/** Both affinities: lists are joined, as operators append to what a user says. */
export function joinAntiAffinity(affinity: Tree, added: Tree): Tree {
    const own = readTree(affinity, "podAntiAffinity");
    const fields = new Set([...Object.keys(own), ...Object.keys(added)]);
    return {
        ...affinity,
        podAntiAffinity: Object.fromEntries(
            [...fields].map((field) => [
                field,
                [...readList(own, field), ...readList(added, field)],
            ]),
        ),
    };
}

/** The fields that are neither absent nor empty text. */
export function present(fields: Tree): Tree {
    return Object.fromEntries(
        Object.entries(fields).filter(
            ([, value]) => value !== undefined && value !== null && value !== "",
        ),
    );
}
