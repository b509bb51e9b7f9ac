/**
 * `make charts`: fetches every pinned chart in parallel, checks it against `charts.lock.json` and
 * writes the digests of new pins there.
 */
import * as path from "node:path";
import { cachePath, removeUnused } from "../components/base/cache-folder";
import { archiveName } from "../components/base/chart-archive";
import { findHelm } from "../components/base/helm";
import { allCharts, archiveStore, helmFolder } from "../components/context";
import { runToEnd } from "../preview/command";

/** `--tolerant`: a chart that cannot be reached is reported, but only a changed digest fails. */
const tolerant = process.argv.includes("--tolerant");
/** Renderings are made again in a second, and each change of a value makes another one. */
const DAYS_UNUSED = 30;

async function main(): Promise<number> {
    const systemPath = (process.env.PATH ?? "").split(path.delimiter);
    const store = archiveStore({
        mirror: process.env.CHART_MIRROR,
        helm: findHelm([...systemPath, helmFolder()])?.file,
    });
    const pins = allCharts;
    await store.download(pins);
    const locked = store.verify(pins);
    const results = pins.map((pin) => ({ name: archiveName(pin), archive: store.find(pin) }));
    const missing = results.flatMap(({ name, archive }) =>
        "reason" in archive ? [{ name, ...archive }] : [],
    );
    for (const { name, reason } of missing) {
        process.stdout.write(`  not available: ${name}: ${reason}\n`);
    }
    process.stdout.write(
        `Charts: ${results.length - missing.length} of ${results.length} ready.\n`,
    );
    if (locked.length > 0) {
        process.stdout.write(
            `Locked ${locked.join(", ")} at first use: commit charts.lock.json.\n`,
        );
    }
    removeUnused(cachePath("rendered"), DAYS_UNUSED);
    const changed = missing.filter(({ changed: isChanged }) => isChanged);
    return changed.length > 0 || (missing.length > 0 && !tolerant) ? 1 : 0;
}

runToEnd(main);
