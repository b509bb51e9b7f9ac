/** Who of Matrix talks to whom, and what a restored copy must hold. */
import { connectClients } from "../base/connection";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject } from "../base/object";
import type { VolumeCheck } from "../base/restore-check";
import { matrixPods, matrixPorts, mediaLabels } from "./matrix-names";

/** The picture of the room of the alerts is there from the first start on. */
export const matrixChecks: readonly VolumeCheck[] = [
    { claims: mediaLabels, files: [{ path: "media_store/local_content/*/*/*" }] },
];

type Part = keyof typeof matrixPods;

/** Who answers, by whom it is asked. */
const asked: readonly {
    readonly name: string;
    readonly to: Part;
    readonly ports: readonly number[];
    readonly by: readonly Part[];
}[] = [
    {
        name: "matrix-processes",
        to: "synapse",
        ports: [matrixPorts.synapse, matrixPorts.health],
        by: ["proxy"],
    },
    {
        name: "matrix-server",
        to: "proxy",
        ports: [matrixPorts.proxy],
        by: ["account", "bridge", "room"],
    },
    { name: "matrix-main", to: "main", ports: [matrixPorts.replication], by: ["synapse"] },
    { name: "matrix-tokens", to: "account", ports: [matrixPorts.account], by: ["synapse"] },
    { name: "matrix-news", to: "redis", ports: [matrixPorts.redis], by: ["synapse", "bridge"] },
    { name: "matrix-bridge", to: "bridge", ports: [matrixPorts.bridge], by: ["synapse"] },
];

/** Lets the parts reach each other. */
export function matrixFlows(namespace: Namespace): readonly KubernetesObject[] {
    return asked.flatMap(({ name, to, ports, by }) =>
        connectClients(name, {
            clients: by.map((part) => matrixPods[part]),
            to: { namespace, pods: matrixPods[to], ports },
        }),
    );
}
