/**
 * Tenants that stand in files of their own, `tenants/<stack>/<name>.yaml` beside the stack's file: an
 * order from the portal is one more file, and two of them never meet in one line.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { Fault } from "./base/definition";

/** What the files say. */
export interface TenantFiles {
    /** One for each file, as it is written; the schema of `tenants` judges it. */
    readonly tenants: readonly unknown[];
    readonly faults: readonly Fault[];
}

/** The files of a folder, by their names. */
function yamlFiles(folder: string): string[] {
    return fs.existsSync(folder)
        ? fs
              .readdirSync(folder)
              .filter((name) => /\.ya?ml$/.test(name))
              .sort()
        : [];
}

function read(file: string): unknown {
    try {
        return yaml.load(fs.readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}

/**
 * Reads them.
 *
 * @param root folder of the stack's file
 */
export function tenantFiles(root: string, stack: string): TenantFiles {
    const folder = path.join("tenants", stack);
    const found = yamlFiles(path.join(root, folder)).map((name) => ({
        key: path.join(folder, name),
        stem: name.replace(/\.ya?ml$/, ""),
        value: read(path.join(root, folder, name)),
    }));
    const isTenant = (value: unknown): value is { readonly name?: unknown } =>
        typeof value === "object" && value !== null && !Array.isArray(value);
    return {
        tenants: found.flatMap(({ value }) => (isTenant(value) ? [value] : [])),
        faults: found.flatMap(({ key, stem, value }): Fault[] => {
            if (!isTenant(value)) {
                return [
                    {
                        key,
                        found: "no entry of a tenant",
                        allowed: "one, as docs/tenants.md has it",
                    },
                ];
            }
            return value.name === stem
                ? []
                : [
                      {
                          key: `${key}: name`,
                          found: typeof value.name === "string" ? value.name : "nothing",
                          allowed: `${stem}, as the file is called`,
                      },
                  ];
        }),
    };
}
