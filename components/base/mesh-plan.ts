/** Which namespaces are in the mesh, and whom they let in: taken while the program declares them. */
import type { Resource } from "@pulumi/pulumi";
import type { Admission } from "./mesh";

/** A namespace in the mesh. */
export interface Member {
    readonly name: string;
    /** The Namespace object, which its policies wait for. */
    readonly object: Resource;
    /** Pods with those who may call them, as far as they are declared when it is asked. */
    readonly admissions: () => readonly Admission[];
}

/** The members of the mesh: each joins when its namespace is made, and the mesh's policies come last. */
export class MeshPlan {
    private readonly joined: Member[] = [];

    /** Brings a namespace into the mesh. */
    join(member: Member): void {
        this.joined.push(member);
    }

    /** Everybody who is in. */
    get members(): readonly Member[] {
        return this.joined;
    }
}
