/** Small stacks to rehearse. */
import type { StackResource } from "../../preview/recorded-stack";
import { type RehearsedStack, toRehearsedStack } from "../../rehearsal/stack";
import { type Inputs, object, type Resource, resource } from "../policy/harness";

function node(name: string, role: string, host: string): Inputs {
    const disks = [{ purpose: "system", size: 40 }];
    return { name, role, host, cores: 4, memory: 8192, disks };
}

/** A control plane and two workers, on three hosts. */
export const root = resource("platform:base:Platform", "platform", {
    source: "proxmox",
    nodes: [
        node("ctrl-0", "controlPlane", "pve-1"),
        node("worker-1", "worker", "pve-2"),
        node("worker-2", "worker", "pve-3"),
    ],
});
/** The system that objects of tests belong to. */
export const web = resource("platform:apps:Web", "web", {}, { parent: root.urn });

/** Resources as a recording has them, below the root. */
export function recorded(...resources: Resource[]): StackResource[] {
    return [root, web, ...resources].map(
        ({ urn, type, name, parent = "", inputs, dependsOn = [] }) => ({
            ...{ urn, type, name, parent, inputs, protect: false },
            dependencies: dependsOn,
        }),
    );
}

/** A stack of these resources. */
export function stackOf(...resources: Resource[]): RehearsedStack {
    return toRehearsedStack("test", recorded(...resources));
}

/** The namespace `apps`. */
export const namespace = object({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "apps", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

/** An object in the namespace `apps`, after it. */
export function inApps(
    apiVersion: string,
    kind: string,
    name: string,
    rest: Inputs = {},
): Resource {
    return object(
        { apiVersion, kind, metadata: { name, namespace: "apps" }, ...rest },
        { parent: web.urn, dependsOn: [namespace.urn] },
    );
}
