/** Pods on nodes, and what is left of each node. Pure. */
import { addTo } from "./counters";
import type { HostPort } from "./pod-resources";
import { RuleBook, type Rules, type SchedulerNode, type SpreadState } from "./rules";
import type { Template } from "./template";

/** One pod to place. */
export interface PodToPlace {
    readonly template: Template;
    /** Number of the node that it belongs to, for one pod per node. */
    readonly pin?: number;
}

/**
 * A lost node: `gone` when its object was deleted, `unreachable` while it is still listed, tainted,
 * as it is for as long as nobody removes it.
 */
export interface Lost {
    readonly node: number;
    readonly how: "gone" | "unreachable";
}

/** CPU and memory are first: the scheduler's scores look at these two. */
const SCORED = ["cpu", "memory"];

function overlaps(left: HostPort, right: HostPort): boolean {
    const isAny = left.ip === "0.0.0.0" || right.ip === "0.0.0.0" || left.ip === right.ip;
    return isAny && left.port === right.port && left.protocol === right.protocol;
}

/** Nodes with the pods that are on them. */
export class SimulatedCluster {
    readonly resources: readonly string[];
    /** By resource, by node. */
    readonly allocatable: readonly Float64Array[];
    readonly used: readonly Float64Array[];
    /** As {@link used}, of what pods are taken to ask for when nodes are compared. */
    readonly nominal: readonly Float64Array[];
    readonly podsLeft: Int32Array;
    /** By pod: the number of its node, or -1. */
    readonly where: Int32Array;
    lost: Lost | undefined;

    private readonly rules: ReadonlyMap<Template, Rules>;
    private readonly ports: HostPort[][];
    private readonly disks: { id: string; readOnly: boolean }[][];
    private readonly claimed = new Map<string, number>();

    constructor(
        readonly nodes: readonly SchedulerNode[],
        readonly pods: readonly PodToPlace[],
    ) {
        const templates = [...new Set(pods.map(({ template }) => template))];
        this.resources = [
            ...new Set([...SCORED, ...templates.flatMap(({ requests }) => Object.keys(requests))]),
        ];
        const zeros = () => this.resources.map(() => new Float64Array(nodes.length));
        this.allocatable = this.resources.map((resource) =>
            Float64Array.from(nodes, ({ allocatable }) => allocatable[resource] ?? 0),
        );
        this.used = zeros();
        this.nominal = zeros();
        this.podsLeft = Int32Array.from(nodes, ({ allocatable }) => allocatable.pods ?? 0);
        this.where = new Int32Array(pods.length).fill(-1);
        this.ports = nodes.map(() => []);
        this.disks = nodes.map(() => []);
        this.rules = new RuleBook(nodes, this.resources).write(templates);
    }

    rulesOf(template: Template): Rules {
        const rules = this.rules.get(template);
        if (rules === undefined) {
            throw new Error(`${template.set.key} is not among the cluster's pods.`);
        }
        return rules;
    }

    private account(index: number, node: number, sign: 1 | -1): Rules {
        const { template } = this.pods[index] ?? {};
        if (template === undefined) {
            throw new Error(`There is no pod ${index}.`);
        }
        const rules = this.rulesOf(template);
        for (let resource = 0; resource < this.resources.length; resource++) {
            const amount = rules.requests[resource] ?? 0;
            const used = this.used[resource];
            const nominal = this.nominal[resource];
            if (used !== undefined && nominal !== undefined) {
                used[node] = (used[node] ?? 0) + sign * amount;
                nominal[node] = (nominal[node] ?? 0) + sign * (rules.nominal[resource] ?? 0);
            }
        }
        this.podsLeft[node] = (this.podsLeft[node] ?? 0) - sign;
        for (const { perNode } of rules.changes.perNode) {
            perNode[node] = (perNode[node] ?? 0) + sign;
        }
        return rules;
    }

    /** What counts for as long as the pod is listed, even if it is being deleted. */
    private countListed({ changes, template }: Rules, node: number, sign: 1 | -1): void {
        for (const count of changes.perDomain) {
            addTo(count, node, sign);
        }
        for (const claim of template.volumes.exclusive) {
            this.claimed.set(claim, (this.claimed.get(claim) ?? 0) + sign);
        }
    }

    place(index: number, node: number): void {
        const rules = this.account(index, node, 1);
        this.countListed(rules, node, 1);
        const { hostPorts, volumes } = rules.template;
        this.ports[node]?.push(...hostPorts);
        this.disks[node]?.push(...volumes.disks);
        this.where[index] = node;
    }

    /**
     * @param asGhost the pod is deleted but its node never confirms it: its affinities still count,
     * and it still has its volumes
     */
    remove(index: number, asGhost = false): void {
        const node = this.where[index] ?? -1;
        const rules = this.account(index, node, -1);
        if (!asGhost) {
            this.countListed(rules, node, -1);
        }
        const { hostPorts, volumes } = rules.template;
        const ports = this.ports[node] ?? [];
        this.ports[node] = ports.filter((port) => !hostPorts.includes(port));
        const disks = this.disks[node] ?? [];
        for (const disk of volumes.disks) {
            disks.splice(disks.indexOf(disk), 1);
        }
        this.where[index] = -1;
    }

    /** Takes back what {@link remove} left of a ghost. */
    forget(index: number, node: number): void {
        const { template } = this.pods[index] ?? {};
        if (template !== undefined) {
            this.countListed(this.rulesOf(template), node, -1);
        }
    }

    hasFreePorts({ template }: Rules, node: number): boolean {
        const taken = this.ports[node] ?? [];
        return !template.hostPorts.some((port) => taken.some((other) => overlaps(port, other)));
    }

    hasFreeVolumes({ template: { volumes } }: Rules, node: number): boolean {
        const disks = this.disks[node] ?? [];
        return (
            volumes.exclusive.every((claim) => (this.claimed.get(claim) ?? 0) === 0) &&
            volumes.disks.every((disk) =>
                disks.every(({ id, readOnly }) => id !== disk.id || (readOnly && disk.readOnly)),
            )
        );
    }

    /** Whether a node's pods count for a spread constraint at this moment. */
    isCounted({ eligible, constraint }: SpreadState, node: number, rules: Rules): boolean {
        return (
            eligible[node] === true &&
            (this.lost?.node !== node ||
                (this.lost.how === "unreachable" &&
                    (!constraint.honorsTaints || rules.toleratesLoss)))
        );
    }
}
