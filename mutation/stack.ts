/** The stack as data: what the program registers, recorded once and then changed in copies. */
import * as path from "node:path";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { Recorder, type Registration } from "../preview/recorder";
import { runProgram } from "../preview/run";
import { readStackFile } from "../preview/stack-file";

/** Inputs that a mutation may change in place. */
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

const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

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

/** No policy reads the schemas of a CRD, and they are most of the stack's bytes. */
function withoutSchemas(inputs: Inputs): Inputs {
    const spec = inputs.spec as { versions?: Inputs[] } | undefined;
    const versions = (spec?.versions ?? []).map((version) => ({ ...version, schema: undefined }));
    return { ...inputs, spec: { ...spec, versions } };
}

function toInputs(type: string, struct: Struct): Inputs {
    const inputs = unwrapped(struct.toJavaScript()) as Inputs;
    return type === CRD ? withoutSchemas(inputs) : inputs;
}

function toResource(registration: Registration): StackResource {
    const { urn, type, name, parent, inputs, protect, dependencies } = registration;
    return { urn, type, name, parent, inputs: toInputs(type, inputs), protect, dependencies };
}

/** Runs the program under the preview's recorder; nothing outside of the process is touched. */
export async function recordStack(stack: string): Promise<StackResource[]> {
    const recorder = new Recorder();
    await runProgram(readStackFile(path.join(__dirname, ".."), stack), recorder);
    return recorder.registrations.map(toResource);
}
