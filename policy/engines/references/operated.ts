/** What the table of operated pods is written with. */
import { readString, type Tree } from "../../kernel/tree";

/** Labels of pods. */
export type Labels = Readonly<Record<string, string>>;

/** A port that something listens on. */
export interface Port {
    readonly name?: string;
    readonly port: number;
    /** Last port of a range. */
    readonly endPort?: number;
    /** `TCP` unless it says otherwise. */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

/** Pods of one kind. */
export interface OperatedPods {
    /** What they are, after the resource's name in messages. */
    readonly part: string;
    readonly labels: Labels;
    /** Labels that change while they run: each pod carries one of these sets. */
    readonly variants?: readonly Labels[];
    readonly ports: readonly Port[];
    readonly hostNetwork?: true;
    /** They act on what the resource says, and go where it points. */
    readonly isMain?: true;
    /** They watch or change objects of the cluster. */
    readonly usesApi?: true;
    /** Pods of the same namespace that they must reach, with the reason. */
    readonly reaches?: readonly { pods: Labels; ports: readonly Port[]; why: string }[];
    /** Ports on which the operator itself must reach them. */
    readonly operatorReaches?: readonly Port[];
}

/** The name of the resource. */
export function nameOf(inputs: Tree): string {
    return readString(inputs, "metadata", "name") ?? "";
}

/** A TCP port. */
export function tcp(port: number, name?: string): Port {
    return { port, name };
}
