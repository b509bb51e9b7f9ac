/** Values of the protocol as plain JSON, with unknown and secret ones marked. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** JSON of a value; unknown is `{"$unknown": true}`, a secret `{"$secret": true}`. */
export type MarkedValue =
    string | number | boolean | null | MarkedValue[] | { [key: string]: MarkedValue };

function mark(value: unknown): MarkedValue {
    if (value === unknownValue) {
        return { $unknown: true };
    }
    if (Array.isArray(value)) {
        return value.map(mark);
    }
    if (typeof value === "object" && value !== null) {
        const record = value as Record<string, unknown>;
        return record[specialSigKey] === specialSecretSig
            ? { $secret: true }
            : Object.fromEntries(Object.entries(record).map(([key, item]) => [key, mark(item)]));
    }
    return value as string | number | boolean | null;
}

/** The inputs of a registration as marked JSON; the values of secrets never leave. */
export function toMarkedJson(struct: Struct): Record<string, MarkedValue> {
    return Object.fromEntries(
        Object.entries(struct.toJavaScript()).map(([key, value]) => [key, mark(value)]),
    );
}
