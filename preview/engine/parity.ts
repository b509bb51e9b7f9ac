/** Compares what the embedded preview and the engine say of one stack. */
import type { Judged } from "../scorecard/judged";

function difference(
    what: string,
    embedded: readonly string[],
    engine: readonly string[],
): string[] {
    const ours = new Set(embedded);
    const theirs = new Set(engine);
    return [
        ...[...ours]
            .filter((line) => !theirs.has(line))
            .map((line) => `only embedded: ${what} ${line}`),
        ...[...theirs]
            .filter((line) => !ours.has(line))
            .map((line) => `only engine: ${what} ${line}`),
    ];
}

/** Everything in which the two previews differ; nothing when they say the same. */
export function disagreements(embedded: Judged, engine: Judged): string[] {
    const compare = (what: string, lines: (judged: Judged) => readonly string[]) =>
        difference(what, lines(embedded), lines(engine));
    return [
        ...compare("resource", ({ resources }) =>
            resources.map(({ urn, parent }) => `${urn} below ${parent}`),
        ),
        ...compare("chart", ({ charts }) =>
            charts.map(
                ({ name, version, objects }) => `${name} ${version} with ${objects} objects`,
            ),
        ),
        ...compare("violation", ({ violations }) =>
            violations.map(
                ({ policy, level, urn, message }) => `${policy} (${level}) ${urn}: ${message}`,
            ),
        ),
        ...compare("verdict", ({ scorecard }) =>
            scorecard.criteria.map(
                ({ id, verdict, subjects, findings, judged }) =>
                    `${id} ${verdict}: ${subjects} subjects, ${findings.length} findings, ${judged.length} resources`,
            ),
        ),
        ...compare("finding", ({ scorecard }) =>
            scorecard.criteria.flatMap(({ id, findings }) =>
                findings.map(({ verdict, urn, message }) => `${id} ${verdict} ${urn}: ${message}`),
            ),
        ),
        ...compare("exception", ({ scorecard }) =>
            scorecard.exceptions.map(
                ({ criterion, resource, state }) => `${criterion} ${resource} ${state}`,
            ),
        ),
    ];
}
