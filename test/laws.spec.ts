/** Laws over everything that both stacks register. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { withColdCache } from "../bench/cold";
import { isObjectType } from "../components/base/object";

interface Resource {
    urn: string;
    type: string;
    name: string;
    parent: string;
    custom: boolean;
    inputs: Record<string, unknown>;
    provider: string;
    protect: boolean;
}

interface Document {
    resources: Resource[];
    charts: { chart: string; rendered: boolean; reason?: string }[];
    violations: { level: string; message: string; policy: string }[];
    scorecard: { criteria: { id: string; subjects: number; judged: string[] }[] };
    outputs: Record<string, unknown>;
}

const root = path.join(__dirname, "..");

function preview(stack: string): Document {
    const flags = ["--require", "tsx/cjs", "--stack-trace-limit=0"];
    const { stdout, stderr } = spawnSync(
        process.execPath,
        [...flags, path.join(root, "preview", "start.js"), "--stack", stack, "--json"],
        { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout) as Document;
}

for (const stack of ["prod", "dev"]) {
    describe(`stack ${stack}`, () => {
        let document: Document;
        const objects = () => document.resources.filter(({ type }) => isObjectType(type));

        before(() => {
            document = preview(stack);
            const missing = document.charts.filter(({ rendered }) => !rendered).length;
            if (missing > 0) {
                console.log(`    (${missing} of ${document.charts.length} charts not at hand)`);
            }
        });

        it("has no mandatory violation", () => {
            const mandatory = document.violations.filter(({ level }) => level === "mandatory");
            assert.deepEqual(
                mandatory.map(({ message }) => message),
                [],
            );
        });

        it("has no policy that could not run", () => {
            const stuck = document.violations.filter(({ message }) =>
                message.includes("can't run"),
            );
            assert.deepEqual(stuck, []);
        });

        it("shows for every criterion what it judged: resources of the stack", () => {
            const known = new Set(document.resources.map(({ urn }) => urn));
            const { criteria } = document.scorecard;
            assert.deepEqual(
                criteria.flatMap(({ id, judged }) =>
                    judged.filter((urn) => !known.has(urn)).map((urn) => `${id} ${urn}`),
                ),
                [],
            );
            const bare = criteria.filter(
                ({ subjects, judged }) => subjects > 0 && judged.length === 0,
            );
            assert.deepEqual(
                bare.map(({ id }) => id),
                [],
            );
        });

        it("stays within the budget of 2500 resources that an engine handles well", () => {
            assert.ok(document.resources.length <= 2500, `${document.resources.length} resources`);
        });

        it("names every object itself: a generated name would be a new object at each update", () => {
            const generated = objects().filter(({ inputs }) => {
                const metadata = (inputs.metadata ?? {}) as Record<string, unknown>;
                return "generateName" in metadata || typeof metadata.name !== "string";
            });
            assert.deepEqual(
                generated.map(({ urn }) => urn),
                [],
            );
        });

        it("sends every object to the cluster of the stack, none to a default provider", () => {
            const lost = objects().filter(
                ({ type, provider }) =>
                    !provider.includes(`pulumi:providers:${type.split(":")[0] ?? ""}::`),
            );
            assert.deepEqual(
                lost.map(({ urn }) => urn),
                [],
            );
        });

        it("shows no secret and no private key", () => {
            const text = JSON.stringify(document);
            assert.doesNotMatch(text, /BEGIN [A-Z ]*PRIVATE KEY/);
            assert.doesNotMatch(text, /secret-of-the-stack/);
            for (const { inputs, urn } of objects()) {
                if (inputs.kind === "Secret" && inputs.stringData !== undefined) {
                    const shown = JSON.stringify(inputs.stringData);
                    assert.match(shown, /^\{"\$(secret|unknown)":true\}$/, urn);
                }
            }
        });

        it("protects machines and databases in prod only", () => {
            const guarded = document.resources.filter(
                ({ type }) => type.includes("vmLegacy") || type.endsWith("/v1:Cluster"),
            );
            assert.ok(guarded.length > 0);
            assert.ok(guarded.every(({ protect }) => protect === (stack === "prod")));
        });

        it("renders the same objects a second time, from nothing", async function () {
            if (document.charts.every(({ rendered }) => !rendered)) {
                this.skip();
            }
            this.timeout(180_000);
            const again = await withColdCache(() => preview(stack));
            const inputs = ({ resources }: Document) =>
                new Map(resources.map((resource) => [resource.urn, resource.inputs]));
            assert.deepEqual(inputs(again), inputs(document));
        });
    });
}

describe("both stacks", () => {
    it("register the same systems and differ only in data", () => {
        const components = (stack: string) =>
            preview(stack)
                .resources.map(({ type, name }) => `${type} ${name}`)
                .filter((name) => name.startsWith("platform:"))
                .filter((name) => !name.startsWith("platform:base:"))
                .sort();
        assert.deepEqual(components("dev"), components("prod"));
    });
});
