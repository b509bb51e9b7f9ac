/** The stack as data: what the program registers, recorded once, for whoever works on it further. */
import type { ResourceValidationArgs } from "@pulumi/policy";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readContent } from "../components/base/crd-content";
import { crdType, type Manifest } from "../components/base/object";
import { type Fact, Facts, toFact } from "../policy/kernel/facts";
import { Recorder, type Registration } from "./recorder";
import { runProgram } from "./run";
import type { StackConfiguration } from "./stack-file";

/** Inputs in plain form, free to be changed in copies. */
export type Inputs = Record<string, unknown>;

/** One registration, as a policy sees it. */
export interface StackResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly inputs: Inputs;
    readonly protect: boolean;
    readonly dependencies: readonly string[];
}

/** Policies see the values of secrets; the SDK takes the wrapping off. */
function unwrapped(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unwrapped);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const record = value as Inputs;
    return record[specialSigKey] === specialSecretSig
        ? unwrapped(record.value)
        : Object.fromEntries(Object.entries(record).map(([key, item]) => [key, unwrapped(item)]));
}

function toInputs(struct: Struct): Inputs {
    return unwrapped(struct.toJavaScript()) as Inputs;
}

/** A registration as a policy sees it. */
export function toStackResource(registration: Registration): StackResource {
    const { urn, type, name, parent, inputs, protect, dependencies } = registration;
    return { urn, type, name, parent, inputs: toInputs(inputs), protect, dependencies };
}

/**
 * A Kubernetes object as it is sent: a CRD with its schemas, which only the content of its digest has.
 *
 * @throws MissingContentError when this machine does not have the content
 */
export function toManifest({ type, inputs }: Pick<StackResource, "type" | "inputs">): Manifest {
    const manifest = inputs as Manifest;
    return type === crdType
        ? readContent(String(inputs.digest), manifest.metadata.name ?? "")
        : manifest;
}

/** Runs the program under the preview's recorder; nothing outside of the process is touched. */
export async function recordStack(stack: StackConfiguration): Promise<StackResource[]> {
    const recorder = new Recorder();
    await runProgram(stack, recorder);
    return recorder.registrations.map(toStackResource);
}

/** Charts that could not be rendered: what they install is not among the resources. */
export function missingCharts(resources: readonly StackResource[]): string[] {
    return resources
        .filter(({ type, inputs }) => type === "platform:base:Chart" && inputs.rendered !== true)
        .map(({ name }) => name);
}

/** What a policy collects of a resource. */
export function factOf({ urn, type, name, parent, protect, inputs }: StackResource): Fact {
    const options = { parent, protect } as ResourceValidationArgs["opts"];
    return toFact({ urn, type, name, props: inputs, opts: options } as ResourceValidationArgs);
}

/** What the policy pack knows when it judges the stack. */
export function factsOf(resources: readonly StackResource[]): Facts {
    const facts = new Facts();
    for (const resource of resources) {
        facts.collect(factOf(resource));
    }
    facts.settle(
        resources.map(({ urn, dependencies }) => ({
            urn,
            dependencies: dependencies.map((dependency) => ({ urn: dependency })),
        })),
    );
    return facts;
}
