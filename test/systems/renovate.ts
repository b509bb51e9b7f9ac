/**
 * What Renovate finds by the custom managers of `renovate.json`, in the same way: each regular
 * expression over the text of a file, then the templates with its groups
 * (renovate: lib/modules/manager/custom/regex/{strategies,utils}.ts).
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";

const root = path.join(__dirname, "..", "..");

const template = z.string().optional();
const configuration = z.object({
    customManagers: z.array(
        z.strictObject({
            customType: z.literal("regex"),
            description: z.string(),
            managerFilePatterns: z.array(z.string().regex(/^\/.+\/$/)).min(1),
            matchStrings: z.array(z.string()).min(1),
            datasourceTemplate: template,
            packageNameTemplate: template,
            versioningTemplate: template,
        }),
    ),
});

export const { customManagers } = configuration.parse(
    JSON.parse(fs.readFileSync(path.join(root, "renovate.json"), "utf8")),
);

/** One dependency that Renovate updates. */
export interface Dependency {
    readonly datasource: string | undefined;
    /** What Renovate asks the datasource for. */
    readonly packageName: string | undefined;
    readonly version: string | undefined;
    readonly registry: string | undefined;
}

function filled(text: string | undefined, groups: Readonly<Record<string, string | undefined>>) {
    return text?.replaceAll(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => groups[name] ?? "");
}

/**
 * The dependencies in a file.
 *
 * @param file path in the repository
 */
export function dependenciesIn(file: string, text: string): Dependency[] {
    return customManagers
        .filter(({ managerFilePatterns }) =>
            managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
        )
        .flatMap(({ matchStrings, datasourceTemplate, packageNameTemplate }) =>
            matchStrings
                .flatMap((expression) => [...text.matchAll(new RegExp(expression, "g"))])
                .map(({ groups = {} }: { groups?: Record<string, string | undefined> }) => ({
                    datasource: filled(datasourceTemplate, groups) ?? groups.datasource,
                    packageName:
                        filled(packageNameTemplate, groups) ?? groups.packageName ?? groups.depName,
                    version: groups.currentValue,
                    registry: groups.registryUrl,
                })),
        );
}

/** Every file below `components/`, with its text. */
export const componentFiles: readonly { readonly file: string; readonly text: string }[] = fs
    .readdirSync(path.join(root, "components"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
        const file = path.posix.join("components", name.split(path.sep).join("/"));
        return { file, text: fs.readFileSync(path.join(root, file), "utf8") };
    });
