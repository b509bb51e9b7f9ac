/** What a CRD really holds: a plan has only the digest of it. Pure. */
import { crdType, type Manifest } from "../../components/base/object";
import type { ResourcePair } from "./pairs";

/** Finds the content of a digest; undefined where this machine does not have it. */
export type ContentOf = (digest: string) => Manifest | undefined;

type Inputs = Readonly<Record<string, unknown>>;

/** The inputs of both sides of a CRD with its schemas, where both are at hand; else as they are. */
export function withContents(
    { before, after }: ResourcePair,
    contentOf: ContentOf,
): readonly [before: Inputs, after: Inputs] {
    const digests = [before, after].map(({ inputs }) => inputs.digest);
    if (after.type !== crdType || digests[0] === digests[1]) {
        return [before.inputs, after.inputs];
    }
    const [old, now] = digests.map((digest) =>
        typeof digest === "string" ? contentOf(digest) : undefined,
    );
    if (old === undefined || now === undefined) {
        return [before.inputs, after.inputs];
    }
    const opened = (inputs: Inputs, { spec }: Manifest): Inputs => ({
        ...Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "digest")),
        spec,
    });
    return [opened(before.inputs, old), opened(after.inputs, now)];
}
