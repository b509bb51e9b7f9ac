/** Larger stacks, made of what a stack registers anyway. */
import * as pulumi from "@pulumi/pulumi";
import { isObjectType } from "../components/base/object";
import type { Registration } from "../preview/recorder";
import { Bare } from "./measurement";

/** Registers so many copies of every Kubernetes object, each judged like the first. */
export function repeatObjects(registrations: readonly Registration[], copies: number): void {
    const objects = registrations.filter(({ type }) => isObjectType(type));
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
