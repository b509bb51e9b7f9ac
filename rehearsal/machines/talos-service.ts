/**
 * The calls of one node's API over gRPC. A control plane passes on what is for another node, a worker does
 * not (talos v1.13.9: internal/app/apid).
 */
import * as grpc from "@grpc/grpc-js";
import { type Answer, type Call, STREAMS, UNARY } from "./talos-calls";
import type { TalosCluster } from "./talos-cluster";
import { TalosError } from "./talos-error";
import { type MachineEvent, STAGES, type TalosMachine } from "./talos-machine";
import { encode, methodsOf } from "./talos-protocol";
import { resourcesOf, type TalosResource } from "./talos-resources";

type Message = Readonly<Record<string, unknown>>;
type Unary = grpc.ServerUnaryCall<Message, Message>;
type Streaming = grpc.ServerWritableStream<Message, Message>;
type Sending = grpc.ServerReadableStream<Message, Message>;

/** What the calls of every node share. */
export interface TalosServiceOptions {
    readonly cluster: TalosCluster;
    /** Bytes of memory of a node. */
    readonly memoryOf: (address: string) => number;
    /** Told of each call once it was answered. */
    readonly heard: (what: string) => void;
}

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

/** An event as it is sent (api/machine/machine.proto; the names of types: client/events.go). */
function eventMessage(event: MachineEvent): Message {
    const [type, content] =
        event === "is ready"
            ? ["MachineStatusEvent", { stage: STAGES.running, status: { ready: true } }]
            : ["TaskEvent", { task: "stopAllServices", action: 0 }];
    return {
        id: type,
        data: {
            type_url: `talos/runtime/machine.${type}`,
            value: encode(type, content),
        },
    };
}

/** Answers for one node. */
export class TalosService {
    constructor(
        private readonly address: string,
        private readonly options: TalosServiceOptions,
    ) {}

    /** Gives a server everything that the node answers. */
    addTo(server: grpc.Server): void {
        server.addService(methodsOf("Machine"), this.machineCalls());
        server.addService(methodsOf("Storage"), {
            Disks: (call: Unary, done: grpc.sendUnaryData<Message>) => {
                void this.unary(call, done, () => ({}));
            },
        });
        server.addService(methodsOf("State"), this.stateCalls());
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
        return {
            ...Object.fromEntries([...unary, ...streams]),
            EtcdRecover: (call: Sending, done: grpc.sendUnaryData<Message>) => {
                this.recover(call, done);
            },
            Events: (call: Streaming) => {
                this.events(call);
            },
        } as grpc.UntypedServiceImplementation;
    }

    /** What happens to a node from now on, or since its boot (`EventsWatchV2`: the first one is empty). */
    private events(call: Streaming): void {
        void this.stream(call, ({ machine, request }) => {
            const send = (event: MachineEvent) => call.write(eventMessage(event));
            call.write({});
            machine.watchers.add(send);
            call.on("close", () => machine.watchers.delete(send));
            if (Number(request.tail_events) !== 0 && machine.stage === "running") {
                send("is ready");
            }
        });
    }

    /** A client sends a snapshot of etcd; it is for this node. */
    private recover(call: Sending, done: grpc.sendUnaryData<Message>): void {
        const chunks: Buffer[] = [];
        call.on("data", ({ bytes }: { bytes: Buffer }) => {
            chunks.push(bytes);
        });
        call.on("end", () => {
            const [address = this.address] = this.targets(call.metadata).addresses;
            try {
                this.options.cluster.recover(this.machineAt(address), Buffer.concat(chunks));
                done(null, { messages: [{}] });
                this.options.heard(`Talos: EtcdRecover ${this.address}`);
            } catch (error) {
                done(refusal(error), null);
            }
        });
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
