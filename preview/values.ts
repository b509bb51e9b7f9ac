/** Values of the protocol and of the engine's events as plain JSON, unknown and secret ones marked. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** JSON of a value; unknown is `{"$unknown": true}`, a secret `{"$secret": true}`. */
export type MarkedValue =
    string | number | boolean | null | MarkedValue[] | { [key: string]: MarkedValue };

/** Marked values by key. */
export type MarkedValues = Record<string, MarkedValue>;

/**
 * What stands for an unknown value, by its kind: text, boolean, number, list, asset, archive, object
 * (sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi@v3.248.0).
 */
const UNKNOWN: ReadonlySet<unknown> = new Set([
    unknownValue,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function mark(value: unknown): MarkedValue {
    if (UNKNOWN.has(value)) {
        return { $unknown: true };
    }
    if (Array.isArray(value)) {
        return value.map(mark);
    }
    if (typeof value === "object" && value !== null) {
        const record = value as Record<string, unknown>;
        return record[specialSigKey] === specialSecretSig
            ? { $secret: true }
            : markedValues(record);
    }
    return value as string | number | boolean | null;
}

/** Inputs or outputs in the order of their keys; the values of secrets never leave. */
export function markedValues(record: Readonly<Record<string, unknown>>): MarkedValues {
    return Object.fromEntries(
        Object.keys(record)
            .sort()
            .map((key) => [key, mark(record[key])]),
    );
}

/** The inputs of a registration as marked JSON. */
export function toMarkedJson(struct: Struct): MarkedValues {
    return markedValues(struct.toJavaScript());
}
