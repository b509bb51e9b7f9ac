/** A few questions to the Proxmox API, asked before any machine is made. */
import * as fs from "node:fs";
import * as https from "node:https";
import * as tls from "node:tls";
import type { ProxmoxAnswers, StorageAnswer } from "./proxmox-prerequisites";
import { neededPaths, type ProxmoxDemand } from "./proxmox-privileges";

/** Where Proxmox is, and who asks. */
export interface ProxmoxAccess {
    /** URL of the API, such as `https://proxmox.example.org:8006/`. */
    readonly endpoint: string;
    /** `user@realm!name=uuid`; never part of a message. */
    readonly token: string;
    /** Whether the certificate is not checked. */
    readonly insecure: boolean;
}

/** An answer other than 200, or none. */
export class ProxmoxError extends Error {
    constructor(
        message: string,
        /** HTTP status; undefined when there was no answer. */
        readonly status?: number,
    ) {
        super(message);
    }
}

/**
 * Files in which Linux keeps the authorities it trusts, as Go looks for them
 * (go1.26: src/crypto/x509/root_linux.go). The provider is written in Go and trusts these; Node
 * would only trust those that it brings along.
 */
const authorityFiles = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

function authorities(): string[] {
    const { SSL_CERT_FILE } = process.env;
    const files = SSL_CERT_FILE === undefined ? authorityFiles : [SSL_CERT_FILE];
    const found = files.find((file) => fs.existsSync(file));
    return [
        ...tls.rootCertificates,
        ...(found === undefined ? [] : [fs.readFileSync(found, "utf8")]),
    ];
}

/** Asks for one path below `/api2/json`; throws {@link ProxmoxError}. */
export function askProxmox(
    { endpoint, token, insecure }: ProxmoxAccess,
    path: string,
): Promise<unknown> {
    const url = new URL(`/api2/json${path}`, endpoint);
    return new Promise((resolve, reject) => {
        const request = https.get(
            url,
            {
                headers: { Authorization: `PVEAPIToken=${token}` },
                rejectUnauthorized: !insecure,
                ca: authorities(),
                timeout: 10_000,
            },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    const { statusCode: status = 0 } = response;
                    if (status !== 200) {
                        reject(new ProxmoxError(`status ${status}`, status));
                        return;
                    }
                    try {
                        const text = Buffer.concat(chunks).toString();
                        resolve((JSON.parse(text) as { data?: unknown }).data);
                    } catch {
                        reject(new ProxmoxError("an answer that is not of Proxmox"));
                    }
                });
            },
        );
        request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
        request.on("error", ({ message }) => {
            reject(new ProxmoxError(message));
        });
    });
}

/** Asks what may be refused; undefined when the token has no right to it. */
async function whereAllowed<T>(answer: Promise<unknown>): Promise<T | undefined> {
    try {
        return (await answer) as T;
    } catch (error) {
        if (error instanceof ProxmoxError && error.status === 403) {
            return undefined;
        }
        throw error;
    }
}

/**
 * Asks everything that the prerequisites are judged by.
 *
 * @param ask fetches one path below `/api2/json`
 */
export async function proxmoxAnswers(
    demand: ProxmoxDemand,
    ask: (path: string) => Promise<unknown>,
): Promise<ProxmoxAnswers> {
    const { version } = (await ask("/version")) as { version: string };
    const nodes = (await ask("/nodes")) as { node: string; status: string }[];
    const privileges: Record<string, readonly string[]> = {};
    for (const path of Object.keys(neededPaths(demand))) {
        const query = `/access/permissions?path=${encodeURIComponent(path)}`;
        const answer = (await ask(query)) as Record<string, Record<string, unknown>>;
        privileges[path] = Object.keys(answer[path] ?? {});
    }
    const storages: Record<string, readonly StorageAnswer[] | undefined> = {};
    for (const { name } of demand.hosts) {
        storages[name] = nodes.some(({ node, status }) => node === name && status === "online")
            ? await whereAllowed(ask(`/nodes/${name}/storage`))
            : undefined;
    }
    const machines = await whereAllowed<ProxmoxAnswers["machines"]>(
        ask("/cluster/resources?type=vm"),
    );
    const firewall = await whereAllowed<{ enable?: number }>(ask("/cluster/firewall/options"));
    return {
        version,
        hosts: nodes.map(({ node, status }) => ({ name: node, online: status === "online" })),
        storages,
        privileges,
        machines: machines ?? [],
        firewall: firewall === undefined ? undefined : firewall.enable === 1,
    };
}
