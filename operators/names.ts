/** Fields that name other objects, in the forms in which custom resources write them. */
import type { NamedField } from "./behaviour";

/** Kinds that many fields name. */
export const kinds = {
    secret: "/Secret",
    configMap: "/ConfigMap",
    storageClass: "storage.k8s.io/StorageClass",
    priorityClass: "scheduling.k8s.io/PriorityClass",
    claim: "/PersistentVolumeClaim",
} as const;

/** Fields that hold the name itself. */
export function named(kind: string, ...paths: readonly string[]): NamedField[] {
    return paths.map((path) => ({ path, kind }));
}

/** Fields that hold `{ name, key }` of a Secret, or of another kind with keys. */
export function keyOf(
    prefix: string,
    fields: readonly string[],
    kind: string = kinds.secret,
): NamedField[] {
    return fields.map((field) => ({ path: `${prefix}.${field}.name`, kind, keys: "key" }));
}
