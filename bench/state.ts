/**
 * What a stack costs in the state, reckoned from what the program registers: the engine is not needed
 * for it. How the engine and the Kubernetes provider write a resource is in docs/performance.md,
 * "State"; `npm run bench` says how far the figure is from a real state where the CLI is at hand.
 */
import { isObjectType } from "../components/base/object";
import type { Registration } from "../preview/recorder";

/** Bytes of a state, and of all that is written until it is complete. */
export interface StateSize {
    /** Of the whole state after the first update. */
    readonly bytes: number;
    readonly resources: number;
    /** Of all states that a first update writes, one after the other. */
    readonly checkpointBytes: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Writes of the whole state for a resource that is made: one before, one after. The handful of
 * components with outputs have a third.
 */
const WRITES = 2;
/** Version, manifest, secrets provider and metadata of a state. */
const ENVELOPE = 900;
const TIME = "2026-11-26T23:00:00.000000000Z";
const UID = "00000000-0000-4000-8000-000000000000";

function isJson(value: unknown): value is Json {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** Owned fields as the API server notes them: a tree of the object's keys (FieldsV1). */
function ownedFields(value: unknown): Json {
    if (Array.isArray(value)) {
        const keyed = value.filter((item): item is Json => isJson(item) && "name" in item);
        return keyed.length < value.length
            ? {}
            : Object.fromEntries(
                  keyed.map((item) => [
                      `k:${JSON.stringify({ name: item.name })}`,
                      { ".": {}, ...ownedFields(item) },
                  ]),
              );
    }
    if (!isJson(value)) {
        return {};
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [`f:${key}`, ownedFields(item)]),
    );
}

/** What the Kubernetes provider leaves as outputs: the inputs again, and the live object. */
function objectOutputs(inputs: Json): Json {
    const { apiVersion, kind, metadata, ...fields } = inputs;
    const { name, namespace, ...owned } = isJson(metadata) ? metadata : {};
    const manager = `pulumi-kubernetes-${UID.slice(0, 8)}`;
    return {
        ...inputs,
        metadata: {
            name,
            namespace,
            ...owned,
            creationTimestamp: TIME,
            resourceVersion: "100000",
            uid: UID,
            managedFields: [
                {
                    apiVersion,
                    fieldsType: "FieldsV1",
                    fieldsV1: ownedFields({ metadata: owned, ...fields }),
                    manager,
                    operation: "Apply",
                    time: TIME,
                },
            ],
        },
        __fieldManager: manager,
        __initialApiVersion: apiVersion,
        __inputs: inputs,
        kind,
    };
}

function outputsOf({ type, custom }: Registration, inputs: Json): Json {
    if (isObjectType(type)) {
        return type.startsWith("kubernetes:") ? objectOutputs(inputs) : { digest: inputs.digest };
    }
    return custom ? inputs : {};
}

/** A resource as the engine writes it (`ResourceV3` of sdk/go/common/apitype/core.go). */
function entryOf(registration: Registration): Json {
    const { urn, type, custom, parent, dependencies, provider, name } = registration;
    const inputs: unknown = registration.inputs.toJavaScript();
    const fields = isJson(inputs) ? inputs : {};
    return {
        urn,
        custom,
        id: custom ? name : undefined,
        type,
        inputs: fields,
        outputs: outputsOf(registration, fields),
        parent: parent === "" ? undefined : parent,
        dependencies: dependencies.length > 0 ? dependencies : undefined,
        provider: provider === "" ? undefined : provider,
        propertyDependencies: Object.fromEntries(Object.keys(fields).map((key) => [key, []])),
        created: TIME,
        modified: TIME,
    };
}

/** Reckons the state of a stack. */
export function stateSize(registrations: readonly Registration[]): StateSize {
    let bytes = ENVELOPE;
    let checkpointBytes = 0;
    for (const registration of registrations) {
        bytes += bytesOf(entryOf(registration));
        checkpointBytes += bytes * WRITES;
    }
    return { bytes, resources: registrations.length, checkpointBytes };
}

/** The registrations so many times, as if each were another resource. */
export function timesSo(
    registrations: readonly Registration[],
    times: number,
): readonly Registration[] {
    return Array.from({ length: times }, () => registrations).flat();
}
