/**
 * Upstream's namespace in plain manifests, replaced by the system's own. A chart writes the
 * namespace of its release wherever it is needed; plain manifests have upstream's written in, in
 * bindings, webhooks, certificates and arguments as well. Pure.
 */
import { isRecord, type Manifest } from "./object";

/** Characters that may be part of a name, so that a namespace never is replaced within one. */
const NAME = "[A-Za-z0-9_-]";

/** What turns one namespace into another, within a text. */
function replacer(from: string, to: string): (text: string, key: string) => string {
    const quoted = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // A name of Kubernetes has no capitals and no underscores: such a word is nothing else.
    const isPlaceholder = /[A-Z_${}]/.test(from);
    const anywhere = new RegExp(quoted, "g");
    // <service>.<namespace>.svc
    const host = new RegExp(`(?<=\\.)${quoted}(?=\\.svc(?!${NAME}))`, "g");
    // --metrics-secret=<namespace>/<name>, and --leader-election-namespace=<namespace>.
    const flag = new RegExp(
        `(?<=^--?[a-z-]+=)${quoted}(?=/${NAME}+$)|(?<=^--?[a-z-]*namespaces?=)${quoted}$`,
    );
    const owner = new RegExp(`^${quoted}(?=/)`);
    return (text, key) => {
        if (isPlaceholder) {
            return text.replace(anywhere, to);
        }
        if (text === from) {
            return /namespaces?$/i.test(key) ? to : text;
        }
        // cert-manager.io/inject-ca-from: <namespace>/<name>
        const named = key.includes("/inject-ca-from") ? text.replace(owner, to) : text;
        return named.replace(host, to).replace(flag, to);
    };
}

function rewritten(
    value: unknown,
    key: string,
    replace: (text: string, key: string) => string,
): unknown {
    if (typeof value === "string") {
        return replace(value, key);
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => {
            const before: unknown = value[index - 1];
            // An argument of its own follows the name of its flag.
            const isFlag = typeof before === "string" && before.startsWith("-");
            return rewritten(item, isFlag ? before : key, replace);
        });
    }
    if (!isRecord(value)) {
        return value;
    }
    // A variable is named beside its value: name: WATCH_NAMESPACE, value: upstream's.
    const keyOf = (field: string) =>
        field === "value" && typeof value.name === "string" ? value.name : field;
    return Object.fromEntries(
        Object.entries(value).map(([field, item]) => [
            field,
            // A schema describes namespaces, it names none.
            field === "openAPIV3Schema" ? item : rewritten(item, keyOf(field), replace),
        ]),
    );
}

/** An account that a binding names without a namespace is of the binding's own. */
function withSubjects(manifest: Manifest, namespace: string): Manifest {
    const { subjects } = manifest;
    if (manifest.kind !== "RoleBinding" || !Array.isArray(subjects)) {
        return manifest;
    }
    const own = manifest.metadata.namespace ?? namespace;
    return {
        ...manifest,
        subjects: subjects.map((subject: unknown) =>
            isRecord(subject) &&
            subject.kind === "ServiceAccount" &&
            subject.namespace === undefined
                ? { ...subject, namespace: own }
                : subject,
        ),
    };
}

/**
 * Plain manifests as they are in another namespace, without the Namespace itself, which comes with
 * the guardrails of the platform.
 *
 * @param from namespace that upstream has written in, or the word that stands for it
 */
export function inOtherNamespace(
    manifests: readonly Manifest[],
    from: string | undefined,
    to: string,
): Manifest[] {
    const replace = from === undefined ? (text: string) => text : replacer(from, to);
    return manifests
        .map((manifest) => rewritten(manifest, "", replace) as Manifest)
        .filter(
            ({ apiVersion, kind, metadata }) =>
                !(
                    apiVersion === "v1" &&
                    kind === "Namespace" &&
                    [from, to].includes(metadata.name)
                ),
        )
        .map((manifest) => withSubjects(manifest, to));
}
