/** A snapshot of the real etcd behind the played nodes, as `EtcdSnapshot` of Talos passes it on. */
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Milliseconds that it may take. */
const LIMIT = 60_000;

/** The whole database with the sum at its end (etcd v3.6: server/etcdserver/api/v3rpc/maintenance.go). */
export async function etcdSnapshot(socket: string): Promise<Buffer> {
    const { "etcdserverpb.Maintenance": service } = loadSync(path.join(__dirname, "etcd.proto"), {
        keepCase: true,
        longs: Number,
        bytes: Buffer,
        defaults: true,
    });
    const Maintenance = grpc.makeClientConstructor(
        service as grpc.ServiceDefinition,
        "Maintenance",
    );
    const client = new Maintenance(`unix:${socket}`, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
    });
    try {
        const ask = client.Snapshot?.bind(client) as (
            request: object,
            options: grpc.CallOptions,
        ) => grpc.ClientReadableStream<{ readonly blob: Buffer }>;
        const blobs: Buffer[] = [];
        const parts: AsyncIterable<{ readonly blob: Buffer }> = ask(
            {},
            { deadline: Date.now() + LIMIT },
        );
        for await (const { blob } of parts) {
            blobs.push(blob);
        }
        return Buffer.concat(blobs);
    } finally {
        client.close();
    }
}
