import * as pulumi from "@pulumi/pulumi";
import { hasPulumiType, registration, type ResourceShape } from "../utilities";

const shape: ResourceShape = {
    inputs: ["schematic"],
    required: [],
    outputs: [],
    secretInputs: [],
    secretOutputs: [],
};

/** The image factory schematic resource allows you to create a schematic for a Talos image. */
export class Schematic extends pulumi.CustomResource {
    /** @internal */
    public static readonly __pulumiType = "talos:imageFactory/schematic:Schematic";

    /** The state of an existing Schematic with the given name and provider id. */
    public static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: SchematicState,
        opts?: pulumi.CustomResourceOptions,
    ): Schematic {
        return new Schematic(name, state, { ...opts, id });
    }

    /** Whether the value is a Schematic, even one of another copy of this package. */
    public static override isInstance(value: unknown): value is Schematic {
        return hasPulumiType(value, Schematic.__pulumiType);
    }

    /** The schematic yaml representation to generate the image. */
    declare public readonly schematic: pulumi.Output<string | undefined>;

    constructor(name: string, args?: SchematicArgs, opts?: pulumi.CustomResourceOptions) {
        super(Schematic.__pulumiType, name, ...registration(shape, args, opts));
    }
}

/** Properties used to look up a Schematic. */
export interface SchematicState {
    /** The schematic yaml representation to generate the image. */
    schematic?: pulumi.Input<string | undefined>;
}

/** The arguments of a Schematic. */
export interface SchematicArgs {
    /** The schematic yaml representation to generate the image. */
    schematic?: pulumi.Input<string | undefined>;
}
