/** Objects as an API server answers them, for tests. */
import type { LiveObject } from "../../kubernetes-client/kubernetes";

/** An object with metadata that every live object has. */
export function live(
    kind: string,
    name: string,
    rest: Record<string, unknown> & { metadata?: Record<string, unknown> } = {},
): LiveObject {
    const { metadata = {}, ...fields } = rest;
    return {
        apiVersion: "v1",
        kind,
        metadata: {
            name,
            namespace: "apps",
            uid: `uid-${name}`,
            resourceVersion: "1",
            ...metadata,
        },
        ...fields,
    };
}

/** A condition of a status. */
export function condition(type: string, status: string, message = ""): Record<string, string> {
    return { type, status, message };
}

/** A pod of a Deployment on a node. */
export function pod(
    name: string,
    { node, ready = true, owner }: { node?: string; ready?: boolean; owner?: string } = {},
): LiveObject {
    const ownerReferences =
        owner === undefined
            ? []
            : [{ kind: "ReplicaSet", name: `${owner}-5d4f`, controller: true }];
    return live("Pod", name, {
        metadata: { ownerReferences },
        spec: { nodeName: node },
        status: {
            phase: ready ? "Running" : "Pending",
            conditions: [condition("Ready", ready ? "True" : "False")],
        },
    });
}
