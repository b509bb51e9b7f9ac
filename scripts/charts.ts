/**
 * `make charts`: fetches every pinned chart in parallel, checks it against `charts.lock.json` and
 * writes the digests of new pins there.
 */
import { cachePath, removeUnused } from "../components/base/cache-folder";
import { archiveName } from "../components/base/archive-places";
import { hostOf } from "../components/base/download-cause";
import { allCharts, archiveStore, requireSoundArchives } from "../components/context";
import { parseArguments } from "../preview/arguments";
import { runCommand } from "../preview/command";
import { groupBy, plural } from "../preview/scorecard/judged";
import { acquireHelm, noHelm, toolPathOf } from "./charts/acquire-helm";
import { requireMirror } from "./charts/mirror";

const USAGE = `Usage: npm run charts -- [--tolerant]

  --tolerant   a chart that cannot be had is counted, and no failure

Fetches every pinned chart, and helm where there is none; checks charts against charts.lock.json and
locks what upstream publishes at its first use. CHART_MIRROR names a directory, an https:// repository
or an oci:// registry that replaces every upstream: its digests are checked, but never locked.

Ends with 0 when every chart is there, 1 when one cannot be had, 2 on a mistake: also when an archive
is damaged or differs from charts.lock.json.`;

/** Renderings are made again in a second, and each change of a value makes another one. */
const DAYS_UNUSED = 30;
/** Seconds for one download: a preview goes on without, and must not take minutes. */
const PATIENCE = { tolerant: 30, strict: 120 } as const;

/** Seconds from which on somebody wonders where they go. */
const NOTEWORTHY = 2;

function tell(line: string): void {
    process.stdout.write(`${line}\n`);
}

/** The charts that are missing, once for each reason; where each has its own source, by host. */
function missingLines(
    missing: readonly { readonly name: string; readonly cause: string; readonly host: string }[],
    tolerant: boolean,
): string[] {
    return [...groupBy(missing, ({ cause }) => cause)].flatMap(([cause, own]) => {
        const names = own.map(({ name, host }) => (host === "" ? name : `${name} (${host})`));
        return tolerant
            ? [`  ${plural(own.length, "chart")}: ${cause}`]
            : [`  ${cause}:`, ...names.map((name) => `    ${name}`)];
    });
}

async function main(args: readonly string[]): Promise<number> {
    const { tolerant } = parseArguments(
        args,
        { tolerant: { type: "boolean", default: false } },
        USAGE,
    );
    const { CHART_MIRROR: named = "" } = process.env;
    const mirror = named === "" ? undefined : named;
    requireMirror(mirror);
    const acquired = await acquireHelm(toolPathOf(process.env), tell);
    if ("reason" in acquired) {
        tell(noHelm(acquired.reason));
    } else if (acquired.seconds >= NOTEWORTHY) {
        tell(`helm: ready (${acquired.seconds.toFixed(0)} s).`);
    }
    const start = performance.now();
    const store = archiveStore({
        mirror,
        helm: "helm" in acquired ? acquired.helm.file : undefined,
        patience: tolerant ? PATIENCE.tolerant : PATIENCE.strict,
    });
    await store.download(allCharts);
    const locked = store.verify(allCharts);
    requireSoundArchives(store, allCharts);
    const missing = allCharts.flatMap((pin) => {
        const archive = store.find(pin);
        const host = mirror === undefined ? hostOf(pin.repository) : "";
        return "reason" in archive ? [{ name: archiveName(pin), cause: archive.cause, host }] : [];
    });
    missingLines(missing, tolerant).forEach(tell);
    const ready = allCharts.length - missing.length;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    tell(`Charts: ${ready} of ${allCharts.length} ready (${seconds} s).`);
    store.notes.forEach((note) => {
        tell(`Note: ${note}`);
    });
    if (store.apart.length > 0) {
        tell(
            `${plural(store.apart.length, "digest")} of ${mirror ?? "the mirror"} kept apart from charts.lock.json, which has those of upstream only.`,
        );
    }
    if (locked.length > 0) {
        tell(`Locked ${locked.join(", ")} at first use: commit charts.lock.json.`);
    }
    removeUnused(cachePath("rendered"), DAYS_UNUSED);
    removeUnused(cachePath("programs"), DAYS_UNUSED);
    return missing.length > 0 && !tolerant ? 1 : 0;
}

runCommand(USAGE, main);
