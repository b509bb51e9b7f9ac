/** Where Kratix writes. Pure. */
import type { Manifest } from "../base/object";
import type { DeliverySettings, OrderSettings } from "../delivery-schema";
import { KRATIX } from "./kratix-values";
import { destinationLabels } from "./order-api";

/** Name of the objects here. */
const NAME = "orders";

/** Name of the Secret with what Kratix writes with. */
export const WRITER = "kratix-repository";

/** Where Kratix writes: one folder of the repository, over ssh, whose server it knows. */
export function destination(
    { repository, revision }: DeliverySettings,
    { folder }: OrderSettings,
): readonly [store: Manifest, destination: Manifest] {
    const apiVersion = "platform.kratix.io/v1alpha1";
    return [
        {
            apiVersion,
            kind: "GitStateStore",
            metadata: { name: NAME },
            spec: {
                url: repository,
                branch: revision,
                path: folder,
                authMethod: "ssh",
                gitAuthor: { name: "kratix", email: "kratix@localhost" },
                secretRef: { name: WRITER, namespace: KRATIX },
            },
        },
        {
            apiVersion,
            kind: "Destination",
            metadata: { name: NAME, labels: { ...destinationLabels } },
            spec: {
                path: ".",
                stateStoreRef: { name: NAME, kind: "GitStateStore" },
                // Nothing else is written where nobody asked for it.
                strictMatchLabels: true,
                filepath: { mode: "nestedByMetadata" },
                initWorkloads: { enabled: false },
            },
        },
    ];
}
