import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";

/**
 * An output that only the provider can give. An update that names some resources only (`--target`, and
 * the first part of one that was killed) makes no other, and the engine answers for each as if that were
 * a success without outputs (pulumi v3.248, pkg/resource/deploy/step.go, `SameStep.Apply`): the SDK then
 * hands out an undefined that counts as known. Here it is unknown, as it is in a preview, and whatever
 * is made of it waits for the update that makes the resource.
 */
export function unlessLeftOut<T>(output: pulumi.Output<T>): pulumi.Output<T> {
    // To the SDK every output can hold the unknown, which its types do not say.
    return output.apply<unknown>((value) => value ?? unknown) as pulumi.Output<T>;
}
