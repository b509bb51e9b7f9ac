/**
 * The API of one node. In maintenance it answers anybody; configured, only who shows a certificate of
 * Talos' authority (talos v1.13.9: internal/app/maintenance and internal/app/apid). A control plane passes
 * on what is for another node, a worker does not.
 */
import * as grpc from "@grpc/grpc-js";
import { makeAuthority, readAuthority, sign } from "./certificates";
import { Door } from "./doors";
import { type Answer, type Call, STREAMS, UNARY } from "./talos-calls";
import type { TalosCluster } from "./talos-cluster";
import type { TalosConfiguration } from "./talos-configuration";
import { TalosError } from "./talos-error";
import type { TalosMachine } from "./talos-machine";
import { encode, methodsOf } from "./talos-protocol";
import { resourcesOf, type TalosResource } from "./talos-resources";

type Message = Readonly<Record<string, unknown>>;
type Unary = grpc.ServerUnaryCall<Message, Message>;
type Streaming = grpc.ServerWritableStream<Message, Message>;

/** What the servers share. */
export interface TalosServerOptions {
    readonly cluster: TalosCluster;
    /** Port of this node's API on this machine. */
    readonly port: number;
    /** Bytes of memory of a node. */
    readonly memoryOf: (address: string) => number;
    /** Addresses that the certificates name besides the node's own. */
    readonly addresses: readonly string[];
    /** Addresses of the control planes, in the order in which a client names them. */
    readonly controlPlanes: readonly string[];
    /** Told of each call once it was answered. */
    readonly heard: (what: string) => void;
}

/** Port of a node's API (talos v1.13.9, pkg/machinery/constants: `ApidPort`). */
export const TALOS_PORT = 50_000;

/**
 * What a client in Go takes for the name of each of several nodes when it reaches them by a proxy: all
 * of them in a row. Talos' client makes one target of its endpoints (pkg/machinery/client/connection.go,
 * `getTarget`), and gRPC puts the proxy's address in the place of each, with which the name of the
 * endpoint is gone (grpc v1.83, internal/resolver/delegatingresolver). On real machines such a client
 * comes to no node, because no certificate has that name.
 */
export function nameByProxy(addresses: readonly string[]): string {
    return addresses.map((address) => `${address}:${TALOS_PORT}`).join(",");
}

/** Days that a node's own certificate lives; apid renews it by itself. */
const SERVING_DAYS = 1;
const CREATED = 0;

function refusal(error: unknown): grpc.ServiceError {
    const isKnown = error instanceof TalosError;
    const message = error instanceof Error ? error.message : String(error);
    const code = isKnown ? grpc.status[error.code] : grpc.status.INTERNAL;
    return Object.assign(new Error(message), {
        code,
        details: message,
        metadata: new grpc.Metadata(),
    });
}

function message({ type, namespace, id, message: kind, spec, yaml }: TalosResource): Message {
    return {
        metadata: { namespace, type, id, version: "1", owner: "", phase: "running" },
        spec: {
            proto_spec: encode(kind, spec),
            yaml_spec: typeof yaml === "string" ? yaml : JSON.stringify(yaml),
        },
    };
}

/** The API of a node while it is in one of its stages. */
export class TalosServer {
    private server: grpc.Server | undefined;
    private port = 0;
    private readonly door: Door;
    /** What the running server was made for. */
    private made = "";

    constructor(
        private readonly address: string,
        private readonly options: TalosServerOptions,
    ) {
        // The library frees a port only some time after a shutdown, so each server gets a new one.
        this.door = new Door(options.port, () => this.port);
    }

    /** Answers as the node would now: not at all, anybody, or whom it knows. */
    async follow(): Promise<void> {
        const machine = this.options.cluster.at(this.address);
        const stage = machine?.stage ?? "off";
        const isUp = stage === "maintenance" || stage === "running";
        const wanted = isUp ? `${stage} ${machine?.boots ?? 0}` : "";
        if (wanted === this.made) {
            return;
        }
        this.made = "";
        await this.stop();
        if (isUp) {
            const { configuration } = machine?.disk ?? {};
            const known = stage === "running" ? configuration : undefined;
            await this.serve(await this.credentials(known));
            await this.door.set(true);
        }
        // Only now: what failed is tried again at the next look.
        this.made = wanted;
    }

    /** Ends it. */
    async stop(): Promise<void> {
        await this.door.set(false);
        this.server?.forceShutdown();
        this.server = undefined;
    }

    private async credentials(
        configuration: TalosConfiguration | undefined,
    ): Promise<grpc.ServerCredentials> {
        const authority = await this.authorityOf(configuration);
        const { addresses: others, controlPlanes } = this.options;
        const addresses = [this.address, ...others, nameByProxy(controlPlanes)];
        const { certificate, key } = await sign(authority, {
            name: `CN=${configuration?.hostname ?? "maintenance"}`,
            addresses,
            days: SERVING_DAYS,
        });
        const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
        const known =
            configuration === undefined
                ? null
                : Buffer.from(configuration.talosAuthority.certificate, "utf8");
        return grpc.ServerCredentials.createSsl(known, [pair], known !== null);
    }

    /** A worker has no key of the authority: a control plane signs for it (trustd). */
    private async authorityOf(configuration: TalosConfiguration | undefined) {
        if (configuration === undefined) {
            return makeAuthority("maintenance");
        }
        const signing = [
            configuration,
            ...this.options.cluster.machines.flatMap(({ disk }) => disk.configuration ?? []),
        ]
            .map(({ talosAuthority }) => talosAuthority)
            .find(({ key }) => key !== "");
        if (signing === undefined) {
            throw new Error("no control plane is configured that could sign for a worker");
        }
        return readAuthority(signing, "talos");
    }

