/** The portal: what it knows, what it may read, and how an order becomes an entry. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { backstage as definition } from "../../../components/delivery/backstage";
import { type Entity } from "../../../components/delivery/backstage-catalog";
import { tenantFile, tenantTemplate } from "../../../components/delivery/backstage-template";
import { parseEntries } from "../../../components/settings";
import { tenantFiles } from "../../../components/tenant-files";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { everything } from "../variants";

function entitiesOf(part: RecordedStack): Entity[] {
    const { data } = part.object("ConfigMap/backstage/backstage-platform") as unknown as {
        readonly data: Readonly<Record<string, string>>;
    };
    return ["catalog.yaml", "templates.yaml"].flatMap((name) => {
        const text = data[name];
        return text === undefined ? [] : (yaml.loadAll(text) as Entity[]);
    });
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
const nameOf = ({ kind, metadata }: Entity) => `${kind.toLowerCase()}:${metadata.name}`;

/** Of @backstage/catalog-model. */
interface Policy {
    enforce(entity: unknown): Promise<unknown>;
}

describe("Backstage", () => {
    let prod: RecordedStack;
    let all: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("backstage");
        all = (await everything()).component("backstage");
    });

    it("knows every system that is on, each entity once, and nothing that is not there", () => {
        for (const part of [prod, all]) {
            const entities = entitiesOf(part);
            const names = entities.map(nameOf);
            assert.deepEqual(
                names.filter((name, index) => names.indexOf(name) < index),
                [],
            );
            const references = entities.flatMap(({ spec }) => [
                textOf(spec.owner) ?? "group:platform-admin",
                ...((spec.dependsOn ?? []) as string[]),
                ...[textOf(spec.system)].flatMap((name) =>
                    name === undefined ? [] : `system:${name}`,
                ),
                ...[textOf(spec.domain)].flatMap((name) =>
                    name === undefined ? [] : `domain:${name}`,
                ),
            ]);
            assert.deepEqual(
                references.filter((reference) => !names.includes(reference)),
                [],
            );
        }
        assert.ok(!entitiesOf(prod).map(nameOf).includes("component:argo-cd"));
        assert.ok(entitiesOf(all).map(nameOf).includes("component:argo-cd"));
        assert.ok(entitiesOf(all).map(nameOf).includes("resource:tenant-blue"));
    });

    it("has entities that Backstage takes", async function () {
        const from = createRequire(path.join(process.env.CATALOG_MODEL ?? __dirname, "x.js"));
        let model: Readonly<Record<string, unknown>>;
        try {
            model = from("@backstage/catalog-model") as Readonly<Record<string, unknown>>;
        } catch {
            console.log(
                "      (@backstage/catalog-model is not there: 1 check of the catalog skipped)",
            );
            this.skip();
        }
        const policies = ["DefaultNamespace", "SchemaValid", "FieldFormat"].map(
            (name) => new (model[`${name}EntityPolicy`] as new () => Policy)(),
        );
        for (const entity of entitiesOf(all)) {
            for (const policy of policies) {
                await policy.enforce(structuredClone(entity));
            }
            const validator = model[
                `${entity.kind.charAt(0).toLowerCase()}${entity.kind.slice(1)}EntityV1alpha1Validator`
            ] as { check(entity: unknown): Promise<boolean> } | undefined;
            if (entity.kind !== "Template") {
                assert.equal(await validator?.check(entity), true, nameOf(entity));
            }
        }
    });

    it("reads what runs, and no Secret or ConfigMap", () => {
        const { rules } = all.object("ClusterRole/portal-reader") as unknown as {
            readonly rules: readonly {
                readonly resources: readonly string[];
                readonly verbs: readonly string[];
            }[];
        };
        assert.deepEqual(
            [...new Set(rules.flatMap(({ verbs }) => verbs))],
            [...["get", "list", "watch"]],
        );
        const kinds = rules.flatMap(({ resources }) => resources);
        assert.ok(kinds.includes("pods") && kinds.includes("applications"));
        assert.ok(!kinds.includes("secrets") && !kinds.includes("configmaps"));
    });

    it("has two pods that fetch no plugin and write nowhere but to temporary volumes", function () {
        needsCharts(this, prod);
        const text = JSON.stringify(prod.object("Deployment/backstage/backstage").spec);
        assert.match(text, /"replicas":2/);
        assert.match(text, /quay\.io\/rhdh-community\/rhdh:1\.10\.3"/);
        assert.doesNotMatch(text, /"readOnlyRootFilesystem":false/);
        const { data } = prod.object("ConfigMap/backstage/backstage-platform") as unknown as {
            readonly data: Readonly<Record<string, string>>;
        };
        const { plugins } = yaml.load(data["dynamic-plugins.yaml"] ?? "") as {
            readonly plugins: readonly { readonly package: string }[];
        };
        assert.ok(plugins.every((plugin) => plugin.package.startsWith("./dynamic-plugins/dist/")));
    });

    it("reaches the internet only where something is ordered, with a token", () => {
        const flows = (part: RecordedStack) => JSON.stringify(part.ofKind("NetworkPolicy"));
        assert.doesNotMatch(flows(prod), /pull-requests/);
        assert.match(flows(all), /pull-requests/);
        const because = (orders: string | undefined) =>
            definition.secrets.portalToken.neededBecause({ orders });
        assert.equal(because(undefined), undefined);
        assert.match(because("a/b") ?? "", /orders is set/);
    });
});

