import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import { machineDocuments } from "../../components/cluster/machine-configuration";
import { formFaults } from "../../components/cluster/talos-patches";
import { kindSchemas, talosSchemaFile } from "../../components/cluster/talos-schema";
import { isRecord } from "../../components/base/object";
import { sampleSite } from "../fixtures/settings";

const whole = JSON.parse(fs.readFileSync(talosSchemaFile, "utf8")) as Record<string, unknown>;
/** Keywords whose value maps names to schemas. */
const MAPS: ReadonlySet<string> = new Set(["properties", "patternProperties", "$defs"]);
const KNOWN: ReadonlySet<string> = new Set([
    ...["$schema", "$id", "$defs", "$ref", "type", "title", "properties", "patternProperties"],
    ...["additionalProperties", "required", "items", "enum", "pattern", "oneOf", "format"],
]);

function keywords(schema: unknown): string[] {
    if (Array.isArray(schema)) {
        return schema.flatMap(keywords);
    }
    return isRecord(schema)
        ? Object.entries(schema).flatMap(([key, value]) => [
              key,
              ...(MAPS.has(key) && isRecord(value)
                  ? Object.values(value).flatMap(keywords)
                  : keywords(value)),
          ])
        : [];
}

describe("Talos' schema of a machine configuration", () => {
    it("uses no keyword that the check does not know", () => {
        assert.deepEqual(
            [...new Set(keywords(whole))].filter((keyword) => !KNOWN.has(keyword)),
            [],
        );
    });

    it("knows a document of every kind but the main one", () => {
        const { oneOf } = whole as { oneOf: unknown[] };
        assert.equal(kindSchemas().size, oneOf.length - 1);
    });

    it("takes the address of a log as the text that Talos reads", () => {
        const sending = (endpoint: unknown) =>
            formFaults({ machine: { logging: { destinations: [{ endpoint }] } } }, []).length;
        assert.equal(sending("tcp://127.0.0.1:5170"), 0);
        assert.equal(sending("udp://logs.example.com:514/"), 0);
        assert.equal(sending("https://logs.example.com"), 1);
        assert.equal(sending({}), 1);
    });

    it("finds nothing wrong about the documents of this project", () => {
        const site = { ...sampleSite(), machineLogs: true };
        for (const node of site.nodes) {
            for (const document of machineDocuments(site, node)) {
                const faults = formFaults(document as unknown as Record<string, unknown>, []);
                assert.deepEqual(faults, [], JSON.stringify(document));
            }
        }
    });

    it("says of weakened copies of those documents what another validator says", () => {
        const validate = new Ajv2020({ strict: false, logger: false }).compile(whole);
        const site = sampleSite();
        const nodes = [site.controlPlanes[0], site.workers[0]].filter((node) => node !== undefined);
        const documents = nodes.flatMap((node) => machineDocuments(site, node));
        // A number or a switch for a text is told apart: Talos reads YAML, the validator JSON.
        const wrongs: unknown[] = [null, [], {}, { unknown: {} }, [[]]];
        let tried = 0;
        const tryAll = (document: object, tree: unknown): void => {
            if (typeof tree !== "object" || tree === null) {
                return;
            }
            for (const key of Object.keys(tree)) {
                const before: unknown = Reflect.get(tree, key);
                tryAll(document, before);
                for (const value of wrongs) {
                    Reflect.set(tree, key, value);
                    const faults = formFaults(document as Record<string, unknown>, []);
                    const ours = faults.length === 0;
                    assert.equal(ours, validate(document), JSON.stringify([document, faults]));
                    tried += 1;
                }
                Reflect.set(tree, key, before);
            }
        };
        for (const document of new Set(documents.map((each) => JSON.stringify(each)))) {
            const copy = JSON.parse(document) as object;
            tryAll(copy, copy);
        }
        assert.ok(tried > 1000, `${tried} copies`);
    });
});
