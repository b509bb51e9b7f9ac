/**
 * An API server as far as restore tests use one: objects over HTTPS, with resource versions, the
 * Roles of the recorded stack, and controllers that do something real when an object comes or goes.
 */
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { Manifest } from "../../components/base/object";
import { type Asked } from "./access";

/** What happens when an object comes, or is about to go. */
export interface Controller {
    /** Plural of its kind. */
    readonly resource: string;
    created(object: Stored): void | Promise<void>;
    deleted(object: Stored): void | Promise<void>;
}

/** An object with its status. */
export interface Stored extends Manifest {
    status?: unknown;
}

/** Answers to a request that is refused. */
class Refused extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** What the server is started with. */
interface Options {
    readonly certificate: string;
    readonly key: string;
    readonly allows: (asked: Asked) => boolean;
    /** Why an object is not admitted, if it is not. */
    readonly admit?: (object: Manifest) => Promise<string | undefined> | string | undefined;
    readonly controllers: readonly Controller[];
}

const VERBS: Readonly<Record<string, string>> = {
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: "delete",
};

/** The server. */
export class ApiServer {
    /** Every request, in its order: `verb resource.group namespace/name`. */
    readonly asked: string[] = [];
    /** Seconds by which its clock is ahead. */
    ahead = 0;
    private readonly objects = new Map<string, Stored>();
    private version = 0;
    private readonly server: https.Server;

    constructor(private readonly options: Options) {
        this.server = https.createServer(
            {
                cert: fs.readFileSync(options.certificate),
                key: fs.readFileSync(options.key),
            },
            (request, response) => {
                const chunks: Buffer[] = [];
                request.on("data", (chunk: Buffer) => chunks.push(chunk));
                request.on("end", () => {
                    const text = Buffer.concat(chunks).toString();
                    this.answer(
                        request.method ?? "GET",
                        new URL(request.url ?? "/", "https://server"),
                        text === "" ? undefined : (JSON.parse(text) as Stored),
                    ).then(
                        (body) => {
                            this.send(response, 200, body);
                        },
                        (error: unknown) => {
                            const { message } = error as Error;
                            const status = error instanceof Refused ? error.status : 500;
                            this.send(response, status, { kind: "Status", message });
                        },
                    );
                });
            },
        );
        this.server.on("request", (_, response) => response.setHeader("Connection", "close"));
    }

    private send(
        response: import("node:http").ServerResponse,
        status: number,
        body: unknown,
    ): void {
        response.sendDate = false;
        response.setHeader("Date", new Date(Date.now() + this.ahead * 1000).toUTCString());
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(body));
    }

    /** Listens, and tells on which port. */
    async listen(): Promise<number> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return (this.server.address() as AddressInfo).port;
    }

    close(): void {
        this.server.close();
        this.server.closeAllConnections();
    }

    /** Puts an object there, as something other than a test does. */
    put(group: string, resource: string, object: Manifest): Stored {
        const stored = this.versioned(object);
        this.objects.set(this.keyOf(group, resource, object), stored);
        return stored;
    }

    /** Takes an object away. */
    take(group: string, resource: string, namespace: string, name: string): void {
        this.objects.delete(`${group}/${resource}/${namespace}/${name}`);
    }

    /** An object, if it is there. */
    get(group: string, resource: string, namespace: string, name: string): Stored | undefined {
        return this.objects.get(`${group}/${resource}/${namespace}/${name}`);
    }

    /** Keys of the objects of a namespace. */
    keys(namespace: string): string[] {
        return [...this.objects.keys()].filter((key) => key.split("/")[2] === namespace).sort();
    }

    private versioned(object: Manifest): Stored {
        this.version += 1;
        const created = new Date(Date.now() + this.ahead * 1000).toISOString();
        return {
            ...object,
            metadata: {
                creationTimestamp: created.replace(/\.\d+Z/, "Z"),
                ...object.metadata,
                resourceVersion: String(this.version),
            },
        };
    }

    private keyOf(group: string, resource: string, { metadata }: Manifest): string {
        return `${group}/${resource}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
    }

    private async answer(method: string, url: URL, body: Stored | undefined): Promise<unknown> {
        const found =
            /^\/(?:api|apis\/([^/]+))\/[^/]+\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(
                url.pathname,
            );
        if (found === null) {
            throw new Refused(404, `there is no ${url.pathname}`);
        }
        const [, group = "", namespace = "", resource = "", name] = found;
        const verb = VERBS[method] ?? (name === undefined ? "list" : "get");
        this.asked.push(`${verb} ${resource}.${group} ${namespace}/${name ?? ""}`);
        const asked = { verb, group, resource, namespace, name };
        if (!this.options.allows(asked)) {
            throw new Refused(403, `nobody may ${verb} ${resource} ${name ?? ""} in ${namespace}`);
        }
        const key = `${group}/${resource}/${namespace}/${name ?? ""}`;
        const before = this.objects.get(key);
        const controller = this.options.controllers.find((one) => one.resource === resource);
        if (verb === "list") {
            return { items: this.listed(key, url.searchParams.get("labelSelector") ?? "") };
        }
        if (verb === "create") {
            return this.create(group, resource, body, controller);
        }
        if (before === undefined) {
            throw new Refused(404, `${resource} "${name ?? ""}" not found`);
        }
        if (verb === "delete") {
            this.objects.delete(key);
            await controller?.deleted(before);
            return { kind: "Status" };
        }
        if (verb === "update" && body !== undefined) {
            if (body.metadata.resourceVersion !== before.metadata.resourceVersion) {
                throw new Refused(409, "the object has been modified");
            }
            return this.put(group, resource, body);
        }
        if (verb === "patch") {
            const data = { ...(before.data as object), ...(body?.data as object) };
            return this.put(group, resource, { ...before, data });
        }
        return before;
    }

    private async create(
        group: string,
        resource: string,
        object: Stored | undefined,
        controller: Controller | undefined,
    ): Promise<Stored> {
        if (object === undefined) {
            throw new Refused(400, "nothing to create");
        }
        const why = await this.options.admit?.(object);
        if (why !== undefined) {
            throw new Refused(403, why);
        }
        if (this.objects.has(this.keyOf(group, resource, object))) {
            throw new Refused(409, `${resource} "${object.metadata.name ?? ""}" already exists`);
        }
        const stored = this.put(group, resource, object);
        await controller?.created(stored);
        return stored;
    }

    private listed(prefix: string, selector: string): Stored[] {
        const wanted = selector
            .split(",")
            .filter((part) => part !== "")
            .map((part) => part.split("="));
        return [...this.objects]
            .filter(([key]) => key.startsWith(prefix))
            .map(([, object]) => object)
            .filter(({ metadata }) =>
                wanted.every(([label = "", value]) => metadata.labels?.[label] === value),
            );
    }
}
