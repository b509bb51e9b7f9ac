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
import { refusal } from "./talos-refusal";
import { type NodeCalls, stateCalls } from "./talos-state";

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
export class TalosService implements NodeCalls {
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
        server.addService(methodsOf("State"), stateCalls(this));
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

    addressIn(metadata: grpc.Metadata): string {
        return this.targets(metadata).addresses[0] ?? this.address;
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

    call(address: string, request: Message): Call {
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

    async stream(call: Streaming, send: (call: Call) => void | Promise<void>): Promise<void> {
        const address = this.addressIn(call.metadata);
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
            const address = this.addressIn(call.metadata);
            try {
                this.options.cluster.recover(this.machineAt(address), Buffer.concat(chunks));
                done(null, { messages: [{}] });
                this.options.heard(`Talos: EtcdRecover ${this.address}`);
            } catch (error) {
                done(refusal(error), null);
            }
        });
    }
}
