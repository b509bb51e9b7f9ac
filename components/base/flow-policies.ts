import { createHash } from "node:crypto";
import { FLOWS_ANNOTATION } from "./flow-names";
import {
    allowFlows,
    directionOf,
    type Flow,
    type NetworkMap,
    policyName,
    type PolicySubject,
} from "./flows";
import type { Admission } from "./mesh";
import type { ObjectMetadataInput } from "./object";

/** A policy whose flows are known once the program has declared all of them. */
export interface LaterPolicy {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: ObjectMetadataInput & {
        readonly annotations: Readonly<Record<string, Promise<string>>>;
    };
    readonly spec: Promise<unknown>;
    readonly [field: string]: unknown;
}

interface Gathered<P> {
    readonly name: string;
    readonly subject: PolicySubject;
    readonly flows: Flow[];
    readonly policy: P;
}

/** So many digits of a digest tell two selectors apart whose values are the same. */
const DIGITS = 8;

/**
 * The NetworkPolicies of a namespace: one for each set of pods and direction, however many flows it
 * has, because each object is in the state three times (docs/performance.md, "State").
 *
 * A policy is registered with its first flow, so that pods can wait for it at once; its rules follow
 * when the program has declared all flows. That is at the end of the turn in which the namespace was
 * made: a program declares everything synchronously, and nobody has to say that it is done.
 */
export class FlowPolicies<P> {
    private readonly gathered = new Map<string, Gathered<P>>();
    private readonly names = new Set<string>();
    private readonly complete: Promise<void>;
    private isComplete = false;

    /** @param register registers a policy whose annotations and rules are known a little later */
    constructor(
        private readonly namespace: string,
        private readonly network: NetworkMap,
        private readonly register: (policy: LaterPolicy) => P,
    ) {
        this.complete = Promise.resolve().then(() => {
            this.isComplete = true;
        });
    }

    /**
     * Adds a flow to the policy of its pods.
     *
     * @returns the policy; pods that need the flow start after it
     * @throws Error for a flow that comes too late, or twice
     */
    allow(flow: Flow): P {
        const subject = {
            namespace: this.namespace,
            pods: flow.pods,
            direction: directionOf(flow),
        };
        if (this.isComplete) {
            throw new Error(
                `Namespace ${this.namespace}: the flow ${flow.name} comes after its policies; declare it in the same turn as the namespace, before anything is awaited.`,
            );
        }
        const key = JSON.stringify([subject.direction, Object.entries(flow.pods ?? {}).sort()]);
        const known = this.gathered.get(key);
        if (known === undefined) {
            const flows = [flow];
            const name = this.nameOf(subject, key);
            const policy = this.registerLater(subject, name, flows);
            this.gathered.set(key, { name, subject, flows, policy });
            return policy;
        }
        if (known.flows.some(({ name }) => name === flow.name)) {
            throw new Error(
                `Namespace ${this.namespace}: two flows of the same pods are named ${flow.name}; name each after what it is for.`,
            );
        }
        known.flows.push(flow);
        return known.policy;
    }

    /** Whom the pods of the namespace let in, as far as it is declared. */
    get admissions(): Admission[] {
        return [...this.gathered.values()]
            .filter(({ subject }) => subject.direction === "in")
            .map(({ name, subject: { namespace, pods }, flows }) => ({
                name,
                namespace,
                pods,
                flows,
            }));
    }

    private nameOf(subject: PolicySubject, key: string): string {
        const plain = policyName(subject);
        const digest = createHash("sha256").update(key).digest("hex").slice(0, DIGITS);
        const name = this.names.has(plain) ? `${plain}-${digest}` : plain;
        this.names.add(name);
        return name;
    }

    private registerLater(subject: PolicySubject, name: string, flows: readonly Flow[]): P {
        const policyOf = () => allowFlows(name, subject, flows, this.network);
        const { metadata, ...outline } = policyOf();
        const later = this.complete.then(policyOf);
        const names = later.then((all) => all.metadata.annotations?.[FLOWS_ANNOTATION] ?? "");
        return this.register({
            ...outline,
            metadata: { ...metadata, annotations: { [FLOWS_ANNOTATION]: names } },
            spec: later.then(({ spec }) => spec),
        });
    }
}
