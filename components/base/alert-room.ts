import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "./connection";

/** A room of the platform's own chat in which alerts are told. */
export interface AlertRoom {
    /** Who takes them. */
    readonly endpoint: Endpoint;
    /** Where Alertmanager posts them; whoever knows it can write into the room. */
    readonly url: pulumi.Output<string>;
}
