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
    /** A copy of what etcd holds. */
    snapshot(): Promise<Buffer>;
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
        /** A node turned itself off. */
        private readonly turnedOff: (address: string) => void = () => undefined,
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
        const machine = new TalosMachine(address, image, this.pace, () => {
            this.turnedOff(address);
        });
        this.seen.set(address, { machine, registered: 0, isOn: false });
        return machine;
    }

    /** A machine whose disk is gone. */
    drop(address: string): void {
        const gone = this.seen.get(address);
        gone?.machine.stop();
        this.seen.delete(address);
    }

    /** A copy of what etcd holds, for who asks a control plane that is a member. */
    snapshotOf(machine: TalosMachine): Promise<Buffer> {
        this.membersFor(machine);
        return this.kubernetes.snapshot();
    }

    /** Takes a snapshot that a bootstrap may make etcd of (`EtcdRecover`). */
    recover(machine: TalosMachine, content: Buffer): void {
        machine.requireBootstrap();
        if (content.length === 0) {
            throw new TalosError("INVALID_ARGUMENT", "the snapshot is empty");
        }
        this.recovering.add(machine.address);
    }

    private readonly recovering = new Set<string>();

    /**
     * The first control plane makes etcd, or makes it anew of the snapshot that it was given.
     *
     * @throws TalosError where etcd must not be made, or there is no snapshot to make it of
     */
    bootstrap(machine: TalosMachine, fromSnapshot = false): void {
        machine.requireBootstrap();
        if (fromSnapshot && !this.recovering.delete(machine.address)) {
            throw new TalosError("FAILED_PRECONDITION", "no snapshot was uploaded");
        }
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

    /** Wipes a node; gracefully it leaves etcd first. It turns itself off unless it is to restart. */
    reset(
        machine: TalosMachine,
        { graceful, reboot }: { readonly graceful: boolean; readonly reboot: boolean },
        now: number,
    ): void {
        if (graceful && machine.disk.member !== undefined) {
            this.leave(machine);
        }
        this.left.delete(machine.address);
        machine.wipe(reboot, now);
    }

    /** The data of etcd is gone from every control plane, which wait for a bootstrap again. */
    loseEtcd(): void {
        this.etcd.members = [];
        for (const { disk } of this.machines) {
            disk.member = undefined;
        }
        this.isBootstrapped = false;
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
            await this.kubernetes.announce([], false);
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
