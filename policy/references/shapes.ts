/**
 * References by name, found by their shape wherever they stand: in pods, in custom resources, in
 * whatever an operator will pass on. One walk over an object finds them all.
 */
import { isTree, isUnknown, type Tree } from "../machinery/tree";

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
    /** Kubernetes goes on without it. */
    readonly optional: boolean;
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
/** Fields whose object has a `name`, by how the field ends. */
const SECRET_FIELD = /secret(?:key)?(?:ref|selector)?$/i;
const CONFIG_MAP_FIELD = /^configMap(?:Key)?(?:Ref)?$/;
/** Fields of a key selector, which many custom resources use under names of their own. */
const SELECTOR = new Set(["name", "key", "optional"]);
/** Secrets that a controller writes, not reads. */
const WRITTEN = new Set(["privateKeySecretRef", "writeConnectionSecretToRef"]);

function keysIn(tree: Tree): readonly unknown[] {
    const items = Array.isArray(tree.items) ? tree.items.filter(isTree) : [];
    const key = tree.key === undefined || tree.key === null ? [] : [tree.key];
    return [...key, ...items.map((item) => item.key)];
}

function byObject(kind: string, tree: Tree, path: readonly string[]): Mention[] {
    const name = kind === SECRET ? (tree.name ?? tree.secretName) : tree.name;
    return typeof name === "string" && name !== ""
        ? [
              {
                  path,
                  kind,
                  namespace: tree.namespace,
                  name,
                  keys: keysIn(tree),
                  optional: tree.optional === true,
              },
          ]
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

function issuer(tree: Tree, path: readonly string[]): Mention[] {
    const group = typeof tree.group === "string" ? tree.group : "cert-manager.io";
    const kind = typeof tree.kind === "string" ? tree.kind : "Issuer";
    return [{ path, kind: `${group}/${kind}`, name: tree.name, keys: [], optional: false }];
}

function byName(kind: string, name: unknown, path: readonly string[]): Mention[] {
    // An empty class means: none.
    return isUnknown(name) || (typeof name === "string" && name !== "")
        ? [{ path, kind, name, keys: [], optional: false }]
        : [];
}

function listed(field: string, list: readonly unknown[], path: readonly string[]): Mention[] {
    const trees = list.filter(isTree);
    return trees.flatMap((item) =>
        field === "imagePullSecrets" ? byObject(SECRET, item, path) : bySelector(item, path),
    );
}

function mentions(field: string, value: unknown, path: readonly string[]): Mention[] {
    if (Array.isArray(value)) {
        return listed(field, value, path);
    }
    const kind = Object.hasOwn(NAMES, field) ? NAMES[field] : undefined;
    if (kind !== undefined) {
        // The volume's object says more: which keys, and whether it may be missing.
        return field === "secretName" && path.at(-2) === "secret" ? [] : byName(kind, value, path);
    }
    if (!isTree(value)) {
        return [];
    }
    if (field === "issuerRef") {
        return issuer(value, path);
    }
    if (field === "priorityClassNames") {
        return Object.values(value).flatMap((name) =>
            byName("scheduling.k8s.io/PriorityClass", name, path),
        );
    }
    if (WRITTEN.has(field)) {
        return [];
    }
    if (SECRET_FIELD.test(field)) {
        return byObject(SECRET, value, path);
    }
    return CONFIG_MAP_FIELD.test(field)
        ? byObject(CONFIG_MAP, value, path)
        : bySelector(value, path);
}

/** What a walk over an object meets. */
export interface Visitor {
    readonly mention: (mention: Mention) => void;
    readonly text: (text: string, path: readonly string[]) => void;
    readonly field: (name: string, value: unknown, path: readonly string[]) => void;
}

function label(item: unknown, index: number): string {
    return isTree(item) && typeof item.name === "string" ? item.name : String(index);
}

/** Visits everything below a value. */
export function walk(value: unknown, path: readonly string[], visitor: Visitor): void {
    if (typeof value === "string") {
        visitor.text(value, path);
        return;
    }
    if (Array.isArray(value)) {
        value.forEach((item, index) => {
            const last = path.at(-1) ?? "";
            walk(item, [...path.slice(0, -1), `${last}[${label(item, index)}]`], visitor);
        });
        return;
    }
    if (!isTree(value)) {
        return;
    }
    for (const [field, child] of Object.entries(value)) {
        const below = [...path, field];
        mentions(field, child, below).forEach(visitor.mention);
        visitor.field(field, child, below);
        walk(child, below, visitor);
    }
}

const TEMPLATE = /^spec\.(?:jobTemplate\.spec\.)?template\.spec\./;

/** A path as messages name it, without the way to the pod template. */
export function show(path: readonly string[]): string {
    return path.join(".").replace(TEMPLATE, "");
}
