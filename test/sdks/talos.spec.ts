import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as talos from "@pulumiverse/talos";
import { Recorder, settled, valueOf } from "../fixtures/recorder";
import { sharedPath, skipWithout } from "../fixtures/shared-folder";

interface Properties {
    properties?: Record<string, { secret?: boolean }>;
}
interface Schema {
    pluginDownloadURL: string;
    resources: Record<
        string,
        {
            inputProperties: Record<string, { secret?: boolean }>;
            properties: Record<string, { secret?: boolean }>;
            requiredInputs?: string[];
        }
    >;
    functions: Record<string, { inputs: Properties & { required?: string[] } }>;
}
type Constructor = new (name: string, args: object) => Record<string, unknown>;
type Invoke = (args: object) => unknown;

const schemaFile = sharedPath("catalog", "talos-provider-schema.json");

const modules = {
    client: talos.client,
    cluster: talos.cluster,
    imageFactory: talos.imagefactory,
    machine: talos.machine,
} as unknown as Record<string, Record<string, unknown>>;

/** What the package exports for a token such as `talos:machine/secrets:Secrets`. */
function exported(token: string, suffix = ""): unknown {
    const [, file = "", name = ""] = token.split(":");
    return modules[file.split("/")[0] ?? ""]?.[`${name}${suffix}`];
}

function secretNames(properties: Record<string, { secret?: boolean }>): string[] {
    const names = Object.keys(properties).filter((name) => properties[name]?.secret === true);
    return names.sort();
}

describe("the Talos SDK", () => {
    let schema: Schema | undefined;
    before(() => {
        if (schemaFile !== undefined) {
            schema = JSON.parse(fs.readFileSync(schemaFile, "utf8")) as Schema;
        }
    });

    it("has every resource of the provider's schema, with its inputs and secrets", async function () {
        if (schema === undefined) {
            skipWithout(this, 5, "resources");
        }
        const recorder = await Recorder.install();
        const resources = Object.entries(schema.resources);
        for (const [token, { inputProperties }] of resources) {
            const names = Object.keys(inputProperties);
            const Resource = exported(token) as Constructor;
            new Resource("test", Object.fromEntries(names.map((name) => [name, name])));
        }
        await settled();
        for (const [token, { inputProperties, properties }] of resources) {
            const registered = recorder.one(token, "test");
            assert.deepEqual(
                Object.keys(registered.inputs).sort(),
                Object.keys(inputProperties).sort(),
            );
            assert.deepEqual([...registered.secretInputs].sort(), secretNames(inputProperties));
            assert.deepEqual([...registered.secretOutputs].sort(), secretNames(properties));
        }
        assert.equal(resources.length, 5);
    });

    it("gives every resource all its outputs and asks for its required inputs", async function () {
        if (schema === undefined) {
            return this.skip();
        }
        await Recorder.install();
        for (const [token, resource] of Object.entries(schema.resources)) {
            const Resource = exported(token) as Constructor;
            const names = Object.keys(resource.inputProperties);
            const made = new Resource("test", Object.fromEntries(names.map((name) => [name, "x"])));
            for (const property of Object.keys(resource.properties)) {
                assert.ok(property in made, `${token} lacks ${property}`);
            }
            for (const required of resource.requiredInputs ?? []) {
                const others = names.filter((name) => name !== required);
                const args = Object.fromEntries(others.map((name) => [name, "x"]));
                assert.throws(() => new Resource("test", args), new RegExp(required));
            }
        }
        await settled();
    });

    it("has every function of the provider's schema, with its inputs", async function () {
        if (schema === undefined) {
            return this.skip();
        }
        const tokens = Object.keys(schema.functions).filter((token) => token.startsWith("talos:"));
        const inputs: Record<string, string[]> = {};
        const answer = (token: string) => (given: Record<string, unknown>) => {
            inputs[token] = Object.keys(given).sort();
            return { id: "id" };
        };
        await Recorder.install(
            {},
            Object.fromEntries(tokens.map((token) => [token, answer(token)])),
        );
        for (const token of tokens) {
            const names = Object.keys(schema.functions[token]?.inputs.properties ?? {}).sort();
            const args = Object.fromEntries(names.map((name) => [name, name]));
            await (exported(token) as Invoke)(args);
            assert.deepEqual(inputs[token], names);
            inputs[token] = [];
            await valueOf((exported(token, "Output") as Invoke)(args) as never);
            assert.deepEqual(inputs[token], names);
        }
        assert.equal(tokens.length, 9);
    });

    it("tells the engine which plugin to load, and where from", async () => {
        const recorder = await Recorder.install();
        new talos.machine.Secrets("test");
        new talos.Provider("test", { imageFactoryUrl: "https://factory.example.org" });
        await settled();
        for (const { version, pluginDownloadUrl } of recorder.registrations) {
            assert.equal(version, "0.8.1");
            assert.equal(
                pluginDownloadUrl,
                schema?.pluginDownloadURL ?? "github://api.github.com/pulumiverse",
            );
        }
        const provider = recorder.one("pulumi:providers:talos", "test");
        assert.deepEqual(provider.inputs, { imageFactoryUrl: "https://factory.example.org" });
    });

    it("recognises its own resources", async () => {
        await Recorder.install();
        const secrets = new talos.machine.Secrets("test");
        assert.ok(talos.machine.Secrets.isInstance(secrets));
        assert.ok(!talos.machine.Bootstrap.isInstance(secrets));
        assert.ok(!talos.machine.Secrets.isInstance(undefined));
        await settled();
    });
});
