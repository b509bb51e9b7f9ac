import * as assert from "node:assert/strict";
import { allowedAt, type SchemaNode } from "../../components/configuration-faults";
import { configurationSchema } from "../../components/settings";
import { secretDescriptions } from "../../components/systems";
import { changed, faultsOf, isTold, type Raw } from "./fixture";

/** A value that each key may have, where the prod configuration has none. */
const present: Raw = {
    backup: { endpoint: "https://s3.example.org", bucket: "home-backup" },
    mail: { host: "smtp.example.org", from: "platform@example.org", username: "platform" },
    cost: {
        currency: "EUR",
        kilowattHour: 0.3,
        wattsPerCore: 6,
        wattsPerGibibyte: 0.4,
        monthlyBudget: 200,
    },
    exceptions: [
        {
            criterion: "HA-05",
            resource: "Deployment/n8n/n8n",
            reason: "it keeps its queue in memory and cannot be doubled",
            guard: "the queue is drained before each restart",
            expires: "2026-12-31",
        },
    ],
};

interface Place {
    readonly key: string;
    readonly schema: SchemaNode;
    readonly type: string;
}

function inner(schema: SchemaNode): SchemaNode {
    return schema.def.innerType === undefined ? schema : inner(schema.def.innerType);
}

/** Every place of the schema, the first entry of each list. */
function placesIn(schema: SchemaNode, key: string): Place[] {
    const { shape = {}, element, type } = inner(schema).def;
    const below = Object.entries(shape).flatMap(([name, child]) =>
        placesIn(child, key === "" ? name : `${key}.${name}`),
    );
    const items = element === undefined ? [] : placesIn(element, `${key}[0]`);
    return [...(key === "" ? [] : [{ key, schema, type }]), ...below, ...items];
}

const places = placesIn(configurationSchema, "");
/** Values of every kind; each is wrong for all places but some. */
const wrong: Readonly<Record<string, readonly unknown[]>> = {
    string: [null, "", "   ", {}, [], ["x"], true, { secure: "v1:x" }],
    number: [null, "", "many", {}, [], true, -1, 1e15, Infinity, NaN, "0x10", { secure: "v1:x" }],
    boolean: [null, "", "yes", {}, [], 1, { secure: "v1:x" }],
    enum: [null, "", "none", {}, [], 1, true, { secure: "v1:x" }],
    object: [null, "", "text", [], 1, true, { nonsense: 1 }, { secure: "v1:x" }],
    array: [null, "", "text", {}, 1, true, [null], [[]]],
    record: [null, "", "text", [], 1, true],
    union: [null, "", "   ", [], ["x"], true, -1, 1e15, { nonsense: 1 }, { secure: "v1:x" }],
};

describe("every key of the configuration", () => {
    it("is of a kind that is tried here", () => {
        const unknown = places.filter(({ type }) => !(type in wrong)).map(({ key }) => key);
        assert.deepEqual(unknown, []);
        assert.ok(places.length > 70, `${places.length} places`);
    });

    it("has a phrase that says what is allowed", () => {
        for (const { key, schema } of places) {
            const fault = { key, found: "nothing", allowed: allowedAt(schema) };
            assert.ok(isTold(fault), JSON.stringify(fault));
        }
    });

    for (const { key, type } of places) {
        it(`${key} tells what is wrong in words of our own`, () => {
            for (const value of wrong[type] ?? []) {
                const faults = faultsOf(changed({ ...present, [key]: value }));
                const told = `${JSON.stringify(value)}: ${JSON.stringify(faults)}`;
                assert.ok(
                    faults.some((fault) => fault.key.startsWith(key)),
                    told,
                );
                assert.ok(faults.every(isTold), told);
            }
        });
    }

    it("refuses the names that every object has", () => {
        const names = Object.getOwnPropertyNames(Object.prototype);
        const objects = places.filter(({ type }) => type === "object").map(({ key }) => `${key}.`);
        for (const prefix of ["", ...objects]) {
            for (const name of names) {
                const key = `${prefix}${name}`;
                const found = faultsOf(changed({ ...present, [key]: {} }));
                assert.ok(
                    found.some((fault) => fault.key === key && fault.found === "an unknown key"),
                    `${key}: ${JSON.stringify(found)}`,
                );
            }
        }
    });

    it("names the nearest key for one that is misspelt", () => {
        const keys = [
            ...Object.keys(configurationSchema.shape),
            ...Object.keys(secretDescriptions),
        ];
        for (const key of keys) {
            const slip = `${key.slice(0, 1)}${key.slice(2)}`;
            const fault = faultsOf(changed({ [slip]: "x" })).find((each) => each.key === slip);
            assert.match(fault?.allowed ?? "", new RegExp(`did you mean ${key}\\?`), slip);
        }
    });
});
