/** What the processes of the benchmark share. */
import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../preview/stack-file";

/** What to preview. */
export interface Task {
    readonly stack: StackConfiguration;
    /** How many more of every Kubernetes object. */
    readonly copies: number;
}

/** Cost of one process, from its start: loading the SDK is part of what a user waits for. */
export interface Measurement {
    readonly seconds: number;
    /** Peak resident memory of the process; the policy pack is a process of its own. */
    readonly megabytes: number;
    readonly resources: number;
    /** Seconds in which the program ran, until its last registration was answered. */
    readonly program: number;
    /** Seconds of these in which charts were rendered or read from the cache. */
    readonly rendering: number;
    /** Seconds that judging took beyond the end of the program. */
    readonly judging: number;
}

/** A resource as the recorder saw it. */
export interface BareResource {
    readonly type: string;
    readonly name: string;
    readonly inputs: pulumi.Inputs;
}

/** Any resource, without anything of the platform around it. */
export class Bare extends pulumi.CustomResource {
    constructor({ type, name, inputs }: BareResource, opts?: pulumi.ResourceOptions) {
        super(type, name, inputs, opts);
    }
}

/** Prints the measurement of this process and ends it. */
export function finish(result: Omit<Measurement, "seconds" | "megabytes">): void {
    const measurement: Measurement = {
        ...result,
        seconds: performance.now() / 1000,
        megabytes: process.resourceUsage().maxRSS / 1024,
    };
    process.stdout.write(JSON.stringify(measurement));
    process.exit(0);
}
