/** The members of etcd, as far as Talos tells of them. Pure. */
import { TalosError } from "./talos-error";

/** A member. */
export interface Member {
    readonly id: number;
    readonly hostname: string;
    readonly address: string;
}

/** One etcd over all control planes; members stay on the list while their machines are down. */
export class Etcd {
    members: Member[] = [];
    private readonly running = new Set<number>();
    private leading: number | undefined;
    private next = 0;

    /** Whether more than half of the members run. */
    get hasQuorum(): boolean {
        const up = this.members.filter(({ id }) => this.running.has(id)).length;
        return this.members.length > 0 && up * 2 > this.members.length;
    }

    /** The member that the others follow; the first that runs when it has gone. */
    get leader(): number | undefined {
        if (!this.hasQuorum) {
            return undefined;
        }
        const isUp = this.leading !== undefined && this.running.has(this.leading);
        this.leading = isUp
            ? this.leading
            : this.members.find(({ id }) => this.running.has(id))?.id;
        return this.leading;
    }

    /** Makes a cluster of one member. */
    bootstrap(hostname: string, address: string): Member {
        this.members = [];
        this.running.clear();
        return this.add(hostname, address);
    }

    /**
     * A member joins, which needs the others (talos v1.13.9: pkg/system/services/etcd.go, `addMember`).
     *
     * @throws TalosError without a majority
     */
    join(hostname: string, address: string): Member {
        this.requireQuorum();
        return this.add(hostname, address);
    }

    /** A member's machine came back, or went away. */
    setRunning(id: number, isRunning: boolean): void {
        if (isRunning) {
            this.running.add(id);
        } else {
            this.running.delete(id);
        }
    }

    /** @throws TalosError without a majority, or where there is no such member */
    remove(id: number): void {
        this.requireQuorum();
        if (!this.members.some((member) => member.id === id)) {
            throw new TalosError("NOT_FOUND", "etcdserver: member not found");
        }
        this.members = this.members.filter((member) => member.id !== id);
        this.running.delete(id);
    }

    /** Another member leads. */
    forfeit(id: number): void {
        this.leading = this.members.find(
            (member) => member.id !== id && this.running.has(member.id),
        )?.id;
    }

    /** @throws TalosError without a majority */
    requireQuorum(): void {
        if (!this.hasQuorum) {
            throw new TalosError("UNAVAILABLE", "etcdserver: no leader");
        }
    }

    private add(hostname: string, address: string): Member {
        this.next += 1;
        const member = { id: 1000 + this.next, hostname, address };
        this.members = [...this.members, member];
        this.running.add(member.id);
        return member;
    }
}
