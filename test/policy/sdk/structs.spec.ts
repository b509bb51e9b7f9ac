import * as assert from "node:assert/strict";
import { Message } from "google-protobuf";
import { type JavaScriptValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import { randomNumbers } from "../../../policy/engines/scheduling/scheduler";
import { installStructs, uninstallStructs } from "../../../policy/sdk/structs";

type Plain = Record<string, JavaScriptValue>;

/** What the library does, or what stands in its place. */
interface Functions {
    readonly encode: (value: Plain) => Struct;
    readonly write: typeof Struct.serializeBinaryToWriter;
    readonly read: typeof Struct.deserializeBinaryFromReader;
    readonly decode: (this: Struct) => Plain;
}

function current(): Functions {
    return {
        encode: Reflect.get(Struct, "fromJavaScript"),
        write: Reflect.get(Struct, "serializeBinaryToWriter"),
        read: Reflect.get(Struct, "deserializeBinaryFromReader"),
        decode: Reflect.get(Struct.prototype, "toJavaScript"),
    };
}

function use({ encode, write, read, decode }: Functions): void {
    Object.assign(Struct, {
        fromJavaScript: encode,
        serializeBinaryToWriter: write,
        deserializeBinaryFromReader: read,
    });
    Object.assign(Struct.prototype, { toJavaScript: decode });
}

const SCALARS: readonly JavaScriptValue[] = [
    null,
    true,
    false,
    0,
    -0.5,
    1e300,
    NaN,
    Infinity,
    "",
    "text",
    "ünïcode 🦊",
    "line\nbreak",
];
const KEYS = ["b", "a", "10", "9", "", "ключ", "constructor", "toString", "a.b"];

/** A random value, the deeper the simpler. */
function randomValue(random: () => number, depth = 0): JavaScriptValue {
    const some = <T>(make: () => T) => Array.from({ length: Math.floor(random() * 4) }, make);
    const inner = () => randomValue(random, depth + 1);
    const kind = random() * (depth > 4 ? 1 : 3);
    return kind < 1
        ? (SCALARS[Math.floor(random() * SCALARS.length)] ?? null)
        : kind < 2
          ? some(inner)
          : randomObject(random, depth + 1);
}

function randomObject(random: () => number, depth = 0): Plain {
    return Object.fromEntries(
        KEYS.filter(() => random() < 0.4).map((key) => [key, randomValue(random, depth)]),
    );
}

describe("structs in linear time", () => {
    // A test before this one may have run the program, which installs them.
    uninstallStructs();
    const library = current();
    after(uninstallStructs);

    const values = Array.from({ length: 300 }, (_, seed) => randomObject(randomNumbers(seed)));

    it("are the same as the library's to the byte, and read the same", () => {
        for (const value of values) {
            use(library);
            const bytes = Struct.fromJavaScript(value).serializeBinary();
            const plain = Struct.fromJavaScript(value).toJavaScript();
            installStructs();
            assert.deepEqual(Struct.fromJavaScript(value).serializeBinary(), bytes);
            const read = Struct.deserializeBinary(bytes);
            assert.deepEqual(read.serializeBinary(), bytes);
            for (const struct of [Struct.fromJavaScript(value), Struct.deserializeBinary(bytes)]) {
                assert.deepEqual(struct.toJavaScript(), plain);
                // The order of keys, too.
                assert.equal(JSON.stringify(struct.toJavaScript()), JSON.stringify(plain));
            }
        }
    });

    it("can be changed like any message", () => {
        installStructs();
        const struct = Struct.fromJavaScript({ list: [1, { deep: "old" }], other: null });
        const deep = struct.getFieldsMap().get("list")?.getListValue()?.getValuesList()[1];
        deep?.getStructValue()?.getFieldsMap().set("deep", new Value().setStringValue("new"));
        struct.getFieldsMap().del("other");
        const wanted = { list: [1, { deep: "new" }] };
        assert.deepEqual(struct.toJavaScript(), wanted);
        const bytes = struct.serializeBinary();
        assert.deepEqual(Struct.deserializeBinary(bytes).toJavaScript(), wanted);
    });

    it("refuse what has no place in protobuf", () => {
        const value = { list: [undefined] } as unknown as Plain;
        for (const functions of [library, (installStructs(), current())]) {
            use(functions);
            assert.throws(() => Struct.fromJavaScript(value), /Unexpected struct type/);
        }
    });

    it("make one message, however much is inside", () => {
        const initialize = Reflect.get(Message, "initialize");
        let messages = 0;
        const counted: typeof initialize = (...args) => {
            messages += 1;
            initialize(...args);
        };
        const inner = { list: [{ a: [1, 2, { b: "c" }] }] };
        const bytes = library.encode(inner).serializeBinary();
        installStructs();
        Object.assign(Message, { initialize: counted });
        try {
            Struct.fromJavaScript(inner).toJavaScript();
            Struct.fromJavaScript(inner).serializeBinary();
            assert.equal(messages, 2);
            Struct.deserializeBinary(bytes).toJavaScript();
            assert.equal(messages, 3);
        } finally {
            Object.assign(Message, { initialize });
        }
    });
});
