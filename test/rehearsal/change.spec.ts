import * as assert from "node:assert/strict";
import type { Manifest } from "../../components/base/object";
import { applyChange, changePlanOf, withSettings } from "../../rehearsal/change";
import { ApiError } from "../../kubernetes-client/connection";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { applyAgain, differences } from "../../rehearsal/second-apply";
import type { StackObject } from "../../rehearsal/stack";

const configMap = (name: string, data: Record<string, string>): StackObject => ({
    id: `urn:${name}`,
    component: "apps/test",
    dependencies: [],
    manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "test" },
        data,
    },
});

/** An API server that keeps what it gets; `after` is what a controller makes of it. */
class Server {
    readonly objects = new Map<string, LiveObject>();
    private version = 0;

    constructor(private readonly after: (object: LiveObject) => LiveObject = (object) => object) {}

    pathOf({ metadata }: Manifest): Promise<string> {
        return Promise.resolve(metadata.name ?? "");
    }

    find<T>(path: string): Promise<T | undefined> {
        return Promise.resolve(this.objects.get(path) as T | undefined);
    }

    apply(manifest: Manifest) {
        const { name = "" } = manifest.metadata;
        if (name === "refused") {
            return Promise.reject(new ApiError(422, "data is immutable"));
        }
        const known = this.objects.get(name);
        const applied = { ...manifest, status: known?.status } as unknown as LiveObject;
        const same =
            known !== undefined &&
            differences(known, { ...applied, metadata: known.metadata }).length === 0;
        const resourceVersion = same ? known.metadata.resourceVersion : String((this.version += 1));
        const body: LiveObject = {
            ...applied,
            metadata: { ...applied.metadata, name, uid: name, resourceVersion },
        };
        this.objects.set(name, this.after(body));
        return Promise.resolve({ body, warnings: [] });
    }
}

describe("a second apply", () => {
    it("changes nothing where nobody else writes", async () => {
        const server = new Server();
        const objects = [configMap("a", { x: "1" }), configMap("b", {})];
        await applyAgain(server, objects);
        assert.deepEqual(await applyAgain(server, objects), []);
    });

    it("names the fields that somebody else wrote meanwhile", async () => {
        const server = new Server((object) => ({ ...object, data: { x: "other" } }));
        const objects = [configMap("a", { x: "1" })];
        await applyAgain(server, objects);
        assert.deepEqual(await applyAgain(server, objects), [
            { urn: "urn:a", object: "ConfigMap/test/a", fields: [".data.x"] },
        ]);
    });

    it("does not count a status that a controller writes", async () => {
        let writes = 0;
        const server = new Server((object) => ({ ...object, status: { seen: (writes += 1) } }));
        const objects = [configMap("a", {})];
        await applyAgain(server, objects);
        assert.deepEqual(await applyAgain(server, objects), []);
    });

    it("gives a refusal in the API server's words", async () => {
        assert.deepEqual(await applyAgain(new Server(), [configMap("refused", {})]), [
            { urn: "urn:refused", object: "ConfigMap/test/refused", fields: ["data is immutable"] },
        ]);
    });
});

describe("a changed setting", () => {
    const configuration = {
        project: "platform",
        stack: "prod",
        encrypted: [],
        missingSecrets: [],
        values: { "platform:systems": '{"n8n":{"workers":2}}', "platform:profile": "prod" },
    };

    it("is set at its path and nowhere else", () => {
        const { values } = withSettings(configuration, {
            "systems.n8n.workers": "3",
            "systems.kyverno.enabled": "false",
            profile: "dev",
            "storage.replication": "2",
        });
        assert.deepEqual(values, {
            "platform:systems": '{"n8n":{"workers":3},"kyverno":{"enabled":false}}',
            "platform:profile": "dev",
            "platform:storage": '{"replication":2}',
        });
        assert.equal(configuration.values["platform:profile"], "prod");
    });

    it("must have a path", () => {
        assert.throws(
            () => withSettings(configuration, { "systems..x": "1" }),
            /not a dotted path/,
        );
    });

    const before = [configMap("a", { x: "1" }), configMap("b", {}), configMap("gone", {})];
    const after = [configMap("a", { x: "2" }), configMap("b", {}), configMap("new", {})];

    it("plans what is different, new or gone", () => {
        const { planned, removed } = changePlanOf(before, after);
        assert.deepEqual(
            [planned, removed].map((objects) => objects.map(({ id }) => id)),
            [["urn:a", "urn:new"], ["urn:gone"]],
        );
    });

    it("changes what is planned", async () => {
        const server = new Server();
        await applyAgain(server, before);
        assert.deepEqual(await applyChange(server, ["x=2"], before, after), {
            settings: ["x=2"],
            planned: ["ConfigMap/test/a", "ConfigMap/test/new"],
            removed: ["ConfigMap/test/gone"],
            unplanned: [],
            missed: [],
        });
    });

    it("finds what changes without being planned, and what does not change though it is", async () => {
        const server = new Server((object) => ({
            ...object,
            data: object.metadata.name === "a" ? { x: "2" } : { y: "other" },
        }));
        await applyAgain(server, before);
        const { unplanned, missed } = await applyChange(server, ["x=2"], before, after);
        assert.deepEqual(
            unplanned.map(({ object }) => object),
            ["ConfigMap/test/b"],
        );
        assert.deepEqual(missed, ["ConfigMap/test/a"]);
    });
});
