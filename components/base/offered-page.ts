import type { GuardedPage } from "./capabilities";
import type { Endpoint } from "./connection";

/**
 * A page that a system has, for whoever gives it a name: the gateway and the login come after the
 * layers that have pages to show.
 */
export interface OfferedPage {
    /** Name of the route, in the namespace of the pods. */
    readonly name: string;
    readonly page: GuardedPage;
    /** Service of the pods, in their namespace. */
    readonly service: string;
    /** Port of the Service. */
    readonly port: number;
    /** The pods; their namespace is `routed`. */
    readonly to: Endpoint;
}
