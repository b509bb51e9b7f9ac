/** The machine-readable form of a rehearsal: one JSON document (design.md). */
import { agreementDocument } from "./agreement/report";
import { drainDocument } from "./drain/report";
import { lossDocument } from "./loss/report";
import type { Outcome } from "./run";

/** The whole document; warnings and refusals in the API server's words. */
export function rehearsalDocument(outcome: Outcome): Record<string, unknown> {
    const { stack, missing, applied, skipped, refusedStandIns, placement, admission } = outcome;
    const { again, losses, drains, change, picture, agreement, seconds } = outcome;
    return {
        stack,
        notRendered: missing,
        sent: applied.sent,
        accepted: applied.accepted,
        judgedOnly: applied.judgedOnly,
        refused: applied.refused,
        warnings: [...applied.warnings].map(([warning, objects]) => ({ warning, objects })),
        skipped,
        refusedStandIns,
        withoutStandIns: outcome.withoutStandIns,
        wanted: placement.wanted,
        placed: placement.placed,
        misplaced: placement.misplaced,
        admission: { ...admission, levels: Object.fromEntries(admission.levels) },
        secondApply: again === undefined ? undefined : { changed: again },
        losses: lossDocument(losses),
        drains: drainDocument(drains),
        change,
        picture,
        agreement: agreement === undefined ? undefined : agreementDocument(agreement),
        seconds,
    };
}
