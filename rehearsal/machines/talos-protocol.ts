/** The services of a node for gRPC: `talos.proto` under Talos' own names. */
import * as path from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Names of the services in `talos.proto`, and Talos' own. */
const SERVICES = {
    Machine: "machine.MachineService",
    Storage: "storage.StorageService",
    State: "cosi.resource.State",
} as const;

/** A service of a node. */
export type ServiceName = keyof typeof SERVICES;

type Message = Record<string, unknown>;

const definitions = loadSync(path.join(__dirname, "talos.proto"), {
    keepCase: true,
    longs: Number,
    bytes: Buffer,
    defaults: true,
});

/** Methods of a service, each at the path that clients ask. */
export function methodsOf(name: ServiceName): grpc.ServiceDefinition {
    const found = definitions[`rehearsal.${name}`] as grpc.ServiceDefinition;
    return Object.fromEntries(
        Object.entries(found).map(([method, definition]) => [
            method,
            { ...definition, path: `/${SERVICES[name]}/${method}` },
        ]),
    );
}

/** Writes a message that is the content of another. */
export function encode(type: string, message: Message): Buffer {
    const definition = definitions[`rehearsal.${type}`] as {
        serialize?: (message: Message) => Buffer;
    };
    if (definition.serialize === undefined) {
        throw new Error(`talos.proto has no message ${type}`);
    }
    return definition.serialize(message);
}
