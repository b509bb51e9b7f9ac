/** A client for the Kubernetes API that works on plain objects. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { KubeConfig, V1ObjectMeta, V1Status } from "@kubernetes/client-node" with {
    "resolution-mode": "import",
};
import type { Manifest } from "../components/base/object";
import { type ApiAnswer, ApiError, type Call, Connection } from "./connection";

/** An object as the API server answers it. */
export interface LiveObject extends Manifest {
    readonly metadata: Manifest["metadata"] & {
        readonly name: string;
        readonly uid: string;
        readonly resourceVersion: string;
        readonly deletionTimestamp?: string;
    };
}

/** Where objects of a kind live. */
interface ResourcePath {
    readonly plural: string;
    readonly namespaced: boolean;
}

/** The library wants its own class for metadata; what it hands out is what the server sent. */
type WatchedObject = LiveObject & { metadata: LiveObject["metadata"] & V1ObjectMeta };

/** A container of a pod. */
export interface ContainerPlace {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

interface ClosingSocket {
    on: (event: "close", listener: () => void) => void;
}

interface ResourceList {
    readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
}

/** How long a lost watch waits before it begins again. */
const RESTART_MS = 300;
const NOT_FOUND = 404;

/** The path of a group and version. */
function versionPath(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** One cluster. */
export class Kubernetes {
    private readonly resources = new Map<string, Promise<ResourceList>>();

    private constructor(
        private readonly config: KubeConfig,
        private readonly connection: Connection,
    ) {}

    /**
     * Connects with the current context of a kubeconfig file.
     *
     * @param context another context of the file
     */
    static connect(kubeconfig: string, context?: string): Promise<Kubernetes> {
        return Kubernetes.open((config) => {
            config.loadFromFile(kubeconfig);
        }, context);
    }

    /**
     * Connects with the text of a kubeconfig.
     *
     * @param context default: its current context
     */
    static connectWith(text: string, context?: string): Promise<Kubernetes> {
        return Kubernetes.open((config) => {
            config.loadFromString(text);
        }, context);
    }

    private static async open(
        load: (config: KubeConfig) => void,
        context: string | undefined,
    ): Promise<Kubernetes> {
        // The library is an ES module, and the only part of the project that needs one.
        const { KubeConfig } = await import("@kubernetes/client-node");
        const config = new KubeConfig();
        load(config);
        if (context !== undefined) {
            config.setCurrentContext(context);
        }
        return new Kubernetes(config, await Connection.open(config));
    }

    async get<T>(path: string, query?: Call["query"]): Promise<T> {
        return (await this.connection.request<T>("GET", path, { query })).body;
    }

    /** What is at a path; undefined when nothing is. */
    async find<T>(path: string, query?: Call["query"]): Promise<T | undefined> {
        try {
            return await this.get<T>(path, query);
        } catch (error) {
            if (error instanceof ApiError && error.status === NOT_FOUND) {
                return undefined;
            }
            throw error;
        }
    }

    /** All objects of a kind, in every namespace. */
    async list<T = LiveObject>(apiVersion: string, kind: string, query?: Call["query"]) {
        const { plural } = await this.resource(apiVersion, kind);
        const { items } = await this.get<{ items: T[] }>(
            `${versionPath(apiVersion)}/${plural}`,
            query,
        );
        return items;
    }

    /** The path of one object. */
    async pathOf({ apiVersion, kind, metadata }: Manifest): Promise<string> {
        const { plural, namespaced } = await this.resource(apiVersion, kind);
        const place = namespaced ? `namespaces/${metadata.namespace ?? "default"}/` : "";
        return `${versionPath(apiVersion)}/${place}${plural}/${metadata.name ?? ""}`;
    }

    /**
     * Server-side apply with strict field validation, never by force: a conflict is a finding.
     *
     * @param dryRun judges the object without keeping it
     */
    async apply(object: Manifest, manager: string, dryRun = false): Promise<ApiAnswer<LiveObject>> {
        return this.connection.request<LiveObject>("PATCH", await this.pathOf(object), {
            query: {
                fieldManager: manager,
                fieldValidation: "Strict",
                ...(dryRun ? { dryRun: "All" } : {}),
            },
            body: object,
            contentType: "application/apply-patch+yaml",
        });
    }

    async create(object: Manifest): Promise<LiveObject> {
        const path = await this.pathOf(object);
        const collection = path.slice(0, path.lastIndexOf("/"));
        return (await this.connection.request<LiveObject>("POST", collection, { body: object }))
            .body;
    }

    /** Changes some fields of an object (JSON merge patch). */
    async merge(path: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
        const contentType = "application/merge-patch+json";
        await this.connection.request("PATCH", path, { body: changes, contentType });
    }

    /**
     * Asks for the eviction of a pod, which a PodDisruptionBudget may refuse.
     *
     * @throws ApiError with status 429 when one does
     */
    async evict({ metadata: { namespace = "", name, uid } }: LiveObject): Promise<void> {
        await this.connection.request(
            "POST",
            `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
            {
                body: {
                    apiVersion: "policy/v1",
                    kind: "Eviction",
                    metadata: { namespace, name },
                    deleteOptions: { preconditions: { uid } },
                },
            },
        );
    }

    /** Deletes an object; one that is gone already is no error. */
    async delete(path: string, options: Readonly<Record<string, unknown>> = {}): Promise<void> {
        try {
            await this.connection.request("DELETE", path, { body: options });
        } catch (error) {
            if (!(error instanceof ApiError && error.status === NOT_FOUND)) {
                throw error;
            }
        }
    }

    /**
     * Runs a command in a container, without a terminal.
     *
     * @returns what it printed to stdout
     * @throws ApiError with what it complained of when it ends with a failure
     */
    async execute(
        { namespace, pod, container }: ContainerPlace,
        command: readonly string[],
    ): Promise<string> {
        const { Exec } = await import("@kubernetes/client-node");
        const [stdout, stderr] = [new PassThrough(), new PassThrough()];
        const printed = Promise.all([text(stdout), text(stderr)]);
        const status = await new Promise<V1Status>((resolve, reject) => {
            new Exec(this.config)
                .exec(namespace, pod, container, [...command], stdout, stderr, null, false, resolve)
                .then((socket) => {
                    // Its type is of a package that has none.
                    (socket as unknown as ClosingSocket).on("close", () => {
                        reject(new ApiError(0, "the connection to the pod was lost"));
                    });
                }, reject);
        }).finally(() => {
            stdout.end();
            stderr.end();
        });
        const [output, complaint] = await printed;
        if (status.status !== "Success") {
            const reason = complaint.trim() === "" ? (status.message ?? "") : complaint.trim();
            throw new ApiError(status.code ?? 0, reason);
        }
        return output;
    }

    /**
     * Follows all objects of a kind: first those that there are, then every change.
     *
     * @returns ends it
     */
    async watch(
        apiVersion: string,
        kind: string,
        onChange: (object: LiveObject, gone: boolean) => void,
    ): Promise<() => Promise<void>> {
        const { makeInformer } = await import("@kubernetes/client-node");
        const { plural } = await this.resource(apiVersion, kind);
        const path = `${versionPath(apiVersion)}/${plural}`;
        const informer = makeInformer<WatchedObject>(this.config, path, () => this.get(path));
        informer.on("add", (object) => {
            onChange(object, false);
        });
        informer.on("update", (object) => {
            onChange(object, false);
        });
        informer.on("delete", (object) => {
            onChange(object, true);
        });
        let stopped = false;
        informer.on("error", () => {
            setTimeout(() => void (stopped || informer.start()), RESTART_MS);
        });
        await informer.start();
        return () => {
            stopped = true;
            return informer.stop();
        };
    }

    /** Closes the connections. */
    close(): void {
        this.connection.close();
    }

    private async resource(apiVersion: string, kind: string): Promise<ResourcePath> {
        const found = await this.discover(apiVersion, kind);
        if (found === undefined) {
            // As kubectl says it.
            throw new ApiError(
                NOT_FOUND,
                `no matches for kind "${kind}" in version "${apiVersion}"`,
            );
        }
        return found;
    }

    /** Looks a kind up, anew when a CRD may have come since. */
    private async discover(apiVersion: string, kind: string): Promise<ResourcePath | undefined> {
        for (const fresh of [false, true]) {
            if (fresh || !this.resources.has(apiVersion)) {
                this.resources.set(apiVersion, this.get<ResourceList>(versionPath(apiVersion)));
            }
            const list = await this.resources.get(apiVersion)?.catch(() => undefined);
            const found = list?.resources.find(
                ({ kind: known, name }) => known === kind && !name.includes("/"),
            );
            if (found !== undefined) {
                return { plural: found.name, namespaced: found.namespaced };
            }
        }
        return undefined;
    }
}
