import * as assert from "node:assert/strict";
import { parseManifests } from "../../components/base/manifest-parser";

describe("manifest parser", () => {
    const valueOf = (text: string): unknown =>
        parseManifests(`kind: Test\napiVersion: v1\nvalue: ${text}`)[0]?.value;

    const scalars: [string, unknown][] = [
        ["0440", 0o440],
        ["0o440", 0o440],
        ["420", 420],
        ["0", 0],
        ["-7", -7],
        ["0x1F", 31],
        ["08", 8],
        ["1.5", 1.5],
        ["yes", true],
        ["off", false],
        ["true", true],
        ["y", "y"],
        ['"yes"', "yes"],
        ['"0440"', "0440"],
        ["2026-01-01", "2026-01-01"],
        ["v1.2", "v1.2"],
        ["~", null],
    ];
    for (const [text, wanted] of scalars) {
        it(`reads ${text} as Kubernetes does`, () => {
            assert.deepEqual(valueOf(text), wanted);
        });
    }

    it("unpacks lists and leaves out empty documents", () => {
        const objects = parseManifests(
            "---\n# nothing\n---\nkind: List\napiVersion: v1\nitems:\n- {kind: A, apiVersion: v1}\n- {kind: B, apiVersion: v1}\n---\n",
        );
        assert.deepEqual(
            objects.map(({ kind }) => kind),
            ["A", "B"],
        );
    });

    it("takes the last of two equal keys, as helm does", () => {
        assert.equal(parseManifests("kind: A\napiVersion: v1\nx: 1\nx: 2")[0]?.x, 2);
    });

    it("resolves anchors and merge keys", () => {
        const [object] = parseManifests(
            "kind: A\napiVersion: v1\nbase: &base {a: 1}\nderived: {<<: *base, b: 2}",
        );
        assert.deepEqual(object?.derived, { a: 1, b: 2 });
    });

    it("drops the descriptions of a CRD's schema but keeps a property of that name", () => {
        const [crd] = parseManifests(`
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
metadata: {name: x}
spec:
  versions:
  - schema:
      openAPIV3Schema:
        description: a long text
        properties:
          description: {type: string, description: another}
`);
        assert.deepEqual(crd?.spec, {
            versions: [
                {
                    schema: {
                        openAPIV3Schema: { properties: { description: { type: "string" } } },
                    },
                },
            ],
        });
    });
});
