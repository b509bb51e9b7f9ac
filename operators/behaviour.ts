/**
 * What an operator makes of one kind of custom resource, as facts with their source. Pure, and on
 * the ground floor: components read it for labels, ports and flows, the policy pack for pods,
 * claims and references, the rehearsal for stand-ins. Nothing about a kind is written anywhere else.
 *
 * Every function takes plain JSON: a resource whose `spec` holds a value that only an update will
 * know never reaches it (the pack calls such a resource "not judged" instead).
 */

import type { Labels, Resource, Surroundings, Tree } from "./resource";

export type { Labels, Node, Resource, Surroundings, Tree } from "./resource";

/** A port that something listens on. */
export interface Port {
    readonly name?: string;
    readonly port: number;
    /** Last port of a range. */
    readonly endPort?: number;
    /** Default: TCP. */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

/** Pods of the same namespace that others must reach. */
export interface Reach {
    readonly pods: Labels;
    readonly ports: readonly Port[];
    /** The sentence that says why. */
    readonly why: string;
}

/** A claim that is made for each pod. */
export interface MadeClaim {
    readonly name: string;
    /** Absent for the default class. */
    readonly storageClass?: string;
    /** A quantity as Kubernetes writes it, for example `10Gi`. */
    readonly size: unknown;
}

/** A role that one pod of a set has at a time, kept by the operator as a label. */
export interface MovingRole {
    readonly label: string;
    /** Value of the label on the pod that has the role. */
    readonly holder: string;
    /** Value on all others. */
    readonly other: string;
    /** `node`: the holder's own peers miss it; `readiness`: the operator asks the API first. */
    readonly notices: "node" | "readiness";
    /** Seconds at most from the notice until another pod carries the label. */
    readonly seconds: number;
    /** It leaves a cordoned node by itself, once so many pods are ready and all others elsewhere. */
    readonly yieldsWith?: number;
}

/** Pods of one kind that an operator makes of a resource. */
export interface MadePods {
    /** What they are, after the resource's name in messages: `mon`, `instances` ... */
    readonly part: string;
    /** Start of the pods' names. */
    readonly name: string;
    /** Where they run, of a resource that is in no namespace; default: the resource's. */
    readonly namespace?: string;
    readonly labels: Labels;
    /** Annotations of the pods that somebody reads; default: none. */
    readonly annotations?: Labels;
    /** Labels that change while they run: each pod carries one of these sets. */
    readonly variants?: readonly Labels[];
    /** How many run at the same time; ignored for one pod per node. */
    readonly count: number;
    /** How many there may be while something is updated; default: `count`. */
    readonly most?: number;
    /**
     * One on each node that admits it: by a DaemonSet, whose pods stay while their node is in
     * trouble, or by a Deployment for each node.
     */
    readonly perNode?: "DaemonSet" | "Deployments";
    /** The only node that they run on, which the pod's own rules say too. */
    readonly node?: string;
    /** Belongs to its node, like the daemon of a disk: not replaced when the node is lost. */
    readonly local?: true;
    /** Exists for a while only, as a job does. */
    readonly passing?: true;
    /** Waited for when its node is lost, as the pods of a StatefulSet are; so are those with claims. */
    readonly stateful?: true;
    /**
     * The pod's `spec` with everything that decides where it runs (containers with resources,
     * affinity, topologySpreadConstraints, tolerations, priorityClassName, hostNetwork) and
     * everything in it that names other objects (env, volumes, serviceAccountName).
     */
    readonly pod: Tree;
    readonly ports: readonly Port[];
    readonly claims?: readonly MadeClaim[];
    /** They act on what the resource says, and go where it points. */
    readonly isMain?: true;
    /** They watch or change objects of the cluster. */
    readonly usesApi?: true;
    /** Pods of the same namespace that they must reach. */
    readonly reaches?: readonly Reach[];
    /** Ports on which the operator itself must reach them. */
    readonly operatorReaches?: readonly Port[];
    /** How the members are called that decide by majority; absent where nobody votes. */
    readonly votes?: string;
    /**
     * Pods of several resources of a namespace that vote together share this name; default: the
     * members of one resource vote among themselves.
     */
    readonly electorate?: string;
    /** The role that moves among them. */
    readonly role?: MovingRole;
}

/** A port of a Service. */
export interface ServicePort {
    readonly name?: string;
    readonly port: number;
    readonly target: number | string;
    /** Default: TCP. */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

/** A Service that an operator makes, in the resource's namespace unless it says otherwise. */
export interface MadeService {
    readonly name: string;
    readonly namespace?: string;
    readonly selector: Labels;
    readonly ports: readonly ServicePort[];
}

/** A Secret or ConfigMap that an operator writes. */
export interface MadeValues {
    readonly name: string;
    readonly namespace?: string;
    /** Undefined when nobody can say. */
    readonly keys?: readonly string[];
}

/** Any other object that an operator makes and others refer to. */
export interface MadeObject {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    readonly name: string;
    /** Absent for cluster-scoped kinds. */
    readonly namespace?: string;
}

/** A PodDisruptionBudget that an operator keeps; exactly one of the two limits. */
export interface MadeBudget {
    readonly name: string;
    readonly selector: Labels;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
}

/**
 * A field that names another object of the same namespace (or a cluster-scoped one). A `namespace`
 * beside the name says where instead, and `optional: true` that the operator goes on without it.
 */
export interface NamedField {
    /** Dotted path; `[]` walks a list: `spec.externalClusters[].name`. */
    readonly path: string;
    /** `<group>/<Kind>` of what it names. */
    readonly kind: string;
    /** Dotted path of keys that must exist in the Secret or ConfigMap, beside the name. */
    readonly keys?: string;
    /** `<group>/<Kind>` instead, where the name has its namespace before a slash. */
    readonly inNamespace?: string;
}

/** A field that names an image. */
export interface ImageField {
    /** Dotted path; `[]` walks a list. */
    readonly path: string;
    /** Absent is no mistake: nothing runs it, or this field names it instead. */
    readonly optional?: true | { readonly by: string };
}

/** A field that holds kind and name of another object, and the defaults of its parts. */
export interface TypedField {
    readonly path: string;
    readonly group: string;
    readonly kind: string;
}

/** A monitor that the operator makes by itself when a switch in the resource is on. */
export interface MadeMonitor {
    readonly kind: "ServiceMonitor" | "PodMonitor";
    /** The switch; off by default. */
    readonly switch: string;
    readonly labels: (resource: Resource) => Labels;
}

/** Where a resource says how long something is kept. */
export interface Retention {
    /** What is kept, as docs/retention.md calls it. */
    readonly what: string;
    /** Dotted path of the duration. */
    readonly path: string;
    /** Where this is absent, the resource keeps nothing. */
    readonly when?: string;
}

/**
 * Something in a resource that keeps data: from who finds a disk, from who listens, or from being
 * deleted with the resource.
 */
export interface Safeguard {
    readonly against: "disks" | "traffic" | "deletion";
    /** The field as messages name it, with what it is. */
    readonly found: string;
    readonly isMet: boolean;
    /** What to do about it, after "; ". */
    readonly wanted: string;
}

/** The room of one kind. */
export interface Behaviour {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    /**
     * Names of the objects that it is about, or their form, where an operator is told by objects of
     * a kind that others use too; default: every object of the kind.
     */
    readonly only?: readonly string[] | RegExp;
    /** Upstream, release and files that the facts are from. */
    readonly source: string;
    /** Absent where nobody makes pods; a sentence instead of pods says why nobody can tell. */
    readonly pods?: (
        resource: Resource,
        surroundings: Surroundings,
    ) => readonly MadePods[] | string;
    readonly services?: (resource: Resource, surroundings: Surroundings) => readonly MadeService[];
    readonly secrets?: (resource: Resource) => readonly MadeValues[];
    readonly configMaps?: (resource: Resource, surroundings: Surroundings) => readonly MadeValues[];
    readonly objects?: (resource: Resource, surroundings: Surroundings) => readonly MadeObject[];
    readonly budgets?: (resource: Resource, surroundings: Surroundings) => readonly MadeBudget[];
    readonly images?: readonly ImageField[];
    /**
     * Fields that name other objects. What is neither listed nor part of {@link MadePods.pod} names
     * nothing.
     */
    readonly names?: readonly NamedField[];
    readonly typedNames?: readonly TypedField[];
    /**
     * A cluster-scoped resource whose names without a namespace are looked up where the operator
     * runs.
     */
    readonly namesWhereOperatorRuns?: true;
    /**
     * Kinds, `<group>/<Kind>`, whose CRDs no chart holds: the operator registers them when it acts on
     * the resource, so whatever is of them comes after it.
     */
    readonly defines?: readonly string[] | ((resource: Resource) => readonly string[]);
    readonly monitor?: MadeMonitor;
    readonly retention?: Retention;
    /** Deleting the resource deletes data: it is protected in prod (IAC-05). */
    readonly holdsData?: true;
    /** What a sound resource of the kind has, and whether this one does. */
    readonly safeguards?: (resource: Resource) => readonly Safeguard[];
}
