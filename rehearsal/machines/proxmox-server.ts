/** Speaks for the simulated Proxmox over TLS. */
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { type KeyPair } from "./certificates";
import type { Proxmox } from "./proxmox";
import { type Token, tokenOfHeader } from "./proxmox-access";
import { ProxmoxError } from "./proxmox-error";
import type { ApiRequest } from "./proxmox-route";
import { answer } from "./proxmox-routes";

const API = "/api2/json";

/** What a server is given. */
export interface ProxmoxServerOptions {
    readonly proxmox: Proxmox;
    readonly tokens: readonly Token[];
    readonly certificate: KeyPair;
    readonly port: number;
    /** Told of each request once it was answered. */
    readonly heard: (what: string) => void;
    /** Told of each request that is not simulated. */
    readonly unknown: (what: string) => void;
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString("utf8");
}

async function requestOf(request: http.IncomingMessage): Promise<ApiRequest> {
    const url = new URL(request.url ?? "/", "https://proxmox");
    const body = new URLSearchParams(await bodyOf(request));
    const fields = Object.fromEntries([...url.searchParams, ...body]);
    const path = url.pathname
        .replace(API, "")
        .replaceAll(/\/+/g, "/")
        .replace(/(?<=.)\/$/, "");
    return { method: request.method ?? "GET", path, fields };
}

/** Starts it; resolves with what ends it. */
export async function startProxmoxServer(options: ProxmoxServerOptions): Promise<() => void> {
    const { proxmox, tokens, certificate, port, heard, unknown } = options;
    const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
        const asked = await requestOf(request);
        try {
            const token = tokenOfHeader(tokens, request.headers.authorization);
            const data = answer(proxmox, token, asked, Date.now());
            response.writeHead(200, { "Content-Type": "application/json" });
            response.end(JSON.stringify({ data }), () => {
                heard(`Proxmox: ${asked.method} ${asked.path}`);
            });
        } catch (error) {
            const refusal =
                error instanceof ProxmoxError ? error : new ProxmoxError(596, String(error));
            if (refusal.status === 501) {
                unknown(`Proxmox: ${asked.method} ${asked.path}`);
            }
            // The sentence is the reason phrase, as Proxmox gives it (pve-http-server: AnyEvent.pm).
            response.writeHead(refusal.status, refusal.message.replaceAll(/[^ -~]/g, " "));
            response.end(JSON.stringify({ data: null, message: `${refusal.message}\n` }));
        }
    };
    const server = https.createServer(
        { cert: certificate.certificate, key: certificate.key },
        (request, response) => void serve(request, response),
    );
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    // Tasks end by themselves, whoever asks.
    const clock = setInterval(() => {
        proxmox.tasks.advance(Date.now());
    }, 50);
    return () => {
        clearInterval(clock);
        server.close();
        server.closeAllConnections();
    };
}
