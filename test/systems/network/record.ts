/**
 * Builds systems under the SDK's mocks, with the real chart renderer, and returns what they
 * register. Charts are rendered from `CHART_MIRROR` or the user's cache; nothing is fetched.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cachePath } from "../../../components/base/cache-folder";
import { ArchiveStore } from "../../../components/base/chart-archive";
import { ChartRenderer } from "../../../components/base/chart-renderer";
import { findHelm } from "../../../components/base/helm";
import type { Manifest } from "../../../components/base/object";
import type { PlatformContext } from "../../../components/base/system";
import { helmFolder, networkMap } from "../../../components/context";
import type { Settings } from "../../../components/settings";
import { charts } from "../../../components/versions";
import { sampleSettings } from "../../fixtures/settings";

/** One registered resource. */
export interface Recorded {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a run registered. */
export class Recording {
    constructor(readonly resources: readonly Recorded[]) {}

    /** Kubernetes objects, patches of existing ones left out. */
    get objects(): Manifest[] {
        return this.resources
            .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith("Patch"))
            .map(({ inputs }) => inputs as unknown as Manifest);
    }

    /** Whether every chart of the run was rendered. */
    get rendered(): boolean {
        return this.resources
            .filter(({ type }) => type === "platform:base:Chart")
            .every(({ inputs }) => inputs.rendered === true);
    }

    /** The object of a kind and name, or an error that lists what there is. */
    object(kind: string, name: string): Manifest {
        const found = this.objects.find(
            (object) => object.kind === kind && object.metadata.name === name,
        );
        if (found === undefined) {
            const names = this.objects.filter((object) => object.kind === kind);
            throw new Error(
                `no ${kind} ${name}; there are ${names.map(({ metadata }) => metadata.name).join(", ")}`,
            );
        }
        return found;
    }
}

/** Settings for tests: charts may be missing, so that tests pass without them. */
export function settingsWith(overrides: Readonly<Record<string, unknown>> = {}): Settings {
    const mirror = process.env.CHART_MIRROR;
    return sampleSettings({ charts: { allowMissing: true, mirror }, ...overrides });
}

function contextOf(settings: Settings): PlatformContext {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));
    const { mirror } = settings.charts;
    // A lock of its own, so that a test never writes into the repository's.
    const lockFile = path.join(scratch, "charts.lock.json");
    const archives = new ArchiveStore({ cacheFolder: cachePath("charts"), lockFile, mirror });
    archives.verify(Object.values(charts));
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    const renderer = new ChartRenderer({
        archives,
        helm: findHelm([...folders, helmFolder()]),
        cacheFolder: cachePath("rendered"),
        kubernetesVersion: settings.versions.kubernetes,
        apiVersions: ["cert-manager.io/v1", "gateway.networking.k8s.io/v1"],
    });
    const { apiServerPort } = settings.network;
    return { settings, renderer, network: networkMap(settings), apiServerPort };
}

/** Runs a program under mocks and waits until all its registrations have arrived. */
export async function record(
    build: (context: PlatformContext) => void,
    settings: Settings = settingsWith(),
): Promise<Recording> {
    const resources: Recorded[] = [];
    await pulumi.runtime.setMocks(
        {
            call: ({ token }) => {
                throw new Error(`${token} must not be called`);
            },
            newResource: ({ type, name, inputs }) => {
                resources.push({ type, name, inputs: inputs as Recorded["inputs"] });
                return { id: `${name}-id`, state: inputs as object };
            },
        },
        "platform",
        "prod",
        true,
    );
    build(contextOf(settings));
    await pulumi.runtime.disconnect();
    return new Recording(resources);
}

/** Skips a test whose charts are not on this machine, and says so in its title. */
export function needsCharts(test: Mocha.Context, recording: Recording): void {
    if (!recording.rendered) {
        if (test.test !== undefined) {
            test.test.title +=
                " (skipped: set CHART_MIRROR or run `make charts`, helm on the PATH)";
        }
        test.skip();
    }
}
