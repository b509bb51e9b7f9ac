/** What a node answers about its resources. */
import type * as grpc from "@grpc/grpc-js";
import type { Call } from "./talos-calls";
import { TalosError } from "./talos-error";
import { encode } from "./talos-protocol";
import { refusal } from "./talos-refusal";
import { resourcesOf, type TalosResource } from "./talos-resources";

type Message = Readonly<Record<string, unknown>>;
type Unary = grpc.ServerUnaryCall<Message, Message>;
type Streaming = grpc.ServerWritableStream<Message, Message>;

/** How a node takes a call. */
export interface NodeCalls {
    /** The node that a call is for. */
    addressIn(metadata: grpc.Metadata): string;
    /** @throws TalosError when that node cannot be asked here */
    call(address: string, request: Message): Call;
    /** Answers in parts; what is thrown is the client's. */
    stream(call: Streaming, send: (call: Call) => void | Promise<void>): Promise<void>;
}

const CREATED = 0;

function message({ type, namespace, id, message: kind, spec, yaml }: TalosResource): Message {
    return {
        metadata: { namespace, type, id, version: "1", owner: "", phase: "running" },
        spec: {
            proto_spec: encode(kind, spec),
            yaml_spec: typeof yaml === "string" ? yaml : JSON.stringify(yaml),
        },
    };
}

/** The calls about resources (cosi-project/runtime v1.14.1, api/v1alpha1/state.proto). */
export function stateCalls(node: NodeCalls): grpc.UntypedServiceImplementation {
    const matching = ({ machine, request }: Call, withId: boolean) =>
        resourcesOf(machine).filter(
            ({ type, id }) => type === request.type && (!withId || id === request.id),
        );
    return {
        Get: (call: Unary, done: grpc.sendUnaryData<Message>) => {
            const address = node.addressIn(call.metadata);
            try {
                const [found] = matching(node.call(address, call.request), true);
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
            void node.stream(call, (one) => {
                matching(one, false).forEach((found) => call.write({ resource: message(found) }));
                call.end();
            });
        },
        // Nothing changes while somebody watches: who needs news asks again.
        Watch: (call: Streaming) => {
            void node.stream(call, (one) => {
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
