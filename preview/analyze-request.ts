/** Registrations as the requests that the engine would make of them. */
import * as protocol from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Registration } from "./recorder";

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
        .setProperties(inputs)
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
