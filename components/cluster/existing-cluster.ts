import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "js-yaml";
import { z } from "zod";
import { PlatformComponent } from "../base/component";
import type { Site } from "../site";
import type { Cluster } from "./cluster";
import { clusterProviders } from "./providers";

/** Arguments of {@link ExistingCluster}. */
export interface ExistingClusterArgs {
    /** Settings with `cluster.kubeconfig`. */
    readonly site: Site;
}

/** The parts of a kubeconfig that matter here; it has more. */
const kubeconfigSchema = z.looseObject({
    "current-context": z.string().optional(),
    contexts: z.array(
        z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string() }) }),
    ),
    clusters: z.array(
        z.looseObject({
            name: z.string(),
            cluster: z.looseObject({
                server: z.string(),
                "certificate-authority": z.string().optional(),
                "certificate-authority-data": z.string().optional(),
            }),
        }),
    ),
});

/** What a kubeconfig says about one of its contexts. */
export interface KubeconfigContext {
    readonly context: string;
    /** URL of the Kubernetes API. */
    readonly server: string;
    /** PEM in base64 of who signs its certificate; undefined when the kubeconfig does not say. */
    readonly authority: string | undefined;
}

/** The path with `~` as the home directory. */
export function expandHome(file: string): string {
    return file === "~" || file.startsWith("~/") ? path.join(os.homedir(), file.slice(1)) : file;
}

function readKubeconfig(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const reason = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? "?"})`;
        throw new pulumi.RunError(
            `cluster.kubeconfig: ${file} ${reason}; set it to the kubeconfig of the cluster.`,
        );
    }
}

/** The file of an authority that a kubeconfig names, beside itself unless its path is absolute. */
function readAuthority(
    { "certificate-authority": authority }: { readonly "certificate-authority"?: string },
    file: string,
): string | undefined {
    const place = authority && path.resolve(path.dirname(file), authority);
    return place && fs.existsSync(place) ? fs.readFileSync(place).toString("base64") : undefined;
}

/**
 * Finds a context in the text of a kubeconfig.
 *
 * @param file only for messages
 * @param wanted context; default: the current one
 * @throws RunError with one sentence when the text is no kubeconfig or lacks the context
 */
export function findContext(text: string, file: string, wanted?: string): KubeconfigContext {
    let document: unknown;
    try {
        document = yaml.load(text);
    } catch {
        document = undefined;
    }
    const parsed = kubeconfigSchema.safeParse(document);
    if (!parsed.success) {
        throw new pulumi.RunError(`cluster.kubeconfig: ${file} is not a kubeconfig.`);
    }
    const { contexts, clusters, "current-context": current } = parsed.data;
    const context = wanted ?? current ?? "";
    const entry = contexts.find(({ name }) => name === context);
    const cluster = clusters.find(({ name }) => name === entry?.context.cluster);
    if (cluster === undefined) {
        const known = contexts.map(({ name }) => name).join(", ") || "none";
        const which =
            context === "" ? "no current context" : `no context ${context} with a cluster`;
        throw new pulumi.RunError(
            `cluster.context: ${file} has ${which}; its contexts are: ${known}.`,
        );
    }
    const { server, "certificate-authority-data": authority } = cluster.cluster;
    return { context, server, authority: authority ?? readAuthority(cluster.cluster, file) };
}

/** A cluster that somebody else made, reached through a kubeconfig file. */
export class ExistingCluster extends PlatformComponent implements Cluster {
    readonly providers: readonly pulumi.ProviderResource[];
    readonly kubeconfig: pulumi.Output<string>;
    readonly endpoint: string;
    readonly controlPlaneAddresses: readonly string[];

    constructor(
        name: string,
        { site }: ExistingClusterArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const { cluster, controlPlanes } = site;
        const file = expandHome(cluster.kubeconfig ?? "~/.kube/config");
        const text = readKubeconfig(file);
        const { context, server } = findContext(text, file, cluster.context);
        super("cluster", "ExistingCluster", name, { endpoint: server, context }, opts);
        this.endpoint = server;
        this.kubeconfig = pulumi.secret(text);
        this.controlPlaneAddresses = controlPlanes.map(({ address }) => address);
        this.providers = clusterProviders(
            { name: cluster.name, kubeconfig: this.kubeconfig, context },
            this,
        );
        this.registerOutputs({ endpoint: this.endpoint, kubeconfig: this.kubeconfig });
    }
}
