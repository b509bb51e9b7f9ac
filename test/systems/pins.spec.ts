/** Renovate finds every pin, wherever it stands. */
import assert from "node:assert/strict";
import ts from "typescript";
import type { AnyDefinition } from "../../components/base/definition";
import type { ChartPin, ImagePin } from "../../components/base/pins";
import { systems } from "../../components/systems";
import { componentFiles, customManagers, dependenciesIn, type Dependency } from "./renovate";

const definitions: readonly AnyDefinition[] = systems;

function show({ datasource, packageName, version, registry }: Dependency): string {
    return [datasource, packageName, version, registry].join(" ").trim();
}

/** What Renovate must know of a chart. */
function ofChart({ chart, version, repository, manifests }: ChartPin): string {
    if (manifests !== undefined) {
        const project = repository.replace("https://github.com/", "");
        return `github-tags ${project} ${version}`;
    }
    return repository.startsWith("oci://")
        ? `docker ${repository.replace("oci://", "").replace(/\/$/, "")}/${chart} ${version}`
        : `helm ${chart} ${version} ${repository}`;
}

function ofImage({ repository, tag }: ImagePin): string {
    return `docker ${repository} ${tag}`;
}

/** Calls that pin something: of a function of `base/pins.ts`, by its name there. */
function pinningCalls(file: string, text: string): string[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const pinning = new Map<string, string>();
    const calls: string[] = [];
    const visit = (node: ts.Node): void => {
        if (
            ts.isImportDeclaration(node) &&
            ts.isStringLiteral(node.moduleSpecifier) &&
            /(^|\/)pins$/.test(node.moduleSpecifier.text)
        ) {
            const bindings = node.importClause?.namedBindings;
            assert.ok(bindings === undefined || ts.isNamedImports(bindings), `${file}: * as pins`);
            for (const { name, propertyName } of bindings?.elements ?? []) {
                pinning.set(name.text, (propertyName ?? name).text);
            }
        }
        if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
            const name = pinning.get(node.expression.text);
            if (name !== undefined) {
                calls.push(name);
            }
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return calls;
}

const found = componentFiles.map(({ file, text }) => ({
    file,
    calls: pinningCalls(file, text),
    dependencies: dependenciesIn(file, text),
}));

/** Files with single releases, which are no calls. */
const SINGLE = ["components/versions.ts", "components/edge/releases.ts"];

describe("pins", () => {
    it("are found where they stand: as many as there are calls, file by file", () => {
        const missed = found
            .filter(({ file }) => !SINGLE.includes(file))
            .filter(({ calls, dependencies }) => calls.length !== dependencies.length)
            .map(
                ({ file, calls, dependencies }) =>
                    `${file}: ${calls.join()} ${dependencies.length}`,
            );
        assert.deepEqual(missed, []);
        assert.ok(found.flatMap(({ calls }) => calls).length > 15);
    });

    it("are found with their datasource, name, version and registry", () => {
        const expected = definitions.flatMap(({ charts, images }) => [
            ...Object.values(charts).map(ofChart),
            ...Object.values(images).map(ofImage),
        ]);
        const seen = found
            .filter(({ file }) => !SINGLE.includes(file))
            .flatMap(({ dependencies }) => dependencies.map(show));
        assert.deepEqual(seen.sort(), expected.sort());
    });

    it("of Talos, Kubernetes and helm are found too", () => {
        const versions = found.find(({ file }) => file === "components/versions.ts");
        assert.deepEqual(
            versions?.dependencies.map(({ packageName }) => packageName),
            ["siderolabs/talos", "kubernetes/kubernetes", "helm.sh/helm/v3"],
        );
        const edge = found.find(({ file }) => file === "components/edge/releases.ts");
        assert.deepEqual(
            edge?.dependencies.map(({ packageName }) => packageName),
            ["k3s-io/k3s", "fluxcd-community/helm-charts"],
        );
    });

    const written = (call: string) => dependenciesIn("components/ml/sample.ts", call).map(show);

    it("of a registry's chart are looked up as its images are", () => {
        for (const folder of ["oci://ghcr.io/example/charts", "oci://ghcr.io/example/charts/"]) {
            assert.deepEqual(written(`charts: { a: chart("a", "1.2.3", "${folder}") },`), [
                "docker ghcr.io/example/charts/a 1.2.3",
            ]);
        }
    });

    it("are found on one line and on several", () => {
        const call = 'image(\n    "ghcr.io/example/a",\n    "v1.2.3",\n)';
        assert.deepEqual(written(call), ["docker ghcr.io/example/a v1.2.3"]);
    });

    it("are not found in what is no literal, so that the first test fails for it", () => {
        assert.deepEqual(written('chart("a", version, "https://example.org")'), []);
        assert.deepEqual(written('chart("a", "1.2.3", REPOSITORY)'), []);
        assert.deepEqual(written('image("ghcr.io/example/a", `v${version}`)'), []);
        const text = 'import { image } from "../base/pins";\nimage("ghcr.io/example/a", tag);';
        assert.deepEqual(pinningCalls("components/ml/sample.ts", text), ["image"]);
    });

    it("are looked for with expressions that RE2, Renovate's engine, can read", () => {
        for (const expression of customManagers.flatMap(({ matchStrings }) => matchStrings)) {
            assert.doesNotMatch(expression, /\(\?(?:[=!]|<[=!])|\\[1-9]/);
        }
    });
});
