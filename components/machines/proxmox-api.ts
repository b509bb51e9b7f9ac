/** A few questions to the Proxmox API, asked before any machine is made. */
import * as fs from "node:fs";
import * as tls from "node:tls";
import { HttpsError, httpsSend } from "../base/https-get";
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

function readAuthorities(): string[] {
    const { SSL_CERT_FILE } = process.env;
    const files = SSL_CERT_FILE === undefined ? authorityFiles : [SSL_CERT_FILE];
    const found = files.find((file) => fs.existsSync(file));
    return [
        ...tls.rootCertificates,
        ...(found === undefined ? [] : [fs.readFileSync(found, "utf8")]),
    ];
}

let known: string[] | undefined;

/** The authorities, read once: a check asks a dozen questions. */
function authorities(): string[] {
    known ??= readAuthorities();
    return known;
}

/** Asks for one path below `/api2/json`; throws {@link HttpsError}. */
export function askProxmox(access: ProxmoxAccess, path: string): Promise<unknown> {
    return send(access, "GET", path);
}

/** Changes what is at a path below `/api2/json`; throws {@link HttpsError}. */
export async function putProxmox(
    access: ProxmoxAccess,
    path: string,
    values: Readonly<Record<string, string>>,
): Promise<void> {
    await send(access, "PUT", path, new URLSearchParams(values).toString());
}

/** Takes away what is at a path below `/api2/json`; throws {@link HttpsError}. */
export async function deleteProxmox(access: ProxmoxAccess, path: string): Promise<void> {
    await send(access, "DELETE", path);
}

async function send(
    { endpoint, token, insecure }: ProxmoxAccess,
    method: "GET" | "PUT" | "DELETE",
    path: string,
    body?: string,
): Promise<unknown> {
    const form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": String(Buffer.byteLength(body ?? "")),
    };
    const options = {
        method,
        headers: {
            Authorization: `PVEAPIToken=${token}`,
            ...(body === undefined ? {} : form),
        },
        rejectUnauthorized: !insecure,
        ca: authorities(),
    };
    const text = await httpsSend(new URL(`/api2/json${path}`, endpoint), options, body);
    try {
        return (JSON.parse(text) as { data?: unknown }).data;
    } catch {
        throw new HttpsError("an answer that is not of Proxmox");
    }
}

/** Asks what may be refused; undefined when the token has no right to it. */
async function whereAllowed<T>(answer: Promise<unknown>): Promise<T | undefined> {
    try {
        return (await answer) as T;
    } catch (error) {
        if (error instanceof HttpsError && error.status === 403) {
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
