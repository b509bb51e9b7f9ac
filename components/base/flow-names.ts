/**
 * Which rule of a NetworkPolicy is which flow. Rules have no names of their own, so an annotation
 * lists them in the order of the rules. Pure: no Pulumi.
 */
import { isRecord } from "./object";

/** Annotation of a NetworkPolicy: the names of its flows, in the order of its rules. */
export const FLOWS_ANNOTATION = "platform/flows";

const SEPARATOR = ",";

/** The value of {@link FLOWS_ANNOTATION} for some flows. */
export function joinFlowNames(flows: readonly { readonly name: string }[]): string {
    return flows.map(({ name }) => name).join(SEPARATOR);
}

/** The names of a policy's flows, in the order of its rules; none for a policy of somebody else. */
export function flowNamesOf(manifest: unknown): readonly string[] {
    const metadata = isRecord(manifest) ? manifest.metadata : undefined;
    const annotations = isRecord(metadata) ? metadata.annotations : undefined;
    const names = isRecord(annotations) ? annotations[FLOWS_ANNOTATION] : undefined;
    return typeof names === "string" && names !== "" ? names.split(SEPARATOR) : [];
}
