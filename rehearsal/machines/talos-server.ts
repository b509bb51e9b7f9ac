/**
 * The API of one node. In maintenance it answers anybody; configured, only who shows a certificate of
 * Talos' authority (talos v1.13.9: internal/app/maintenance and internal/app/apid).
 */
import { setTimeout as pause } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { makeAuthority, readAuthority, sign } from "./certificates";
import { Door } from "./doors";
import type { TalosConfiguration } from "./talos-configuration";
import { TalosService, type TalosServiceOptions } from "./talos-service";

/** What the servers share. */
export interface TalosServerOptions extends TalosServiceOptions {
    /** Port of this node's API on this machine. */
    readonly port: number;
    /** Addresses that the certificates name besides the node's own. */
    readonly addresses: readonly string[];
    /** Addresses of the control planes, in the order in which a client names them. */
    readonly controlPlanes: readonly string[];
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
/** Milliseconds in which an answer still reaches its client, before a node goes away. */
const LAST_ANSWER = 200;
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
        if (this.server !== undefined) {
            await pause(LAST_ANSWER);
        }
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
        new TalosService(this.address, this.options).addTo(server);
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
}
