/**
 * References by name, found by their shape wherever they stand: in pods, in custom resources, in
 * whatever an operator will pass on. One walk over an object finds them all.
 */
import { isTree, isUnknown, type Tree } from "../../kernel/tree";
import { namedObject, valuesAt } from "./values";

/** A place in an object that names another. */
export interface Mention {
    /** Where it stands: `containers[web].env[PASSWORD].valueFrom.secretKeyRef`. */
    readonly path: readonly string[];
    /** `<group>/<Kind>` of what is named. */
    readonly kind: string;
    /** Namespace that the reference itself names; otherwise the object's own. */
    readonly namespace?: unknown;
    readonly name: unknown;
    readonly keys: readonly unknown[];
    /** `true` where Kubernetes goes on without it. */
    readonly optional: unknown;
}

const SECRET = "/Secret";
const CONFIG_MAP = "/ConfigMap";

/** Names that stand alone in a field. */
const NAMES: Readonly<Record<string, string>> = {
    secretName: SECRET,
    serviceAccountName: "/ServiceAccount",
    priorityClassName: "scheduling.k8s.io/PriorityClass",
    runtimeClassName: "node.k8s.io/RuntimeClass",
    storageClassName: "storage.k8s.io/StorageClass",
    configSecret: SECRET,
    storageClass: "storage.k8s.io/StorageClass",
    ingressClassName: "networking.k8s.io/IngressClass",
    gatewayClassName: "gateway.networking.k8s.io/GatewayClass",
    claimName: "/PersistentVolumeClaim",
};
/** The same, by how the field ends. */
const SECRET_NAME = /[a-z]SecretName$/;
const CONFIG_MAP_NAME = /[a-z]config[mM]apName$/i;
/** Fields whose object has a `name`, by how the field ends. */
const SECRET_FIELD = /secret(?:key)?(?:ref|selector)?$/i;
const CONFIG_MAP_FIELD = /^configMap(?:Key)?(?:Ref)?$/;
/** Fields of a key selector, which many custom resources use under names of their own. */
const SELECTOR = new Set(["name", "key", "optional"]);
/** Secrets that a controller writes, not reads. */
const WRITTEN = new Set(["privateKeySecretRef", "writeConnectionSecretToRef"]);

function keysIn(tree: Tree): readonly unknown[] {
    return [...valuesAt(tree, ["key"]), ...valuesAt(tree, ["items[]", "key"])];
}

function byObject(kind: string, value: unknown, path: readonly string[]): Mention[] {
    if (!isTree(value)) {
        return byName(kind, value, path);
    }
    const name = kind === SECRET ? (value.name ?? value.secretName) : value.name;
    const { namespace, optional } = value;
    return typeof name === "string" && name !== ""
        ? [{ path, kind, namespace, name, keys: keysIn(value), optional }]
        : [];
}

/** `{ name, key }` under any other field: a key of a Secret, or of a ConfigMap if it says so. */
function bySelector(tree: Tree, path: readonly string[]): Mention[] {
    const isSelector =
        typeof tree.name === "string" &&
        typeof tree.key === "string" &&
        Object.keys(tree).every((field) => SELECTOR.has(field));
    const kind = /configMap[^.]*$/i.test(path.at(-1) ?? "") ? CONFIG_MAP : SECRET;
    return isSelector ? byObject(kind, tree, path) : [];
}

function issuer(value: unknown, path: readonly string[]): Mention[] {
    const defaults = { group: "cert-manager.io", kind: "Issuer", namespace: undefined };
    return [{ path, ...namedObject(value, defaults), keys: [], optional: false }];
}

function byName(kind: string, name: unknown, path: readonly string[]): Mention[] {
    // An empty class means: none.
    return isUnknown(name) || (typeof name === "string" && name !== "")
        ? [{ path, kind, name, keys: [], optional: false }]
        : [];
}

function kindOfName(field: string): string | undefined {
    if (Object.hasOwn(NAMES, field)) {
        return NAMES[field];
    }
    return SECRET_NAME.test(field) ? SECRET : CONFIG_MAP_NAME.test(field) ? CONFIG_MAP : undefined;
}

function listed(field: string, list: readonly unknown[], path: readonly string[]): Mention[] {
    return field === "imagePullSecrets"
        ? list.flatMap((item) => byObject(SECRET, item, path))
        : list.filter(isTree).flatMap((item) => bySelector(item, path));
}

function mentions(field: string, value: unknown, path: readonly string[]): Mention[] {
    if (Array.isArray(value)) {
        return listed(field, value, path);
    }
    const kind = kindOfName(field);
    if (kind !== undefined) {
        // The volume's object says more: which keys, and whether it may be missing.
        return field === "secretName" && path.at(-2) === "secret" ? [] : byName(kind, value, path);
    }
    if (!isTree(value) && !isUnknown(value)) {
        return [];
    }
    if (field === "issuerRef") {
        return issuer(value, path);
    }
    if (field === "priorityClassNames") {
        return Object.values(isTree(value) ? value : { all: value }).flatMap((name) =>
            byName("scheduling.k8s.io/PriorityClass", name, path),
        );
    }
    if (WRITTEN.has(field)) {
        return [];
    }
    if (SECRET_FIELD.test(field)) {
        return byObject(SECRET, value, path);
    }
    if (CONFIG_MAP_FIELD.test(field)) {
        return byObject(CONFIG_MAP, value, path);
    }
    return isTree(value) ? bySelector(value, path) : [];
}

/** Maps whose keys somebody else chose: what looks like a field in them names nothing. */
const OPAQUE: ReadonlySet<string> = new Set([
    ...["annotations", "labels", "matchLabels", "nodeSelector"],
    // Of drivers, provisioners and programs: core/v1 CSIVolumeSource, FlexVolumeSource, ConfigMap.
    ...["volumeAttributes", "options", "parameters", "data", "binaryData"],
]);

/** What a walk over an object meets. */
export interface Visitor {
    readonly mention?: (mention: Mention) => void;
    readonly text?: (text: string, path: readonly string[]) => void;
    readonly tree?: (tree: Tree, path: readonly string[]) => void;
    /** Something known only at the update, alone in a field or in a list in it. */
    readonly unknown?: (field: string, path: readonly string[]) => void;
}

function label(item: unknown, index: number): string {
    return isTree(item) && typeof item.name === "string" ? item.name : String(index);
}

/** Visits everything below a value that stands in a field. */
export function walk(
    value: unknown,
    path: readonly string[],
    visitor: Visitor,
    field: string = path.at(-1) ?? "",
): void {
    if (isUnknown(value)) {
        visitor.unknown?.(field, path);
    } else if (typeof value === "string") {
        visitor.text?.(value, path);
    } else if (Array.isArray(value)) {
        value.forEach((item, index) => {
            const last = path.at(-1) ?? "";
            walk(item, [...path.slice(0, -1), `${last}[${label(item, index)}]`], visitor, field);
        });
    } else if (isTree(value)) {
        visitor.tree?.(value, path);
        for (const [name, child] of Object.entries(value)) {
            const below = [...path, name];
            if (visitor.mention !== undefined) {
                mentions(name, child, below).forEach(visitor.mention);
            }
            walk(child, below, OPAQUE.has(name) ? { text: visitor.text } : visitor, name);
        }
    }
}

const TEMPLATE = /^spec\.(?:jobTemplate\.spec\.)?template\.spec\./;

/** A path as messages name it, without the way to the pod template. */
export function show(path: readonly string[]): string {
    return path.join(".").replace(TEMPLATE, "");
}
