/** The objects of a previewed stack as other tools read them. Pure. */
import { isRecord } from "../../components/base/object";
import type { PreviewDocument } from "../../preview/document";

/** The value without what a preview does not show: secrets, and what only the update knows. */
function shown(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(shown).filter((item) => item !== undefined);
    }
    if (!isRecord(value)) {
        return value;
    }
    if (value.$secret === true || value.$unknown === true) {
        return undefined;
    }
    return Object.fromEntries(
        Object.entries(value)
            .map(([key, item]) => [key, shown(item)] as const)
            .filter(([, item]) => item !== undefined),
    );
}

/**
 * One YAML file of all objects, each a line of JSON. Patches are left out, because they are no whole
 * objects, and CRDs, because a preview has only their outlines.
 */
export function manifestsOf({ resources }: Pick<PreviewDocument, "resources">): string {
    return resources
        .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith("Patch"))
        .map(({ inputs }) => `${JSON.stringify(shown(inputs))}\n`)
        .join("---\n");
}
