/**
 * The nodes of a site together: etcd over the control planes, and the Kubernetes that it carries. Time
 * passes by {@link TalosCluster.tick}.
 */
import { Etcd, type Member } from "./talos-etcd";
import { TalosError } from "./talos-error";
import { type Image, type Pace, TalosMachine } from "./talos-machine";
import type { TalosConfiguration } from "./talos-configuration";

/** What carries Kubernetes, and what nodes it has. */
export interface KubernetesSide {
    /** Has the API server start with the authority of the configuration; whether it is up. */
    start(configuration: TalosConfiguration): boolean;
    /** A kubelet registers its node. */
    register(machine: TalosMachine, configuration: TalosConfiguration): Promise<void>;
    /** A kubelet falls silent, or is back. */
    setPower(configuration: TalosConfiguration, isOn: boolean): Promise<void>;
    /** Which control planes answer, by address, and whether the virtual address does. */
    announce(addresses: readonly string[], hasQuorum: boolean): Promise<void>;
}

/** A node with what was seen of it. */
interface Seen {
    readonly machine: TalosMachine;
    /** Boot in which its kubelet registered. */
    registered: number;
    isOn: boolean;
}

/** All nodes. */
export class TalosCluster {
    readonly etcd = new Etcd();
    /** Somebody has made a cluster of the nodes. */
    isBootstrapped = false;
    private readonly seen = new Map<string, Seen>();
    private ticking: Promise<void> | undefined;

    constructor(
        private readonly kubernetes: KubernetesSide,
        private readonly pace: Pace,
    ) {}

    /** The nodes that exist. */
    get machines(): readonly TalosMachine[] {
        return [...this.seen.values()].map(({ machine }) => machine);
    }

    /** The node at an address. */
    at(address: string): TalosMachine | undefined {
        return this.seen.get(address)?.machine;
    }

    /** A machine with a new disk. */
    add(address: string, image: Image): TalosMachine {
        const machine = new TalosMachine(address, image, this.pace);
        this.seen.set(address, { machine, registered: 0, isOn: false });
        return machine;
    }

    /** A machine whose disk is gone. */
    drop(address: string): void {
        const gone = this.seen.get(address);
        gone?.machine.stop();
        this.seen.delete(address);
    }

    /** The first control plane makes etcd. */
    bootstrap(machine: TalosMachine): void {
        machine.requireBootstrap();
        const hostname = machine.disk.configuration?.hostname ?? "";
        machine.disk.member = this.etcd.bootstrap(hostname, machine.address).id;
        this.isBootstrapped = true;
    }

    /** A member leaves, and its node forgets it (`EtcdLeaveCluster`). */
    leave(machine: TalosMachine): void {
        const { member } = machine.disk;
        if (member === undefined) {
            throw new TalosError("FAILED_PRECONDITION", "etcd is not running on this node");
        }
        this.etcd.remove(member);
        machine.disk.member = undefined;
        this.left.add(machine.address);
    }

    /** Nodes that left and do not join again until they are made anew. */
    private readonly left = new Set<string>();

    /** Wipes a node; gracefully it leaves etcd first. */
    reset(machine: TalosMachine, graceful: boolean, now: number): void {
        if (graceful && machine.disk.member !== undefined) {
            this.leave(machine);
        }
        this.left.delete(machine.address);
        machine.wipe(now);
    }

    /** The members, for who asks a control plane that is one. */
    membersFor(machine: TalosMachine): readonly Member[] {
        if (machine.disk.member === undefined) {
            throw new TalosError("UNAVAILABLE", "etcd is not running on this node");
        }
        this.etcd.requireQuorum();
        return this.etcd.members;
    }

    /** Lets time pass; a call while one goes on is that one. */
    tick(now: number): Promise<void> {
        this.ticking ??= this.pass(now).finally(() => {
            this.ticking = undefined;
        });
        return this.ticking;
    }

    private async pass(now: number): Promise<void> {
        for (const { machine } of this.seen.values()) {
            machine.advance(now);
            const { member, configuration } = machine.disk;
            const isRunning = machine.stage === "running";
            if (member !== undefined) {
                this.etcd.setRunning(member, isRunning);
            } else if (
                isRunning &&
                configuration?.role === "controlplane" &&
                this.etcd.hasQuorum &&
                !this.left.has(machine.address)
            ) {
                machine.disk.member = this.etcd.join(configuration.hostname, machine.address).id;
            }
        }
        await this.carryKubernetes();
    }

    private async carryKubernetes(): Promise<void> {
        const first = [...this.seen.values()].find(
            ({ machine }) => machine.disk.member !== undefined,
        );
        const configuration = first?.machine.disk.configuration;
        if (!this.isBootstrapped || configuration === undefined) {
            return;
        }
        if (!this.kubernetes.start(configuration)) {
            return;
        }
        const serving = this.machines.filter(
            ({ stage, disk }) => stage === "running" && disk.member !== undefined,
        );
        await this.kubernetes.announce(
            serving.map(({ address }) => address),
            this.etcd.hasQuorum,
        );
        for (const seen of this.seen.values()) {
            await this.followKubelet(seen);
        }
    }

    private async followKubelet(seen: Seen): Promise<void> {
        const { machine } = seen;
        const { configuration } = machine.disk;
        if (configuration === undefined || !this.etcd.hasQuorum) {
            return;
        }
        const isOn = machine.stage === "running";
        if (isOn && seen.registered < machine.boots) {
            seen.registered = machine.boots;
            seen.isOn = true;
            await this.kubernetes.register(machine, configuration);
        }
        if (seen.registered > 0 && isOn !== seen.isOn) {
            seen.isOn = isOn;
            await this.kubernetes.setPower(configuration, isOn);
        }
    }
}
