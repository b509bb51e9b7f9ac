import * as pulumi from "@pulumi/pulumi";
import type { Exception } from "./exceptions";

/** The layers of the platform, in the order in which data flows. */
export type Layer =
    | "base"
    | "machines"
    | "cluster"
    | "network"
    | "storage"
    | "security"
    | "identity"
    | "observability"
    | "data"
    | "backup"
    | "delivery"
    | "tenancy"
    | "apps"
    | "ml"
    | "edge";

/**
 * What every component of the platform is: a ComponentResource of the type
 * `platform:<layer>:<Kind>` whose inputs carry only what a policy judges.
 */
export abstract class PlatformComponent extends pulumi.ComponentResource {
    /**
     * @param layer the folder below `components/`
     * @param kind the class name, spelled out because bundlers may rename classes
     * @param name unique among the components of this kind
     * @param inputs what the policy pack must see: never a secret, it lands in the state
     */
    protected constructor(
        layer: Layer,
        kind: string,
        name: string,
        inputs: pulumi.Inputs & { exceptions?: readonly Exception[] },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(`platform:${layer}:${kind}`, name, inputs, opts);
    }
}
