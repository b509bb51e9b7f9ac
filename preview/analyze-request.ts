/** Registrations as the requests that the engine would make of them. */
import * as protocol from "@pulumi/pulumi/proto/analyzer_pb";
import { ListValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import type { Registration } from "./recorder";

const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/**
 * The inputs of a CRD without its schemas: no policy reads them, and they would be nine tenths of
 * all bytes sent.
 */
function withoutSchemas(inputs: Struct): Struct {
    const spec = inputs.getFieldsMap().get("spec")?.getStructValue();
    const versions = spec?.getFieldsMap().get("versions")?.getListValue()?.getValuesList() ?? [];
    if (spec === undefined) {
        return inputs;
    }
    const copy = (struct: Struct, leave: string) => {
        const result = new Struct();
        struct.getFieldsMap().forEach((value, key) => {
            if (key !== leave) {
                result.getFieldsMap().set(key, value);
            }
        });
        return result;
    };
    const list = new ListValue().setValuesList(
        versions.map((version) =>
            new Value().setStructValue(copy(version.getStructValue() ?? new Struct(), "schema")),
        ),
    );
    const slimSpec = copy(spec, "versions");
    slimSpec.getFieldsMap().set("versions", new Value().setListValue(list));
    const slim = copy(inputs, "spec");
    slim.getFieldsMap().set("spec", new Value().setStructValue(slimSpec));
    return slim;
}

function optionsOf(registration: Registration): protocol.AnalyzerResourceOptions {
    return new protocol.AnalyzerResourceOptions()
        .setProtect(registration.protect)
        .setParent(registration.parent)
        .setIgnorechangesList([...registration.ignoreChanges])
        .setAdditionalsecretoutputsList([...registration.additionalSecretOutputs]);
}

/** Asks about one registration. */
export function toRequest(registration: Registration): protocol.AnalyzeRequest {
    const { type, name, urn, inputs } = registration;
    return new protocol.AnalyzeRequest()
        .setType(type)
        .setName(name)
        .setUrn(urn)
        .setProperties(type === CRD ? withoutSchemas(inputs) : inputs)
        .setOptions(optionsOf(registration));
}

/** Asks about all registrations together. */
export function toStackRequest(
    registrations: readonly Registration[],
): protocol.AnalyzeStackRequest {
    const resources = registrations.map((registration) =>
        // On a fresh stack outputs are empty, and the pack judges from inputs anyway.
        new protocol.AnalyzerResource()
            .setType(registration.type)
            .setName(registration.name)
            .setUrn(registration.urn)
            .setProperties(new Struct())
            .setParent(registration.parent)
            .setDependenciesList([...registration.dependencies])
            .setOptions(optionsOf(registration)),
    );
    return new protocol.AnalyzeStackRequest().setResourcesList(resources);
}
