/**
 * `make charts`: fetches every pinned chart in parallel, checks it against `charts.lock.json` and
 * writes the digests of new pins there.
 */
import * as path from "node:path";
import { archiveName } from "../components/base/chart-archive";
import { findHelm } from "../components/base/helm";
import { allCharts, archiveStore, cacheFolder } from "../components/context";

/** `--tolerant`: a chart that cannot be reached is reported, but only a changed digest fails. */
const tolerant = process.argv.includes("--tolerant");

async function main(): Promise<number> {
    const systemPath = (process.env.PATH ?? "").split(path.delimiter);
    const store = archiveStore({
        mirror: process.env.CHART_MIRROR,
        helm: findHelm([...systemPath, path.join(cacheFolder, "bin")])?.file,
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
    const changed = missing.filter(({ changed: isChanged }) => isChanged);
    return changed.length > 0 || (missing.length > 0 && !tolerant) ? 1 : 0;
}

void main().then((code) => {
    process.exitCode = code;
});
