/** A custom resource, and what else its operator looks at. */

/** Plain JSON with string keys. */
export type Tree = Readonly<Record<string, unknown>>;
/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** A custom resource as it is written in YAML. */
export interface Resource {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Labels;
        readonly annotations?: Labels;
    };
    readonly spec?: Tree;
    readonly [field: string]: unknown;
}

/** A node of the cluster, as far as an operator looks at it. */
export interface Node {
    readonly name: string;
    /** How many empty disks it has for storage. */
    readonly disks: number;
    readonly cores: number;
}

/** What else an operator looks at. */
export interface Surroundings {
    /** Resources of the stack of one kind, `<group>/<Kind>`; of another namespace too. */
    readonly all: (kind: string) => readonly Resource[];
    readonly nodes: readonly Node[];
}
