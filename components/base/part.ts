import * as pulumi from "@pulumi/pulumi";
import { type Layer, PlatformComponent, type PlatformInputs } from "./component";
import type { Foundation } from "./foundation";
import { type Ownership, withLabels } from "./labels";
import { KubernetesObject, type ManifestInput, objectKey, withoutWaiting } from "./object";

/**
 * A component that writes objects itself: a system, or a part that several systems build, such as a
 * database.
 */
export abstract class Part extends PlatformComponent {
    private readonly awaits: boolean;
    private readonly prefix: string;

    protected constructor(
        layer: Layer,
        kind: string,
        name: string,
        { site }: Pick<Foundation, "site">,
        inputs: PlatformInputs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(layer, kind, name, inputs, opts);
        this.awaits = site.cluster.awaitOperators;
        this.prefix = name;
    }

    /**
     * Registers an object.
     *
     * @param owner labels; default: the component's name for all of them
     */
    protected object(
        manifest: ManifestInput,
        opts: pulumi.CustomResourceOptions = {},
        owner: Ownership = { name: this.prefix },
    ): KubernetesObject {
        return new KubernetesObject(
            `${this.prefix}:${objectKey(manifest)}`,
            withLabels(this.awaits ? manifest : withoutWaiting(manifest), owner),
            pulumi.mergeOptions({ parent: this }, opts),
        );
    }
}
