/** Which keys a Secret or ConfigMap has. */
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { isUnknown, read, readList, readString, readTree } from "../../kernel/tree";

const FIELDS = { Secret: ["data", "stringData"], ConfigMap: ["data", "binaryData"] } as const;
const TOKEN_KEYS = ["ca.crt", "namespace", "token"];

/** The keys that the component names, where the values hide even them. */
function ofComponent(parent: Fact | undefined): string[] | undefined {
    const keys = readList(parent?.inputs, "keys");
    return keys.length > 0 && !keys.some(isUnknown) ? keys.map(String) : undefined;
}

/** The keys, or undefined when they are not known or the object has none. */
export function keysOf(
    { object, inputs, parent }: ObjectOf,
    facts: Facts,
): readonly string[] | undefined {
    const { group, kind } = object;
    if (group !== "" || (kind !== "Secret" && kind !== "ConfigMap")) {
        return undefined;
    }
    const fields = FIELDS[kind];
    if (fields.some((field) => read(inputs, [field]).state === "unknown")) {
        return ofComponent(facts.get(parent ?? ""));
    }
    const added =
        readString(inputs, "type") === "kubernetes.io/service-account-token" ? TOKEN_KEYS : [];
    return [...fields.flatMap((field) => Object.keys(readTree(inputs, field))), ...added];
}
