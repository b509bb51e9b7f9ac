/**
 * Plain values as protobuf's `Struct` and back, in time that grows with their size. In the library
 * (google-protobuf 3.21) it grows with size times depth, as everything inside of a value is looked
 * at whenever this one is put into another; for CRDs that was most of the time of a preview.
 *
 * A message of the library consists of an array in which each field has the place of its number
 * less one, and may be made from such an array. So here arrays are made first, and read last.
 *
 * To be removed when the SDKs no longer bring google-protobuf, or its `struct.proto` helpers
 * (`fromJavaScript`, `toJavaScript`) take time in proportion to the size alone.
 */
import { type BinaryReader, type BinaryWriter, Message } from "google-protobuf";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A field of a message; messages, maps and lists are arrays of fields. */
type Field = string | number | boolean | undefined | Field[];
type Plain = Record<string, JavaScriptValue>;

/** Places in a `Value` of the kinds that it may be; null has the first, with 0 for a value. */
const NUMBER = 1;
const STRING = 2;
const BOOLEAN = 3;
const STRUCT = 4;
const LIST = 5;

/** The entries of a `Struct`, which are its only field: keys with their `Value`. */
function toEntries(object: object): Field[] {
    return Object.entries(object).map(([key, value]) => [key, toValue(value)]);
}

function toValue(value: unknown): Field[] {
    switch (typeof value) {
        case "number":
            return [undefined, value];
        case "string":
            return [undefined, undefined, value];
        case "boolean":
            return [undefined, undefined, undefined, value];
        case "object":
            return value === null
                ? [0]
                : Array.isArray(value)
                  ? [...EMPTY, undefined, [Array.from(value, toValue)]]
                  : [...EMPTY, [toEntries(value)]];
        default:
            throw new Error("Unexpected struct type.");
    }
}

/** Everything before the struct. */
const EMPTY = [undefined, undefined, undefined, undefined];

/** The declarations leave out that a message can be made from its array. */
const fromArray = Struct as unknown as new (array: Field[]) => Struct;

/** As `Struct.fromJavaScript`. */
function encode(object: object): Struct {
    return new fromArray([toEntries(object)]);
}

function asList(field: Field): Field[] {
    return Array.isArray(field) ? field : [];
}

function compare([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

/** Keys with their `Value`, in the order in which the library goes through them. */
function sorted(entries: Field): [string, Field[]][] {
    const pairs = asList(entries).map((entry): [string, Field[]] => {
        const [key, value] = asList(entry);
        return [String(key), asList(value)];
    });
    return pairs.sort(compare);
}

function fromEntries(entries: Field): Plain {
    return Object.fromEntries(sorted(entries).map(([key, value]) => [key, fromValue(value)]));
}

function fromValue(value: readonly Field[]): JavaScriptValue {
    const list = value[LIST];
    const struct = value[STRUCT];
    const scalar = value[NUMBER] ?? value[STRING] ?? value[BOOLEAN] ?? null;
    return Array.isArray(list)
        ? asList(list[0]).map((item) => fromValue(asList(item)))
        : Array.isArray(struct)
          ? fromEntries(struct[0])
          : Array.isArray(scalar)
            ? null
            : scalar;
}

/** As the method `toJavaScript`. */
function decode(this: Struct): Plain {
    const [entries] = this.toArray() as Field[];
    return fromEntries(entries);
}

function readContent(place: number, reader: BinaryReader): Field {
    switch (place) {
        case NUMBER:
            return reader.readDouble();
        case STRING:
            return reader.readString();
        case BOOLEAN:
            return reader.readBool();
        case STRUCT:
            return [readMessage(reader, readEntries)];
        case LIST:
            return [readMessage(reader, readList)];
        default:
            return reader.readEnum();
    }
}

function readMessage(
    reader: BinaryReader,
    read: (fields: Field[], reader: BinaryReader) => void,
): Field[] {
    const fields: Field[] = [];
    reader.readMessage(fields, read);
    return fields;
}

function readValue(fields: Field[], reader: BinaryReader): void {
    while (reader.nextField() && !reader.isEndGroup()) {
        const place = reader.getFieldNumber() - 1;
        for (let index = 0; index < place; index++) {
            fields[index] = undefined;
        }
        fields[place] = readContent(place, reader);
    }
}

function readEntry(fields: Field[], reader: BinaryReader): void {
    fields.push("", []);
    while (reader.nextField() && !reader.isEndGroup()) {
        if (reader.getFieldNumber() === 1) {
            fields[0] = reader.readString();
        } else {
            fields[1] = readMessage(reader, readValue);
        }
    }
}

function readEntries(fields: Field[], reader: BinaryReader): void {
    while (reader.nextField() && !reader.isEndGroup()) {
        fields.push(readMessage(reader, readEntry));
    }
}

function readList(fields: Field[], reader: BinaryReader): void {
    while (reader.nextField() && !reader.isEndGroup()) {
        fields.push(readMessage(reader, readValue));
    }
}

/** As `Struct.deserializeBinaryFromReader`, for a message that is still empty. */
function read(message: Struct, reader: BinaryReader): Struct {
    const entries: Field[] = [];
    readEntries(entries, reader);
    Message.setField(message, 1, entries);
    return message;
}

function writeContent(place: number, content: Field, writer: BinaryWriter): void {
    const field = place + 1;
    switch (place) {
        case NUMBER:
            writer.writeDouble(field, Number(content));
            return;
        case STRING:
            writer.writeString(field, String(content));
            return;
        case BOOLEAN:
            writer.writeBool(field, content === true);
            return;
        case STRUCT:
            writer.writeMessage(field, content, writeStruct);
            return;
        case LIST:
            writer.writeMessage(field, content, writeList);
            return;
        default:
            writer.writeEnum(field, 0);
    }
}

function writeValue(value: readonly Field[], writer: BinaryWriter): void {
    for (const [place, content] of value.entries()) {
        if (content !== undefined) {
            writeContent(place, content, writer);
        }
    }
}

function writeEntry([key, value]: readonly [string, Field[]], writer: BinaryWriter): void {
    writer.writeString(1, key);
    writer.writeMessage(2, value, writeValue);
}

function writeStruct([entries]: readonly Field[], writer: BinaryWriter): void {
    for (const entry of sorted(entries)) {
        writer.writeMessage(1, entry, writeEntry);
    }
}

function writeList([values]: readonly Field[], writer: BinaryWriter): void {
    for (const value of asList(values)) {
        writer.writeMessage(1, value, writeValue);
    }
}

/** As `Struct.serializeBinaryToWriter`. */
function write(message: Struct, writer: BinaryWriter): void {
    writeStruct(message.toArray() as Field[], writer);
}

/** The library's own functions, read before anything stands in their place. */
const library = {
    ofMessage: {
        fromJavaScript: Reflect.get(Struct, "fromJavaScript"),
        serializeBinaryToWriter: Reflect.get(Struct, "serializeBinaryToWriter"),
        deserializeBinaryFromReader: Reflect.get(Struct, "deserializeBinaryFromReader"),
    },
    ofStruct: { toJavaScript: Reflect.get(Struct.prototype, "toJavaScript") },
};

/** Puts these functions in place of the library's, which are looked up at each call. */
export function installStructs(): void {
    Object.assign(Struct, {
        fromJavaScript: encode,
        serializeBinaryToWriter: write,
        deserializeBinaryFromReader: read,
    });
    Object.assign(Struct.prototype, { toJavaScript: decode });
}

/** Puts the library's functions back. */
export function uninstallStructs(): void {
    Object.assign(Struct, library.ofMessage);
    Object.assign(Struct.prototype, library.ofStruct);
}
