/** A site that is played: Proxmox, the nodes inside its machines, and the Image Factory. */
import { setTimeout as pause } from "node:timers/promises";
import type { Manifest } from "../../components/base/object";
import { makeAuthority, sign } from "./certificates";
import { DoorProxy, type DoorTable, doorTable } from "./doors";
import { startImageFactory } from "./image-factory";
import { RealKubernetes, type Size } from "./kubernetes-side";
import { addressOf, imageIn } from "./machine-inside";
import { Proxmox } from "./proxmox";
import type { Token } from "./proxmox-access";
import { bytesOf, partsOf } from "./proxmox-config";
import type { Machine, Storage } from "./proxmox-machine";
import { startProxmoxServer } from "./proxmox-server";
import { Tasks } from "./proxmox-tasks";
import { TalosCluster } from "./talos-cluster";
import { TALOS_PORT, TalosServer } from "./talos-server";

/** What a site consists of, as the settings of a stack describe it. */
export interface SiteDescription {
    /** URL of Proxmox. */
    readonly endpoint: string;
    readonly hosts: readonly string[];
    readonly storages: readonly Storage[];
    readonly token: Token;
    /** Addresses that nodes have or may get. */
    readonly addresses: readonly string[];
    readonly controlPlanes: readonly string[];
    readonly virtualAddress: string;
    readonly apiServerPort: number;
    /** Release of Kubernetes. */
    readonly kubernetes: string;
    /** CRDs that operators would make. */
    readonly definitions: readonly Manifest[];
}

const FACTORY = "factory.talos.dev:443";
/** Milliseconds between two looks at the nodes. */
const TICK = 100;
/** Milliseconds that a node takes to boot. */
const BOOT = 1500;

const portOf = (url: URL) => Number(url.port === "" ? "443" : url.port);

/** Everything that is played. */
export class PlayedSite {
    readonly proxmox: Proxmox;
    readonly cluster: TalosCluster;
    readonly kubernetes: RealKubernetes;
    readonly tasks = new Tasks();
    /** What was asked for and is not played. */
    readonly unknown = new Set<string>();
    /** Authority that the certificates of Proxmox and the factory are of, PEM. */
    authority = "";
    /** Told of every request that was answered. */
    readonly listeners = new Set<(what: string) => void>();
    private servers: TalosServer[] = [];
    private endings: (() => void)[] = [];
    private ticking: Promise<void> | undefined;
    private isStopped = false;

    private constructor(
        private readonly description: SiteDescription,
        readonly doors: DoorTable,
        readonly proxy: DoorProxy,
        private readonly progress: (line: string) => void,
    ) {
        const {
            hosts,
            storages,
            controlPlanes,
            virtualAddress,
            apiServerPort,
            kubernetes,
            definitions,
        } = description;
        this.kubernetes = new RealKubernetes({
            release: kubernetes,
            definitions,
            doors,
            virtualAddress,
            controlPlanes,
            port: apiServerPort,
            sizeOf: (address) => this.sizeOf(address),
            progress,
        });
        this.cluster = new TalosCluster(this.kubernetes, { boot: BOOT }, (address) => {
            const machine = this.machineAt(address);
            if (machine !== undefined) {
                this.proxmox.powerOff(machine);
            }
        });
        this.proxmox = new Proxmox(hosts, storages, this.tasks, {
            started: (machine) => {
                this.powerOn(machine);
            },
            stopped: (machine) => {
                this.cluster.at(addressOf(machine) ?? "")?.stop();
            },
            destroyed: (machine) => {
                this.cluster.drop(addressOf(machine) ?? "");
            },
        });
    }

