/** Parts of the Pulumi SDK (3.248) that its type declarations leave out. */
import "@pulumi/pulumi/runtime/settings";

declare module "@pulumi/pulumi/runtime/settings" {
    /** Resolves when no registration is under way any more. */
    export function waitForRPCs(): Promise<void>;

    /** Asks the monitor what it can do, as the SDK does before it runs a program. */
    export function awaitFeatureSupport(): Promise<void>;
}
