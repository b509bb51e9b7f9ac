import type * as pulumi from "@pulumi/pulumi";
import type { Exception } from "./exceptions";

/** Registers with admission control what an exception lets be; nothing where that is not asked. */
export type LetIn = (exception: Exception) => readonly pulumi.Resource[];

/**
 * The exceptions of all systems, for whoever enforces policies in the cluster: what preview lets be
 * must not be refused there. Systems that come before it have theirs kept until it is there.
 */
export class AdmissionExceptions {
    private readonly kept: Exception[] = [];
    private letIn: LetIn | undefined;

    /**
     * Takes the exceptions of a component.
     *
     * @returns what its workloads wait for
     */
    take(exceptions: readonly Exception[]): readonly pulumi.Resource[] {
        const { letIn } = this;
        if (letIn === undefined) {
            this.kept.push(...exceptions);
            return [];
        }
        return exceptions.flatMap((exception) => letIn(exception));
    }

    /**
     * Says who lets them in from now on.
     *
     * @returns what came of those that were kept
     */
    enforce(letIn: LetIn): readonly pulumi.Resource[] {
        this.letIn = letIn;
        return this.kept.splice(0).flatMap((exception) => letIn(exception));
    }
}
