import * as assert from "node:assert/strict";
import { fieldChanges } from "../../../scripts/diff/fields";
import { show } from "../../../scripts/diff/values";

/** Changes as `path: before -> after`. */
function told(before: unknown, after: unknown): string[] {
    return fieldChanges({ value: before }, { value: after }).map(
        ({ path, before: old, after: now }) =>
            `${path.replace(/^value\.?/, "")}: ${show(old)} -> ${show(now)}`,
    );
}

const container = (name: string, image: string, more: object = {}) => ({ name, image, ...more });

describe("the fields in which two versions differ", () => {
    it("are none for equal values, also with their keys in another order", () => {
        assert.deepEqual(told({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }), []);
    });

    it("are named by their path, with keys that are no words in quotes", () => {
        assert.deepEqual(
            told({ labels: { "app.kubernetes.io/name": "a", x: 1 } }, { labels: { y: null } }),
            [
                'labels["app.kubernetes.io/name"]: a -> nothing',
                "labels.x: 1 -> nothing",
                "labels.y: nothing -> null",
            ],
        );
    });

    it("compare lists by what tells their entries apart, wherever these stand", () => {
        const before = [container("main", "a:1"), container("proxy", "b:1")];
        const after = [container("proxy", "b:1"), container("main", "a:2")];
        assert.deepEqual(told(before, after), ["[main].image: a:1 -> a:2"]);
        assert.deepEqual(
            told(
                [
                    { name: "A", value: "1" },
                    { name: "B", value: "2" },
                ],
                [
                    { name: "B", value: "2" },
                    { name: "C", value: "3" },
                ],
            ),
            [
                '[A]: {"name":"A","value":"1"} -> nothing',
                '[C]: nothing -> {"name":"C","value":"3"}',
            ],
        );
        assert.deepEqual(
            told(
                [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }],
                [
                    { containerPort: 53, protocol: "UDP" },
                    { containerPort: 80, hostPort: 80 },
                ],
            ),
            ["[80].hostPort: nothing -> 80"],
        );
        assert.deepEqual(
            told(
                [
                    { mountPath: "/a", name: "v" },
                    { mountPath: "/b", name: "v" },
                ],
                [
                    { mountPath: "/b", name: "v", readOnly: true },
                    { mountPath: "/a", name: "v" },
                ],
            ),
            ["[/b].readOnly: nothing -> true"],
        );
    });

    it("take words of a list as a set, but for lists whose order means something", () => {
        assert.deepEqual(told({ verbs: ["get", "list"] }, { verbs: ["list", "get"] }), []);
        assert.deepEqual(told({ verbs: ["get", "get"] }, { verbs: ["get"] }), [
            "verbs: get -> nothing",
        ]);
        assert.deepEqual(told({ args: ["--a", "--b"] }, { args: ["--a", "--c"] }), [
            "args: --b -> nothing",
            "args: nothing -> --c",
        ]);
        assert.deepEqual(told({ command: ["a", "b"] }, { command: ["b", "a"] }), [
            'command: ["a","b"] -> ["b","a"]',
        ]);
        const init = [container("one", "a"), container("two", "a")];
        assert.deepEqual(told({ initContainers: init }, { initContainers: init.toReversed() }), [
            'initContainers: ["one","two"] -> ["two","one"]',
        ]);
    });

    it("pair entries without a key by their place among those that differ", () => {
        const rule = (port: number) => ({ ports: [{ port }], from: [] });
        assert.deepEqual(told([rule(1), rule(2)], [rule(1), rule(3)]), [
            '[1].ports[2]: {"port":2} -> nothing',
            '[1].ports[3]: nothing -> {"port":3}',
        ]);
        assert.deepEqual(told([rule(1)], [rule(1), rule(2)]), [
            ': nothing -> {"ports":[{"port":2}],"from":[]}',
        ]);
    });

    it("do not take two entries with one key for the same", () => {
        const twice = [
            { name: "A", value: "1" },
            { name: "A", value: "2" },
        ];
        assert.deepEqual(told(twice, [{ name: "A", value: "2" }]), [
            ': {"name":"A","value":"1"} -> nothing',
        ]);
    });

    it("look into documents inside of texts", () => {
        assert.deepEqual(told('{"a":1,"b":2}', '{"b":2,"a":3}'), ["a: 1 -> 3"]);
        assert.deepEqual(told("a: 1\nb:\n  c: 2\n", "a: 1\nb:\n  c: 3\n"), ["b.c: 2 -> 3"]);
        const patch = (kind: string, mtu: number) => JSON.stringify({ kind, name: "x", mtu });
        assert.deepEqual(told([patch("A", 1), patch("B", 1)], [patch("B", 2), patch("A", 1)]), [
            "[B/x].mtu: 1 -> 2",
        ]);
    });

    it("show only the lines of a text that differ", () => {
        assert.deepEqual(told("[a]\none\ntwo\nthree", "[a]\none\n2\nthree"), [": two -> 2"]);
        assert.deepEqual(told("= x\nsame", "= x\nsame\nnew"), [": nothing -> new"]);
    });

    it("tell two spellings of one document apart", () => {
        assert.equal(told('{"a":1}', '{ "a": 1 }').length, 1);
    });

    it("never show a secret, nor what a secret has become", () => {
        const secret = { $secret: true };
        assert.deepEqual(told({ password: secret }, { password: secret }), []);
        assert.deepEqual(told({ password: secret }, { password: "hunter2" }), [
            "password: a secret -> a secret",
        ]);
        assert.deepEqual(told({}, { data: { key: secret } }), [
            'data: nothing -> {"key":"(secret)"}',
        ]);
        assert.ok(
            !JSON.stringify(fieldChanges({ p: secret }, { p: "hunter2" })).includes("hunter"),
        );
    });

    it("say what only the update knows", () => {
        assert.deepEqual(told({ a: { $unknown: true } }, { a: 1 }), [
            "a: known only at the update -> 1",
        ]);
    });
});
