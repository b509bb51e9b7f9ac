/** Pods that belong to their node: they go with it, wait for it, and no drain moves them. Pure. */
import type { LiveObject } from "../kubernetes-client/kubernetes";
import { controllerOf } from "./placement";
import type { RehearsedStack } from "./stack";
import { standInsOf } from "./stand-ins";

/** Tells such pods of a stack: of DaemonSets, static ones, and those of a disk of the node. */
export function localPods({
    capacity,
}: Pick<RehearsedStack, "capacity">): (pod: LiveObject) => boolean {
    const keys = new Set(capacity.sets.filter(({ local }) => local).map(({ key }) => key));
    const controllers = new Set(
        standInsOf(capacity)
            .filter(({ key }) => keys.has(key))
            .map(({ manifest: { kind, metadata } }) =>
                [kind, metadata.namespace ?? "default", metadata.name].join("/"),
            ),
    );
    return (pod) => {
        const controller = controllerOf(pod);
        return (
            controller === undefined ||
            controller.startsWith("DaemonSet/") ||
            controllers.has(controller)
        );
    };
}
