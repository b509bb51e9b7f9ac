/** The real preview of a stack, once. A process of its own; the result leaves on stdout. */
import * as fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Registration } from "../preview/recorder";
import { preview } from "../preview/run";
import type { StackConfiguration } from "../preview/stack-file";
import { Bare, finish } from "./measurement";

/** What to preview. */
export interface Task {
    readonly stack: StackConfiguration;
    /** How many more of every Kubernetes object, each judged like the first. */
    readonly copies: number;
}

function repeatObjects(registrations: readonly Registration[], copies: number): void {
    const objects = registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    for (let copy = 1; copy <= copies; copy += 1) {
        const parent = new pulumi.ComponentResource("platform:bench:Copy", `copy-${copy}`);
        for (const { type, name, inputs } of objects) {
            const values = inputs.toJavaScript() as { metadata: { name: string } };
            const metadata = { ...values.metadata, name: `${values.metadata.name}-${copy}` };
            new Bare(
                { type, name: `${name}-${copy}`, inputs: { ...values, metadata } },
                { parent },
            );
        }
    }
}

async function main(): Promise<void> {
    const { stack, copies } = JSON.parse(fs.readFileSync(process.argv[2] ?? "", "utf8")) as Task;
    const result = await preview(stack, {
        afterwards: (registrations) => {
            repeatObjects(registrations, copies);
        },
    });
    const rendering = performance
        .getEntriesByName("render")
        .reduce((sum, { duration }) => sum + duration / 1000, 0);
    const judging = result.seconds.total - result.seconds.program;
    finish({ resources: result.registrations.length, rendering, judging });
}

void main();
