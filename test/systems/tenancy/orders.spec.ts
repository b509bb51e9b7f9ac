/** What people order, as the program that carries orders out makes it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { findExecutable } from "../../../components/base/helm";
import { isRecord, type Manifest, objectKey } from "../../../components/base/object";
import { kratix } from "../../../components/tenancy/kratix";
import { orderedKinds } from "../../../components/tenancy/kratix-delivery";
import { orderDefinition } from "../../../components/tenancy/order-api";
import {
    orderedNamespace,
    ORDERED,
    quotaWords,
    words,
} from "../../../components/tenancy/order-words";
import { tiers } from "../../../components/base/tiers";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { alone, everything } from "../variants";

/** yq of its author, of which Debian's is another program. */
function findYq(): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return folders
        .flatMap((folder) => findExecutable("yq", [folder]) ?? [])
        .find((file) =>
            spawnSync(file, ["--version"], { encoding: "utf8" }).stdout.includes("mikefarah"),
        );
}

interface Order {
    readonly name: string;
    readonly spec: Readonly<Record<string, unknown>>;
}

/** What the API server adds of the defaults. */
const quota = {
    ...{ cpu: 4, memory: 8, cpuLimit: 8, memoryLimit: 16 },
    ...{ claims: 20, pods: 100, storage: 100 },
};

const blue: Order = {
    name: "blue",
    spec: {
        kind: "virtual-cluster",
        group: "team-blue",
        costLabel: "sales-4711",
        backup: 1,
        quota,
    },
};

const green: Order = {
    name: "green",
    spec: { kind: "namespace", group: "team-green", costLabel: "research", backup: 2, quota },
};

/** An entry has no tier where its order must have one. */
const withoutTier = ({ metadata, ...rest }: Manifest): Manifest => {
    const { "platform/backup-tier": tier, ...labels } = metadata.labels ?? {};
    const { "platform/keeps-nothing": reason, ...annotations } = metadata.annotations ?? {};
    assert.ok(rest.kind !== "Namespace" || tier !== undefined || reason !== undefined);
    return { ...rest, metadata: { ...metadata, labels, annotations } };
};

