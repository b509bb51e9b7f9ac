import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "../base/component";
import type { Kept } from "../base/escrow";

/** What people keep outside, for `make escrow`: names and what each opens, never a value. */
export class Escrow extends PlatformComponent {
    constructor(
        name: string,
        inputs: { readonly kept: readonly Kept[] },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("base", "Escrow", name, inputs, opts);
    }
}
