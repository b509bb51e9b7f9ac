/** Every alert and scrape that a system declares, found by the names of files and exports. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { z } from "zod";

export const root = path.join(__dirname, "..", "..");
const load = createRequire(__filename);

const duration = z.string().regex(/^[1-9]\d*[smhd]$/);
const text = z.string().regex(/^\S.*\S$/);

const alert = z.strictObject({
    name: z.string().regex(/^[A-Z][A-Za-z0-9]+$/),
    expression: text,
    for: duration,
    severity: z.enum(["critical", "warning", "info", "none"]),
    summary: text.max(120),
    description: text,
    explains: z
        .array(
            z.strictObject({
                alerts: z.array(z.string()).min(1),
                equal: z.array(z.string()).min(1).optional(),
            }),
        )
        .optional(),
});

const labels = z.record(z.string(), z.string());

const scrape = z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    job: z.string().optional(),
    namespace: z.string().optional(),
    pods: labels,
    podLabels: z.array(z.string()).optional(),
    port: z.string(),
    number: z.int().min(1).max(65535),
    path: z.string().startsWith("/").optional(),
    https: z
        .union([
            z.strictObject({ unverified: text }),
            z.strictObject({
                serverName: z.string(),
                authority: z.strictObject({ secret: z.string(), key: z.string() }),
            }),
        ])
        .optional(),
    hostNetwork: z.literal(true).optional(),
    interval: z.int().min(5).optional(),
    byChart: z.literal(true).optional(),
    pushed: z.literal(true).optional(),
    metrics: z.array(z.strictObject({ source: text, names: z.array(z.string()).min(1) })),
});

/** An alert and the file, without its folder and ending, that declares it. */
export type DeclaredAlert = z.infer<typeof alert> & { readonly file: string };
export type DeclaredScrape = z.infer<typeof scrape> & { readonly file: string };

interface Export {
    readonly file: string;
    readonly name: string;
    readonly value: unknown;
}

function exportsOf(ending: string): Export[] {
    const components = path.join(root, "components");
    return fs
        .readdirSync(components, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith("-alerts.ts"))
        .sort()
        .flatMap((file) => {
            const module: unknown = load(path.join(components, file));
            return Object.entries(z.record(z.string(), z.unknown()).parse(module))
                .filter(([name]) => name.endsWith(ending))
                .map(([name, value]) => ({ file: path.basename(file, "-alerts.ts"), name, value }));
        });
}

/** What a function says of one thing: its name, and as many pods as it has in production. */
function called(value: unknown): unknown {
    return typeof value === "function" ? Reflect.apply(value, undefined, ["sample", 3]) : value;
}

export const alerts: readonly DeclaredAlert[] = exportsOf("Alerts").flatMap(({ file, value }) =>
    z
        .array(alert)
        .parse(value)
        .map((declared) => ({ ...declared, file })),
);

export const scrapes: readonly DeclaredScrape[] = exportsOf("Scrapes").flatMap(({ file, value }) =>
    z
        .array(scrape)
        .parse(called(value))
        .map((declared) => ({ ...declared, file })),
);

const events = z.union([
    z.strictObject({ total: text, good: text }),
    z.strictObject({ total: text, errors: text }),
]);

const objective = z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/),
    percent: z.number().gt(0).lt(100),
    indicator: z.union([z.strictObject({ events }), z.strictObject({ share: text })]),
    description: text.regex(/\.$/),
    alert: z.string().regex(/^[A-Z][A-Za-z0-9]+ErrorBudgetBurn$/),
    spared: z
        .union([z.strictObject({ entirely: text }), z.strictObject({ butKilled: text })])
        .optional(),
});

/** An objective and the file that declares it. */
export type DeclaredObjective = z.infer<typeof objective> & { readonly file: string };

export const objectives: readonly DeclaredObjective[] = exportsOf("Objectives").flatMap(
    ({ file, value }) =>
        z
            .array(objective)
            .parse(value)
            .map((declared) => ({ ...declared, file })),
);

/** Series that rules of the platform record. */
export const records: readonly string[] = exportsOf("Records").flatMap(({ value }) =>
    z.array(z.string()).parse(value),
);
