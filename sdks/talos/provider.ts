import * as pulumi from "@pulumi/pulumi";
import { hasPulumiType, resourceOptsDefaults } from "./utilities";

/** The Talos provider; resources without an explicit one use the package-wide configuration. */
export class Provider extends pulumi.ProviderResource {
    /** @internal */
    public static readonly __pulumiType = "talos";

    /** Whether the value is a Talos provider, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is Provider {
        return hasPulumiType(value, `pulumi:providers:${Provider.__pulumiType}`);
    }

    /** URL of the Image Factory; default: https://factory.talos.dev. */
    declare public readonly imageFactoryUrl: pulumi.Output<string | undefined>;

    constructor(name: string, args?: ProviderArgs, opts?: pulumi.ResourceOptions) {
        super(
            Provider.__pulumiType,
            name,
            { imageFactoryUrl: args?.imageFactoryUrl },
            pulumi.mergeOptions(resourceOptsDefaults(), opts ?? {}),
        );
    }
}

/** The arguments of a Provider. */
export interface ProviderArgs {
    /** URL of the Image Factory; default: https://factory.talos.dev. */
    imageFactoryUrl?: pulumi.Input<string | undefined>;
}