    private async serve(credentials: grpc.ServerCredentials): Promise<void> {
        const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
        server.addService(methodsOf("Machine"), this.machineCalls());
        server.addService(methodsOf("Storage"), {
            Disks: (call: Unary, done: grpc.sendUnaryData<Message>) => {
                void this.unary(call, done, () => ({}));
            },
        });
        server.addService(methodsOf("State"), this.stateCalls());
        this.port = await new Promise<number>((resolve, reject) => {
            server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
                if (error === null) {
                    resolve(port);
                } else {
                    reject(error);
                }
            });
        });
        this.server = server;
    }

    /** The nodes that a call is for; `several` gets each answer with its address. */
    private targets(metadata: grpc.Metadata): { addresses: string[]; several: boolean } {
        // HTTP/2 of Node joins a header that comes several times.
        const named = (key: string) =>
            metadata.get(key).flatMap((value) => String(value).split(/, */));
        const several = named("nodes");
        const one = named("node");
        const addresses = several.length > 0 ? several : one.length > 0 ? one : [this.address];
        return { addresses, several: several.length > 0 };
    }

    /** @throws TalosError when the node does not answer, or this one does not pass on */
    private machineAt(address: string): TalosMachine {
        const { cluster } = this.options;
        const own = cluster.at(this.address);
        const machine = cluster.at(address);
        if (address !== this.address && own?.disk.configuration?.role !== "controlplane") {
            throw new TalosError("UNAVAILABLE", "proxying is only possible through control planes");
        }
        if (machine === undefined || (machine.stage !== "running" && machine !== own)) {
            throw new TalosError("UNAVAILABLE", `connection error: no route to ${address}:50000`);
        }
        return machine;
    }

    private call(address: string, request: Message): Call {
        const { cluster, memoryOf } = this.options;
        const machine = this.machineAt(address);
        return { cluster, machine, request, now: Date.now(), memory: memoryOf(address) };
    }

    private async unary(
        { request, metadata }: Unary,
        done: grpc.sendUnaryData<Message>,
        answer: Answer,
    ): Promise<void> {
        const { addresses, several } = this.targets(metadata);
        try {
            const messages: Message[] = [];
            for (const address of addresses) {
                try {
                    const content = await answer(this.call(address, request));
                    messages.push({
                        ...(several ? { metadata: { hostname: address } } : {}),
                        ...content,
                    });
                } catch (error) {
                    if (!several) {
                        throw error;
                    }
                    const reason = (error as Error).message;
                    this.options.heard(`Talos refused ${address}: ${reason}`);
                    messages.push({ metadata: { hostname: address, error: reason } });
                }
            }
            done(null, { messages });
        } catch (error) {
            this.options.heard(`Talos refused ${this.address}: ${(error as Error).message}`);
            done(refusal(error), null);
        }
    }

    private async stream(
        call: Streaming,
        send: (call: Call) => void | Promise<void>,
    ): Promise<void> {
        const [address = this.address] = this.targets(call.metadata).addresses;
        try {
            await send(this.call(address, call.request));
        } catch (error) {
            this.options.heard(`Talos refused ${address}: ${(error as Error).message}`);
            call.emit("error", refusal(error));
        }
    }

    private machineCalls(): grpc.UntypedServiceImplementation {
        const unary = Object.entries(UNARY).map(([name, answer]) => [
            name,
            (call: Unary, done: grpc.sendUnaryData<Message>) => {
                void this.unary(call, done, answer).then(() => {
                    this.options.heard(`Talos: ${name} ${this.address}`);
                });
            },
        ]);
        const streams = Object.entries(STREAMS).map(([name, bytes]) => [
            name,
            (call: Streaming) => {
                void this.stream(call, async (one) => {
                    call.write({ bytes: await bytes(one) });
                    call.end();
                    this.options.heard(`Talos: ${name} ${this.address}`);
                });
            },
        ]);
        return Object.fromEntries([...unary, ...streams]) as grpc.UntypedServiceImplementation;
    }

    private stateCalls(): grpc.UntypedServiceImplementation {
        const matching = ({ machine, request }: Call, withId: boolean) =>
            resourcesOf(machine).filter(
                ({ type, id }) => type === request.type && (!withId || id === request.id),
            );
        return {
            Get: (call: Unary, done: grpc.sendUnaryData<Message>) => {
                const [address = this.address] = this.targets(call.metadata).addresses;
                try {
                    const [found] = matching(this.call(address, call.request), true);
                    if (found === undefined) {
                        throw new TalosError(
                            "NOT_FOUND",
                            `resource ${String(call.request.type)}(${String(call.request.id)}) doesn't exist`,
                        );
                    }
                    done(null, { resource: message(found) });
                } catch (error) {
                    done(refusal(error), null);
                }
            },
            List: (call: Streaming) => {
                void this.stream(call, (one) => {
                    matching(one, false).forEach((found) =>
                        call.write({ resource: message(found) }),
                    );
                    call.end();
                });
            },
            // Nothing changes while somebody watches: who needs news asks again.
            Watch: (call: Streaming) => {
                void this.stream(call, (one) => {
                    call.write({ event: [] });
                    const isOne = one.request.id !== "";
                    const events = matching(one, isOne).map((found) => ({
                        resource: message(found),
                        event_type: CREATED,
                    }));
                    call.write({ event: events });
                });
            },
        };
    }
}
