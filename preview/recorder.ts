/**
 * The SDK's mock monitor, made to record. It answers as the engine does while previewing a fresh
 * stack: inputs of Kubernetes objects are not echoed, because their provider is not configured yet
 * (pitfall P2), ids are unknown, and nothing outside the process is touched.
 */
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { getProject, getStack, setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { MockMonitor, setMocks } from "@pulumi/pulumi/runtime/mocks";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isObjectType } from "../components/base/object";

/** One registration, as the program sent it. */
export interface Registration {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN of the parent; empty for the stack itself. */
    readonly parent: string;
    readonly custom: boolean;
    /** Inputs in the form of the protocol: unknown and secret values are marked. */
    readonly inputs: Struct;
    /** URNs that `dependsOn` and used outputs lead to. */
    readonly dependencies: readonly string[];
    /** Reference of the provider instance, `<urn>::<id>`; empty for the default one. */
    readonly provider: string;
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** URNs of resources that it is made anew with. */
    readonly replaceWith: readonly string[];
    readonly retainOnDelete: boolean;
    readonly additionalSecretOutputs: readonly string[];
}

const STACK_TYPE = "pulumi:pulumi:Stack";
/** Every so many registrations the event loop gets its turn, so that analysis runs meanwhile. */
const BREATH = 16;

/** The URN that the engine would give: the types of all ancestors but the stack, then the own. */
export function urnOf(stack: string, project: string, type: string, name: string, parent: string) {
    const parentType = parent.split("::")[2] ?? "";
    const qualified =
        parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

type Callback<T> = (error: Error | null, response: T | undefined) => void;

/** Records registrations and hands each to a listener. */
export class Recorder extends MockMonitor {
    readonly registrations: Registration[] = [];
    /** Outputs that the program returned, in the form of the protocol. */
    stackOutputs = new Struct();

    constructor(private readonly listener: (registration: Registration) => void = () => undefined) {
        super({
            call: ({ token }) => {
                throw new Error(`A preview must not call ${token}: its inputs were all known.`);
            },
            newResource: ({ type }) => {
                throw new Error(`A preview must not read ${type}.`);
            },
        });
    }

    // The signature is the SDK's: an async method that answers through its callback.
    override registerResource(
        request: RegisterResourceRequest,
        callback: Callback<RegisterResourceResponse>,
    ): Promise<void> {
        const type = request.getType();
        const name = request.getName();
        const parent = request.getParent();
        const urn = urnOf(getStack(), getProject(), type, name, parent);
        if (this.resources.has(urn)) {
            callback(
                new Error(`Duplicate resource URN '${urn}'; try giving it a unique name.`),
                undefined,
            );
            return Promise.resolve();
        }
        const inputs = request.getObject() ?? new Struct();
        this.resources.set(urn, { urn, id: null, state: {} });
        const registration: Registration = {
            urn,
            type,
            name,
            parent,
            custom: request.getCustom(),
            inputs,
            dependencies: request.getDependenciesList(),
            provider: request.getProvider(),
            protect: request.getProtect() ?? false,
            ignoreChanges: request.getIgnorechangesList(),
            replaceOnChanges: request.getReplaceonchangesList(),
            replaceWith: request.getReplaceWithList(),
            retainOnDelete: request.getRetainondelete() ?? false,
            additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        };
        this.registrations.push(registration);
        this.listener(registration);

        const response = new RegisterResourceResponse();
        response.setUrn(urn);
        response.setObject(isObjectType(type) ? new Struct() : inputs);
        if (this.registrations.length % BREATH === 0) {
            setImmediate(() => {
                callback(null, response);
            });
        } else {
            callback(null, response);
        }
        return Promise.resolve();
    }

    override registerResourceOutputs(
        request: { getUrn(): string; getOutputs(): Struct | undefined },
        callback: Callback<object>,
    ): void {
        if (request.getUrn().includes(`::${STACK_TYPE}::`)) {
            this.stackOutputs = request.getOutputs() ?? this.stackOutputs;
        }
        callback(null, {});
    }
}

/** Makes the recorder the monitor of this process, in preview mode. */
export async function installRecorder(
    recorder: Recorder,
    project: string,
    stack: string,
): Promise<void> {
    // setMocks also tells the SDK which features a mock monitor has; then ours takes its place.
    await setMocks(recorder.mocks, project, stack, true);
    setMockOptions(recorder, project, stack, true);
}
