import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";

const root = path.join(__dirname, "..");
const cruiser = path.join(
    root,
    "node_modules",
    "dependency-cruiser",
    "bin",
    "dependency-cruise.mjs",
);

/** Layers from the lowest on, without the last, of which nobody may import anything. */
const LAYERS = [
    ...["foundation", "network", "security", "gateway", "storage", "data", "delivery", "apps"],
    ...["ml", "edge", "identity", "scaling", "secrets", "observability", "backup"],
];
const LAST = "components/tenancy/tenants";

/** Imports that must be found, by the rule that finds them. */
const FORBIDDEN: readonly (readonly [rule: string, from: string, to: string])[] = [
    ["components-stand-alone", "components/data/kafka", "policy/kernel/facts"],
    ["components-stand-alone", "components/base/object", "rehearsal/apply"],
    ["crds-stand-alone", "crds/provider", "rehearsal/apply"],
    ["kubernetes-client-stand-alone", "kubernetes-client/kubernetes", "crds/versions"],
    ["policy-stand-alone", "policy/kernel/facts", "preview/run"],
    ["rehearsal-stand-alone", "rehearsal/run", "scripts/flows"],
    ["mutation-stand-alone", "mutation/run", "rehearsal/run"],
    ["preview-stand-alone", "preview/run", "mutation/run"],
    ["operators-stand-alone", "operators/kafka", "components/base/object"],
    ["trust-stand-alone", "trust/registries", "operators/kafka"],
    ["nothing-imports-tests", "scripts/flows", "test/stacks"],
    ["policy-judges-by-its-own", "policy/criteria/cost/prices", "components/data/kafka"],
    ["base-below-layers", "components/base/object", "components/data/kafka"],
    ["data-below-others", "components/data/kafka", "components/identity/keycloak"],
    ...LAYERS.map((layer) => [`${layer}-below-others`, `components/${layer}/x`, LAST] as const),
    ["every-layer-has-its-place", "components/extras/toy", "components/base/object"],
    ["machines-and-cluster-apart", "components/cluster/talos", "components/data/kafka"],
    ["machines-below-cluster", "components/machines/machines", "components/cluster/talos"],
    ["layers-above-the-cluster", "components/apps/n8n", "components/cluster/talos"],
    ["kernel-below-engines", "policy/kubernetes/cron", "policy/engines/scheduling/proof"],
    ["engines-below-criteria", "policy/engines/scheduling/proof", "policy/criteria/cost/prices"],
    ["categories-apart", "policy/criteria/cost/prices", "policy/criteria/security/mesh"],
    ["sdk-patched-at-the-entrance", "policy/criteria/security/mesh", "policy/sdk/structs"],
];

/** Imports that are as they should be. */
const ALLOWED: readonly (readonly [from: string, to: string])[] = [
    ["components/identity/keycloak", "components/data/postgres"],
    ["components/data/postgres", "components/base/labels"],
    ["components/data/postgres", "operators/postgres"],
    ["components/base/labels", "trust/images"],
    ["components/cluster/talos", "components/machines/disks"],
    ["components/storage/ceph", "components/machines/disks"],
    ["policy/criteria/index", "policy/criteria/cost/budget"],
    ["policy/criteria/cost/budget", "policy/engines/scheduling/nodes"],
    ["policy/engines/scheduling/nodes", "policy/kernel/tree"],
    ["policy/engines/scheduling/nodes", "components/base/labels"],
    ["policy/pack", "policy/sdk/once"],
    ["operators/postgres", "operators/behaviour"],
    ["rehearsal/stack", "policy/kernel/tree"],
    ["rehearsal/stack", "preview/recorder"],
    ["rehearsal/apply", "kubernetes-client/kubernetes"],
    ["crds/provider", "kubernetes-client/kubernetes"],
    ["crds/provider", "components/base/object"],
    ["test/stacks", "mutation/judge"],
];

/** A circle of which only types know. */
const CIRCLE = [
    ["rehearsal/first", "rehearsal/second"],
    ["rehearsal/second", "rehearsal/third"],
    ["rehearsal/third", "rehearsal/first"],
] as const;

interface Violation {
    readonly from: string;
    readonly to: string;
    readonly rule: { readonly name: string };
}

function readRules(): readonly { readonly name: string }[] {
    const configuration = createRequire(__filename)("../.dependency-cruiser.cjs") as {
        readonly forbidden: readonly { readonly name: string }[];
    };
    return configuration.forbidden;
}

/** Writes files that import each other so, and lets the rules of the repository judge them. */
function violations(imports: readonly (readonly [from: string, to: string])[]): Violation[] {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dependencies-"));
    try {
        const lines = new Map<string, string[]>();
        for (const [from, to] of imports) {
            const target = path.relative(path.dirname(from), to);
            const written = lines.get(from) ?? [];
            const specifier = target.startsWith(".") ? target : `./${target}`;
            lines.set(from, [
                ...written,
                `import type { T${written.length} } from "${specifier}";`,
            ]);
            lines.set(to, lines.get(to) ?? []);
        }
        for (const [file, text] of lines) {
            const full = path.join(folder, `${file}.ts`);
            fs.mkdirSync(path.dirname(full), { recursive: true });
            fs.writeFileSync(full, [...text, "export {};\n"].join("\n"));
        }
        const output = execFileSync(
            process.execPath,
            [
                cruiser,
                ...["--config", path.join(root, ".dependency-cruiser.cjs")],
                ...["--output-type", "json", "."],
            ],
            { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
        );
        const { summary } = JSON.parse(output) as {
            readonly summary: { readonly violations: readonly Violation[] };
        };
        return [...summary.violations];
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

describe("the rules of who imports whom", () => {
    let found: ReadonlySet<string>;

    before(() => {
        const forbidden = FORBIDDEN.map(([, from, to]) => [from, to] as const);
        found = new Set(
            violations([...forbidden, ...ALLOWED, ...CIRCLE]).map(
                ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
            ),
        );
    });

    it("find a circle, though only types are in it", () => {
        const [first] = CIRCLE;
        assert.ok(found.has(`no-circle: ${first.join(".ts -> ")}.ts`), [...found].join("\n"));
    });

    it("are each tried here", () => {
        const tried = ["no-circle", ...FORBIDDEN.map(([rule]) => rule)];
        const rules = readRules().map(({ name }) => name);
        assert.deepEqual(
            rules.filter((rule) => !tried.includes(rule)),
            [],
        );
    });

    for (const [rule, from, to] of FORBIDDEN) {
        it(`refuse that ${from} imports ${to}`, () => {
            assert.ok(found.has(`${rule}: ${from}.ts -> ${to}.ts`), [...found].join("\n"));
        });
    }

    for (const [from, to] of ALLOWED) {
        it(`let ${from} import ${to}`, () => {
            const against = [...found].filter((line) => line.endsWith(`: ${from}.ts -> ${to}.ts`));
            assert.deepEqual(against, []);
        });
    }
});
