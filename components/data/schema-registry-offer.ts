import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../base/connection";
import type { Namespace } from "../base/namespace";

/** The registry of schemas, for whoever registers one or reads it. */
export interface SchemaRegistryOffer {
    /** Namespace of the registry, where schemas are registered. */
    readonly home: Namespace;
    /** The API, for programs; it asks nobody who they are, so only declared ways lead to it. */
    readonly endpoint: Endpoint;
    /** Address of the API that clients of Confluent's registry know. */
    readonly url: string;
    /** Image with Node, of the Jobs that register schemas. */
    readonly node: string;
    /** What must be there before it can be asked. */
    readonly ready: readonly pulumi.Resource[];
}
