/** Where the configuration that a node runs is not the one that was applied. Pure. */
import * as yaml from "js-yaml";
import { isRecord } from "../../components/base/object";

/**
 * What an upgrade writes into a node's configuration by itself, and Pulumi leaves alone
 * (docs/upgrades.md): the paths end in one of these.
 */
const OF_UPGRADES = [
    /^machine\.install\.image$/,
    /^machine\.kubelet\.image$/,
    /^cluster\.(apiServer|controllerManager|scheduler|proxy)\.image$/,
];

/** Documents by their kind and name; the first one has neither. */
function documentsOf(text: string): Record<string, unknown> {
    return Object.fromEntries(
        yaml.loadAll(text, null, { schema: yaml.JSON_SCHEMA }).flatMap((document) => {
            if (!isRecord(document)) {
                return [];
            }
            const { kind, name } = document;
            const key = [kind, name].filter((part) => typeof part === "string").join("/");
            return [[key, document]];
        }),
    );
}

function isEmpty(value: unknown): boolean {
    return (
        value === undefined ||
        value === null ||
        (Array.isArray(value) && value.length === 0) ||
        (isRecord(value) && Object.values(value).every(isEmpty))
    );
}

function differ(one: unknown, other: unknown, path: string, found: string[]): void {
    if (isEmpty(one) && isEmpty(other)) {
        return;
    }
    if (isRecord(one) && isRecord(other)) {
        for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
            differ(one[key], other[key], path === "" ? key : `${path}.${key}`, found);
        }
        return;
    }
    if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
        one.forEach((item, index) => {
            differ(item, other[index], `${path}[${index}]`, found);
        });
        return;
    }
    if (JSON.stringify(one) !== JSON.stringify(other)) {
        found.push(path);
    }
}

/**
 * Paths at which two configurations differ, without any value: they are full of secrets. Comments, the
 * order of keys and what is empty do not count: `upgrade-k8s` writes all of it anew.
 *
 * @throws Error when one of them cannot be read, without its text
 */
export function configurationDifferences(applied: string, running: string): string[] {
    let documents: Record<string, unknown>[];
    try {
        documents = [applied, running].map(documentsOf);
    } catch {
        throw new Error("its machine configuration cannot be read");
    }
    const [one = {}, other = {}] = documents;
    const found: string[] = [];
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
        differ(one[key], other[key], key === "" ? "" : `${key}:`, found);
    }
    return found
        .map((path) => path.replace(":.", ": "))
        .filter((path) => !OF_UPGRADES.some((form) => form.test(path)));
}
