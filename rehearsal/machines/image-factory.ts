/** The Image Factory, as far as a schematic gets its id there. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as https from "node:https";
import type { KeyPair } from "./certificates";

/**
 * Id of a schematic. The factory hashes its own form of it (siderolabs/image-factory v1.1.0:
 * pkg/schematic, `ID`); here it is enough that the same text gets the same id.
 */
export const schematicId = (text: string): string =>
    createHash("sha256").update(text).digest("hex");

/** Starts it; resolves with what ends it. */
export async function startImageFactory(certificate: KeyPair, port: number): Promise<() => void> {
    const server = https.createServer(
        { cert: certificate.certificate, key: certificate.key },
        (request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                if (request.method !== "POST" || request.url !== "/schematics") {
                    response.writeHead(404).end();
                    return;
                }
                response.writeHead(201, { "Content-Type": "application/json" });
                response.end(JSON.stringify({ id: schematicId(Buffer.concat(chunks).toString()) }));
            });
        },
    );
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return () => {
        server.close();
        server.closeAllConnections();
    };
}
