import * as pulumi from "@pulumi/pulumi";
import type { Exception } from "./exceptions";

/** The layers of the platform, in the order in which data flows. */
export type Layer =
    | "base"
    | "machines"
    | "cluster"
    | "foundation"
    | "network"
    | "security"
    | "gateway"
    | "storage"
    | "data"
    | "identity"
    | "scaling"
    | "delivery"
    | "apps"
    | "ml"
    | "tenancy"
    | "secrets"
    | "observability"
    | "edge"
    | "backup";

/** A workload that only reconciles, and may therefore have one replica (HA-04). */
export interface Controller {
    /** `Kind/namespace/name`. */
    readonly resource: string;
    /** Why one replica is upstream's design, and that nothing waits on it. */
    readonly reason: string;
}

/** What the policy pack must see of a component: never a secret, it lands in the state. */
export interface PlatformInputs extends pulumi.Inputs {
    readonly exceptions?: readonly Exception[];
    /** Workloads whose last replica must never be lost, as `Kind/namespace/name` (HA-04). */
    readonly critical?: readonly string[];
    readonly controllers?: readonly Controller[];
    /** Metrics that its scrapes bring, by the label `job`: what dashboards may show (OBS-02). */
    readonly exposes?: Readonly<Record<string, readonly string[]>>;
}

/**
 * What every component of the platform is: a ComponentResource of the type
 * `platform:<layer>:<Kind>` whose inputs carry only what a policy judges. Types and names are part
 * of every URN below: see docs/decisions/0001-frozen-names.md before changing one.
 *
 * A constructor that is done says nothing: only a component with outputs calls `registerOutputs`.
 */
export abstract class PlatformComponent extends pulumi.ComponentResource {
    /**
     * @param layer the folder below `components/`
     * @param kind the class name, spelled out because bundlers may rename classes
     * @param name unique among the components of this kind
     */
    protected constructor(
        layer: Layer,
        kind: string,
        name: string,
        inputs: PlatformInputs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(`platform:${layer}:${kind}`, name, inputs, opts);
    }

    /**
     * The SDK registers empty outputs for each component by itself. Nobody reads them, and the engine
     * writes the whole state for them, so only outputs are registered that there are.
     */
    protected override registerOutputs(outputs?: pulumi.Inputs): void {
        if (outputs !== undefined) {
            super.registerOutputs(outputs);
        }
    }
}
