/**
 * What Kyverno's ConfigMap takes away from its policies (kyverno v1.19.0: pkg/config/config.go,
 * pkg/config/filter.go, pkg/utils/kube/kind.go). Pure: texts in, answers out.
 */

/** The ConfigMap by its usual name, or by keys that no other has. */
export const kyvernoConfig = {
    name: "kyverno",
    keys: ["resourceFilters", "excludeGroups"],
} as const;

/** One of `resourceFilters`: what is never judged. */
export interface ResourceFilter {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
}

/** The filters of a text such as `[Event,*,*] [*\/*,kube-system,*]`. */
export function parseFilters(text: string): ResourceFilter[] {
    return [...text.matchAll(/\[([^\]]*)\]/g)].map(([, inside = ""]) => {
        const [kind = "", namespace = "", name = ""] = inside.split(",").map((part) => part.trim());
        // What is absent is everything.
        return { kind, namespace: namespace || "*", name: name || "*" };
    });
}

/** Whether a text meets a pattern in which `*` is anything and `?` one character. */
export function meetsWildcard(pattern: string, text: string): boolean {
    const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${source.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
}

/** Whether a kind of a filter, with or without group, version and subresource, is that of pods. */
export function isAboutPods(kind: string): boolean {
    if (kind === "*" || kind === "*/*") {
        return true;
    }
    const parts = kind.split("/");
    // Groups have dots or are `*`, versions begin with `v` or are `*`, kinds with a capital.
    const first = parts.findIndex((part) => /^[A-Z?]/.test(part) || part.includes("?"));
    const at = first === -1 ? parts.lastIndexOf("*") : first;
    const subresource = parts[at + 1];
    return (
        meetsWildcard(parts[at] ?? "", "Pod") && (subresource === undefined || subresource === "*")
    );
}

/** Keys with which requests of somebody are never judged, and what they may name. */
export const exclusions: Readonly<Record<string, readonly string[]>> = {
    // The chart's own: kubelets, which make no pods but mirrors of static ones.
    excludeGroups: ["system:nodes"],
    excludeUsernames: [],
    excludeRoles: [],
    excludeClusterRoles: [],
};

/** The names in a text of the form `a, b`, in which an exclamation mark takes one out again. */
export function parseNames(text: string): string[] {
    return text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && !name.startsWith("!"));
}
