/** What the engine would change, as findings. Pure. */
import type { EngineOutcome } from "../../preview/engine/engine-preview";
import { standingOf } from "../../preview/scorecard/judged";

/**
 * One sentence per change, and per thing that kept the engine from saying so. It ends with a failure for
 * violations too, which are no drift: npm run preview names them.
 */
export function engineFindings({
    changes,
    errors,
    code,
    judged,
}: Pick<EngineOutcome, "changes" | "errors" | "code" | "judged">): string[] {
    const changed = changes.map(
        ({ operation, urn, type }) =>
            `An update would ${operation} ${type.split(":").at(-1) ?? type} ${urn.split("::").at(-1) ?? urn}.`,
    );
    const isReady = judged === undefined || standingOf(judged).ready;
    const isSilent = code !== 0 && isReady && changed.length + errors.length === 0;
    return [...changed, ...errors, ...(isSilent ? [`pulumi preview ended with ${code}.`] : [])];
}