describe("the program that carries orders out", () => {
    const yq = findYq();
    let stack: RecordedStack;
    let folder: string;

    before(async function () {
        stack = await everything();
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "order-"));
        const { data } = stack.object("ConfigMap/orders/virtual-cluster-place");
        assert.ok(isRecord(data));
        for (const [name, text] of Object.entries(data)) {
            fs.writeFileSync(path.join(folder, name), String(text));
        }
        if (yq === undefined) {
            console.log("    (no yq of Mike Farah's, 5 tests of the program skipped)");
        }
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Runs the program as Kratix does, on folders of its own. */
    function place(test: Mocha.Context, { name, spec }: Order) {
        needsCharts(test, stack);
        if (yq === undefined) {
            test.skip();
        }
        const kratixFolder = fs.mkdtempSync(path.join(folder, "kratix-"));
        for (const part of ["input", "output", "metadata"]) {
            fs.mkdirSync(path.join(kratixFolder, part));
        }
        const order = {
            apiVersion: "orders.platform/v1",
            kind: "TenantOrder",
            metadata: { name, namespace: "orders" },
            spec,
        };
        fs.writeFileSync(path.join(kratixFolder, "input", "object.yaml"), yaml.dump(order));
        const { status, stderr } = spawnSync("/bin/sh", [path.join(folder, "place.sh")], {
            encoding: "utf8",
            env: { PATH: `${path.dirname(yq)}:${process.env.PATH ?? ""}`, KRATIX: kratixFolder },
        });
        assert.equal(status, 0, stderr);
        const read = (...parts: string[]) =>
            fs.readFileSync(path.join(kratixFolder, ...parts), "utf8");
        const text = read("output", "place.yaml");
        const objects = yaml.loadAll(text) as (Manifest | null)[];
        return {
            text,
            objects: objects.filter((object) => object !== null),
            status: yaml.load(read("metadata", "status.yaml")) as Record<string, string>,
        };
    }

    /** The objects of an entry as an order would have them: another namespace, another owner. */
    function entry(name: string, namespace: string): Map<string, Manifest> {
        const own = stack.resources
            .map(({ inputs }) => inputs)
            .filter(
                (inputs): inputs is Manifest =>
                    typeof inputs.kind === "string" &&
                    isRecord(inputs.metadata) &&
                    (inputs.metadata.namespace === `tenant-${name}` ||
                        (inputs.kind === "Namespace" && inputs.metadata.name === `tenant-${name}`)),
            );
        return new Map(
            own.map((manifest) => {
                const text = JSON.stringify(manifest)
                    .replaceAll(`tenant-${name}`, namespace)
                    .replaceAll(
                        '"app.kubernetes.io/managed-by":"pulumi"',
                        '"app.kubernetes.io/managed-by":"kratix"',
                    );
                const renamed = withoutTier(JSON.parse(text) as Manifest);
                return [objectKey(renamed), renamed] as const;
            }),
        );
    }

    function made(objects: readonly Manifest[]): Map<string, Manifest> {
        return new Map(
            objects.map((manifest) => {
                const { "argocd.argoproj.io/sync-options": asked, ...annotations } =
                    manifest.metadata.annotations ?? {};
                assert.equal(asked !== undefined, manifest.kind === "Namespace");
                const { metadata } = manifest;
                const plain = withoutTier({
                    ...manifest,
                    metadata: { ...metadata, annotations },
                });
                return [objectKey(plain), plain] as const;
            }),
        );
    }

    /** Without empty maps, which the API server leaves out, and the digest of the name in a text. */
    const bare = (manifest: Manifest | undefined): unknown =>
        manifest &&
        JSON.parse(
            JSON.stringify(manifest, (key, value: unknown) =>
                key === "vClusterConfigHash" ||
                (key === "annotations" && !JSON.stringify(value).includes("platform/")) ||
                (isRecord(value) && Object.keys(value).length === 0)
                    ? undefined
                    : value,
            ),
        );

    it("makes of a virtual cluster what an entry does, its configuration by another way", function () {
        const { objects, status } = place(this, blue);
        const namespace = "ordered-1-blue";
        const expected = entry("blue", namespace);
        const actual = made(objects);
        const configuration = `Secret/${namespace}/vc-config-blue`;
        const [secret] = [expected.get(configuration)];
        expected.delete(configuration);
        const fake = actual.get(`Fake/${namespace}/vc-config-blue`);
        const external = actual.get(`ExternalSecret/${namespace}/vc-config-blue`);
        actual.delete(`Fake/${namespace}/vc-config-blue`);
        actual.delete(`ExternalSecret/${namespace}/vc-config-blue`);
        assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
        for (const [key, manifest] of expected) {
            assert.deepEqual(bare(actual.get(key)), bare(manifest), key);
        }
        assert.ok(isRecord(secret?.stringData) && isRecord(fake?.spec));
        assert.deepEqual(fake.spec.data, { "config.yaml": secret.stringData["config.yaml"] });
        assert.ok(isRecord(external?.spec));
        assert.deepEqual(external.spec.target, { name: "vc-config-blue", creationPolicy: "Owner" });
        assert.equal(status.namespace, namespace);
    });

    it("makes of a namespace what an entry does, without pages", function () {
        const { objects } = place(this, green);
        const namespace = "ordered-2-green";
        const expected = entry("green", namespace);
        const actual = made(objects);
        for (const [key, manifest] of actual) {
            const other = expected.get(key);
            if (manifest.kind !== "Namespace") {
                // An entry with a page lets the gateway in.
                assert.deepEqual(bare(manifest), bare(other), key);
            }
        }
        const further = [...expected.keys()].filter((key) => !actual.has(key));
        assert.ok(
            further.every((key) => /\/(green|.*green-in|tenant-green.*)$|Route|Policy\//.test(key)),
            further.join(),
        );
        const labels = actual.get(`Namespace/${namespace}`)?.metadata.labels ?? {};
        assert.equal(labels["platform/tenant"], "green");
        assert.equal(labels["platform/cost"], "research");
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
    });

    it("gives the tier, the quota, the payer and the people that the order says", function () {
        const { objects } = place(this, {
            name: "red",
            spec: {
                ...{ kind: "namespace", group: "team_red", costLabel: "Sales.4711_x", backup: 0 },
                quota: { ...quota, cpu: 0.5, memory: 2, pods: 7, storage: 1 },
            },
        });
        const find = (kind: string) => objects.find((object) => object.kind === kind);
        const namespace = find("Namespace");
        assert.equal(namespace?.metadata.name, "ordered-0-red");
        assert.equal(namespace.metadata.labels?.["platform/backup-tier"], "0");
        assert.equal(namespace.metadata.labels["platform/cost"], "Sales.4711_x");
        const { hard } = (find("ResourceQuota")?.spec ?? {}) as { hard?: Record<string, string> };
        assert.deepEqual(
            [hard?.["requests.cpu"], hard?.["requests.memory"], hard?.pods],
            ["0.5", "2Gi", "7"],
        );
        assert.equal(hard?.["requests.storage"], "1Gi");
        assert.match(JSON.stringify(find("RoleBinding")?.subjects), /oidc:team_red/);
    });

    it("leaves no word behind, whatever the name of an order", function () {
        for (const name of ["a", "ordergroup", "x".repeat(20)]) {
            const { text } = place(this, { ...blue, name });
            const left = [...Object.values(words), ...Object.values(quotaWords)].filter(
                (word) => text.includes(String(word)) && !name.includes(String(word)),
            );
            assert.deepEqual(left, []);
        }
    });

    it("makes kinds that Argo CD may deliver, and every one of these", function () {
        const kinds = new Set<string>();
        for (const order of [blue, green]) {
            place(this, order).objects.forEach(({ apiVersion, kind }) => {
                kinds.add(`${apiVersion.includes("/") ? apiVersion.split("/")[0] : ""}/${kind}`);
            });
        }
        kinds.delete("/Namespace");
        assert.deepEqual(
            [...kinds].sort(),
            orderedKinds.map(({ group, kind }) => `${group}/${kind}`).sort(),
        );
    });
});

describe("an order", () => {
    const taken = { names: ["blue"], groups: ["team-blue", "platform-admin"] };

    function schemaOf(key: string): unknown {
        const found: unknown = key
            .split(".")
            .reduce<unknown>(
                (tree, part) =>
                    isRecord(tree) || Array.isArray(tree) ? Reflect.get(tree, part) : undefined,
                orderDefinition(taken),
            );
        return found;
    }

    it("has the shape of an entry, with the quota of the tier as its limit and default", () => {
        const spec = schemaOf("spec.versions.0.schema.openAPIV3Schema.properties.spec");
        assert.ok(isRecord(spec) && isRecord(spec.properties));
        assert.deepEqual(Object.keys(spec.properties).sort(), [
            ...["backup", "costLabel", "group", "kind", "quota"],
        ]);
        assert.deepEqual(spec.required, ["group", "costLabel"]);
        const { quota: own } = spec.properties;
        assert.ok(isRecord(own) && isRecord(own.properties) && isRecord(own.properties.cpu));
        assert.equal(own.properties.cpu.maximum, Number(tiers.tenant.quota["requests.cpu"]));
        assert.equal(own.properties.cpu.default, own.properties.cpu.maximum);
    });

    it("says nothing that a structural schema may not", () => {
        const text = JSON.stringify(orderDefinition(taken));
        for (const word of ["$schema", "additionalProperties", "allowed", "anyOf"]) {
            assert.ok(!text.includes(`"${word}"`), word);
        }
    });

    it("takes neither name nor group of a tenant of the settings", () => {
        const rules = JSON.stringify(
            schemaOf("spec.versions.0.schema.openAPIV3Schema.x-kubernetes-validations"),
        );
        assert.match(rules, /metadata\.name in \[\\"blue\\"\]/);
        assert.match(rules, /group in \[\\"team-blue\\",\\"platform-admin\\"\]/);
    });

    it("has words that are none the start of another", () => {
        const all = [...Object.values(words), ...Object.values(quotaWords)].map(String);
        for (const word of all) {
            assert.deepEqual(
                all.filter((other) => other !== word && other.includes(word)),
                [],
            );
        }
        assert.ok(orderedNamespace(words).startsWith(ORDERED));
    });
});

describe("Kratix", () => {
    it("is built alone, with what delivers and what its virtual clusters read", async () => {
        const stack = await alone(kratix);
        assert.ok(stack.object("Promise/virtual-cluster"));
        assert.ok(stack.object("Application/argocd/orders"));
    });
});