describe("an order in the portal", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tenants-"));
    const write = (name: string, text: string) => {
        fs.mkdirSync(path.join(folder, "tenants/prod"), { recursive: true });
        fs.writeFileSync(path.join(folder, "tenants/prod", name), text);
    };
    afterEach(() => {
        fs.rmSync(path.join(folder, "tenants"), { recursive: true, force: true });
    });
    after(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const values: Readonly<Record<string, string>> = {
        ...{ name: "blue", kind: "namespace", group: "team-blue", backup: "1" },
        ...{ costLabel: "sales-4711", orderedBy: "user:default/anna" },
    };
    const filled = tenantFile.replaceAll(/\$\{\{ values\.(\w+) \}\}/g, (_, key: string) =>
        String(values[key]),
    );

    it("asks for exactly what an entry needs, in the form of the settings", () => {
        const { spec } = tenantTemplate(
            { owner: "example", name: "platform" },
            { stack: "prod", hasVirtualClusters: false },
        );
        const [{ required, properties }] = spec.parameters as [
            {
                required: string[];
                properties: Record<string, { pattern?: string; enum?: string[] }>;
            },
        ];
        const asked = [...tenantFile.matchAll(/values\.(\w+)/g)].map(([, key = ""]) => key);
        assert.deepEqual([...required, "orderedBy"].sort(), [...asked].sort());
        assert.deepEqual(properties.kind?.enum, ["namespace"]);
        for (const [name, isTaken] of [
            ["blue", true],
            ["b", true],
            ["Blue", false],
            ["1blue", false],
            ["blue-", false],
        ] as const) {
            assert.equal(new RegExp(properties.name?.pattern ?? "").test(name), isTaken, name);
        }
        assert.match(
            JSON.stringify(spec.steps),
            /tenants\/prod\/\$\{\{ parameters\.name \}\}\.yaml/,
        );
    });

    it("becomes a file that is an entry of the stack, after those of its own file", () => {
        write("blue.yaml", filled);
        const files = tenantFiles(folder, "prod");
        assert.deepEqual(files.faults, []);
        assert.deepEqual(files.tenants, [
            {
                ...{ name: "blue", kind: "namespace", group: "team-blue", backup: 1 },
                costLabel: "sales-4711",
            },
        ]);
        assert.deepEqual(tenantFiles(folder, "dev"), { tenants: [], faults: [] });
        const wrong = parseEntries([], "platform", {}, "2026-11-27", {
            tenants: [{ name: "Blue" }],
            faults: [],
        });
        assert.ok("faults" in wrong);
        assert.ok(wrong.faults.some(({ key }) => key === "platform:tenants[0].name"));
    });

    it("is refused in one sentence where a file is none, or is called otherwise", () => {
        write("green.yaml", filled);
        write("list.yaml", "- name: list\n");
        write("torn.yaml", "name: [torn\n");
        write("notes.txt", "not read");
        assert.deepEqual(
            tenantFiles(folder, "prod").faults.map(
                ({ key, found, allowed }) => `${key}: ${found}; ${allowed}`,
            ),
            [
                "tenants/prod/green.yaml: name: blue; green, as the file is called",
                "tenants/prod/list.yaml: no entry of a tenant; one, as docs/tenants.md has it",
                "tenants/prod/torn.yaml: no entry of a tenant; one, as docs/tenants.md has it",
            ],
        );
    });
});
