import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Manifest } from "../../../components/base/object";
import { findExecutable } from "../../../components/base/helm";
import { needsCharts } from "../../fixtures/stack";
import { CrdSchemas } from "../crd-schemas";
import { everything } from "../variants";

const text = fs.readFileSync(path.join(__dirname, "../../../docs/mesh.md"), "utf8");
const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].flatMap(
    ([, block = ""]) => yaml.loadAll(block) as Manifest[],
);

describe("the examples of the mesh", () => {
    it("show a waypoint, retries, outlier detection and a canary", () => {
        const kinds = new Set(examples.map(({ kind }) => kind));
        for (const kind of ["Gateway", "VirtualService", "DestinationRule", "HTTPRoute"]) {
            assert.ok(kinds.has(kind), kind);
        }
    });

    it("are what the kinds of the charts allow", async function () {
        const recorded = await everything();
        needsCharts(this, recorded);
        const schemas = new CrdSchemas(recorded.ofKind("CustomResourceDefinition"));
        for (const example of examples.filter(({ apiVersion }) => apiVersion !== "v1")) {
            assert.deepEqual(schemas.faults(example), [], example.kind);
        }
    });

    it("pass istioctl analyze, beside the namespace and the Services that they name", function () {
        const istioctl = findExecutable("istioctl", (process.env.PATH ?? "").split(path.delimiter));
        if (istioctl === undefined) {
            console.log(`    (istioctl is not on the PATH: ${examples.length} examples skipped)`);
            this.skip();
        }
        const service = (name: string) => ({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name, namespace: "shop", labels: { "istio.io/use-waypoint": "waypoint" } },
            spec: { selector: { app: name }, ports: [{ name: "http", port: 80 }] },
        });
        const around = [
            {
                apiVersion: "v1",
                kind: "Namespace",
                metadata: { name: "shop", labels: { "istio.io/dataplane-mode": "ambient" } },
            },
            ...["prices", "catalog-next", "catalog-stable"].map(service),
        ];
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mesh-"));
        try {
            const file = path.join(folder, "examples.yaml");
            fs.writeFileSync(
                file,
                [...around, ...examples].map((one) => yaml.dump(one)).join("---\n"),
            );
            const { stdout, stderr } = spawnSync(
                istioctl,
                ["analyze", "--use-kube=false", "--all-namespaces", file],
                { encoding: "utf8" },
            );
            assert.match(stdout + stderr, /No validation issues found/);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