    /** Starts it; nothing is on it yet. */
    static async start(
        description: SiteDescription,
        progress: (line: string) => void,
    ): Promise<PlayedSite> {
        const { endpoint, addresses, controlPlanes, virtualAddress, apiServerPort } = description;
        const url = new URL(endpoint);
        const doors = await doorTable([
            `${url.hostname}:${portOf(url)}`,
            FACTORY,
            ...addresses.map((address) => `${address}:${TALOS_PORT}`),
            ...[virtualAddress, ...controlPlanes].map((address) => `${address}:${apiServerPort}`),
        ]);
        const proxy = new DoorProxy(doors, (place) => {
            progress(`Somebody wanted to reach ${place}, which is not played`);
        });
        const site = new PlayedSite(description, doors, proxy, progress);
        await proxy.start();
        await site.open(url);
        return site;
    }

    private async open(url: URL): Promise<void> {
        const { token, addresses, controlPlanes, virtualAddress } = this.description;
        const authority = await makeAuthority("rehearsal");
        this.authority = `${authority.certificate.toString("pem")}\n`;
        const certificateOf = (name: string) =>
            sign(authority, { name: `CN=${name}`, addresses: [name], days: 1 });
        const unknown = (what: string) => {
            this.unknown.add(what);
        };
        const heard = (what: string) => {
            this.listeners.forEach((listener) => {
                listener(what);
            });
        };
        const proxmoxPort = this.doors[`${url.hostname}:${portOf(url)}`] ?? 0;
        this.endings.push(
            await startProxmoxServer({
                proxmox: this.proxmox,
                tokens: [token],
                certificate: await certificateOf(url.hostname),
                port: proxmoxPort,
                heard,
                unknown,
            }),
            await startImageFactory(
                await certificateOf("factory.talos.dev"),
                this.doors[FACTORY] ?? 0,
            ),
        );
        this.servers = addresses.map(
            (address) =>
                new TalosServer(address, {
                    cluster: this.cluster,
                    port: this.doors[`${address}:${TALOS_PORT}`] ?? 0,
                    memoryOf: (one) => this.sizeOf(one).memory * 1024 ** 2,
                    addresses: [virtualAddress, ...controlPlanes],
                    controlPlanes,
                    heard,
                }),
        );
        const clock = async (): Promise<void> => {
            while (!this.isStopped) {
                await this.tick();
                await pause(TICK);
            }
        };
        this.ticking = clock();
    }

    private async tick(): Promise<void> {
        try {
            await this.cluster.tick(Date.now());
            await Promise.all(this.servers.map((server) => server.follow()));
        } catch (error) {
            this.progress(`The simulation met: ${(error as Error).message}`);
        }
    }

    private powerOn(machine: Machine): void {
        const address = addressOf(machine);
        if (address !== undefined && machine.image !== undefined) {
            const node =
                this.cluster.at(address) ?? this.cluster.add(address, imageIn(machine.image));
            node.start(Date.now());
        }
    }

    /** Resolves once a request was answered that is so called. */
    whenHeard(pattern: RegExp): { readonly heard: Promise<void>; readonly forget: () => void } {
        let listener: (what: string) => void = () => undefined;
        const heard = new Promise<void>((resolve) => {
            listener = (what) => {
                if (pattern.test(what)) {
                    resolve();
                }
            };
            this.listeners.add(listener);
        });
        return { heard, forget: () => this.listeners.delete(listener) };
    }

    /** The machine of a node. */
    machineAt(address: string): Machine | undefined {
        return [...this.proxmox.machines.values()].find(
            (machine) => addressOf(machine) === address,
        );
    }

    private sizeOf(address: string): Size {
        const { config = {} } = this.machineAt(address) ?? {};
        const { cores = "1", sockets = "1", memory = "0", scsi0 = "" } = config;
        return {
            cores: Number(cores) * Number(sockets),
            memory: Number(memory),
            disk: bytesOf(partsOf(scsi0).more.get("size") ?? "0"),
        };
    }

    /** Ends everything that is played. */
    async stop(): Promise<void> {
        this.isStopped = true;
        await this.ticking;
        await Promise.all(this.servers.map((server) => server.stop()));
        this.endings.forEach((end) => {
            end();
        });
        this.proxy.stop();
        await this.kubernetes.stop();
    }
}
