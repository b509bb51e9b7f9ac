/**
 * Renders charts with `helm template`, in the program, so that every object is registered by the
 * program itself and policies see it (design.md, "Charts"). Pure of Pulumi.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import type { ChartPin } from "./pins";
import { markUsed, writeCacheFile } from "./cache-folder";
import { archiveName } from "./archive-places";
import type { ArchiveStore } from "./chart-archive";
import { helmFault } from "./helm";
import { inOtherNamespace } from "./manifest-namespace";
import { parseManifests } from "./manifest-parser";
import { archiveOfYaml } from "./manifest-source";
import type { Manifest } from "./object";

/** Plain JSON: a value that depends on another resource belongs into a Secret or ConfigMap. */
export type ChartValue =
    | string
    | number
    | boolean
    | null
    | readonly ChartValue[]
    | { readonly [key: string]: ChartValue | undefined };
export type ChartValues = Readonly<Record<string, ChartValue | undefined>>;

/** What `helm template` is asked for. */
export interface RenderRequest {
    readonly pin: ChartPin;
    /** Release name: prefix of most object names. */
    readonly release: string;
    readonly namespace: string;
    readonly values: ChartValues;
}

/** The objects of a chart, or the sentence that says why there are none. */
export type Rendering =
    | { readonly rendered: true; readonly digest: string; readonly objects: readonly Manifest[] }
    | {
          readonly rendered: false;
          readonly reason: string;
          /** What several charts may have in common: `no such host`. */
          readonly cause: string;
      };

const NO_HELM = {
    rendered: false,
    cause: "there is no helm",
    reason: "helm is not installed: run `make helm`",
} as const;

/** Tools and places of the renderer. */
export interface ChartRendererOptions {
    readonly archives: ArchiveStore;
    /** Path of the helm binary; undefined when there is none. */
    readonly helm?: { readonly file: string; readonly version: string };
    /** Folder for renderings, by the hash of all that goes into them. */
    readonly cacheFolder: string;
    /** `Capabilities.KubeVersion` of the templates. */
    readonly kubernetesVersion: string;
    /** `Capabilities.APIVersions` beyond the built-in ones: what the platform's CRDs will serve. */
    readonly apiVersions: readonly string[];
}

/** Raised when the templates of a chart refuse its values: a mistake in the component. */
export class RenderError extends Error {}

/** Renders charts and remembers the result on disk. */
export class ChartRenderer {
    constructor(private readonly options: ChartRendererOptions) {}

    /**
     * Renders a chart, or returns the cached rendering of the same inputs.
     *
     * @throws RenderError with helm's own words when the chart refuses the values
     */
    render(request: RenderRequest): Rendering {
        const start = performance.now();
        const rendering = this.renderOrReason(request);
        // Read by the benchmark, which says how much of a preview is rendering.
        performance.measure("render", { start });
        return rendering;
    }

    private renderOrReason(request: RenderRequest): Rendering {
        const archive = this.options.archives.find(request.pin);
        if ("reason" in archive) {
            return { rendered: false, reason: archive.reason, cause: archive.cause };
        }
        const { manifests } = request.pin;
        if (manifests !== undefined) {
            const { file, digest } = archive;
            const text = file.endsWith(".yaml")
                ? archiveOfYaml(file)
                : fs.readFileSync(file, "utf8");
            const upstream = JSON.parse(text) as Manifest[];
            const objects = inOtherNamespace(upstream, manifests.namespace, request.namespace);
            return { rendered: true, digest, objects };
        }
        if (this.options.helm === undefined) {
            return NO_HELM;
        }
        const cached = path.join(
            this.options.cacheFolder,
            `${archiveName(request.pin)}-${this.key(request, archive.digest)}.json`,
        );
        if (fs.existsSync(cached)) {
            markUsed(cached);
        } else {
            const objects = parseManifests(this.template(request, archive.file));
            writeCacheFile(cached, JSON.stringify(objects));
        }
        const objects = JSON.parse(fs.readFileSync(cached, "utf8")) as Manifest[];
        return { rendered: true, digest: archive.digest, objects };
    }

    private key({ release, namespace, values }: RenderRequest, digest: string): string {
        const { helm, kubernetesVersion, apiVersions } = this.options;
        const parts = [digest, helm?.version, kubernetesVersion, apiVersions];
        return createHash("sha256")
            .update(JSON.stringify([...parts, release, namespace, values]))
            .digest("hex")
            .slice(0, 24);
    }

    private template(request: RenderRequest, archive: string): string {
        const { helm, kubernetesVersion, apiVersions } = this.options;
        const versions = apiVersions.flatMap((version) => ["--api-versions", version]);
        try {
            return execFileSync(
                helm?.file ?? "helm",
                [
                    "template",
                    request.release,
                    archive,
                    "--namespace",
                    request.namespace,
                    "--include-crds",
                    "--kube-version",
                    kubernetesVersion,
                    ...versions,
                    "--values",
                    "-",
                ],
                {
                    input: JSON.stringify(request.values),
                    encoding: "utf8",
                    maxBuffer: 256 * 1024 * 1024,
                    stdio: ["pipe", "pipe", "pipe"],
                },
            );
        } catch (error) {
            const { stderr = String(error) } = error as { stderr?: string };
            const fault = helm === undefined ? undefined : helmFault(helm);
            if (helm !== undefined && fault !== undefined) {
                throw new RunError(
                    `${helm.file} ${fault}: run \`make helm\`, which takes another.`,
                );
            }
            throw new RenderError(
                `Chart ${archiveName(request.pin)} refuses its values: ${stderr.trim()}`,
            );
        }
    }
}
