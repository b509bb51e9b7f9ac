/** The pods behind a Service's port. */
import type { LabelledPods } from "../references/pods";
import { fromLabels } from "../references/selecting";
import type { StackView } from "../references/stack-view";
import { portIn, type ServiceTarget } from "../references/services";
import type { PortAt } from "./network";

/** Pods with the port on which they answer for the Service. */
export interface Backend {
    readonly pods: LabelledPods;
    readonly port: PortAt;
}

/** A Service as something names it. */
export interface ServiceReference {
    readonly namespace: unknown;
    readonly name: unknown;
    /** Number or name; undefined when the Service has only one. */
    readonly port?: unknown;
}

/** The declared or made Service of that name. */
export function serviceNamed({ inventory }: StackView, { namespace, name }: ServiceReference) {
    return typeof namespace === "string" && typeof name === "string"
        ? inventory.find("/Service", namespace, name)?.service
        : undefined;
}

/** The pods that a Service selects. */
export function podsBehind(
    { selector }: StackView,
    service: ServiceTarget,
): readonly LabelledPods[] {
    return service.selector === undefined
        ? []
        : selector.pods(service.namespace, fromLabels(service.selector)).pods;
}

/** The pods that answer, each with its own port. */
export function backendsOf(view: StackView, named: ServiceReference): Backend[] {
    const service = serviceNamed(view, named);
    if (service === undefined) {
        return [];
    }
    const { port } = named;
    const entry =
        port === undefined && service.ports.length === 1
            ? service.ports[0]
            : service.ports.find((item) => item.port === port || item.name === port);
    if (entry === undefined) {
        return [];
    }
    return podsBehind(view, service).flatMap((pods) => {
        const number = portIn(pods, entry);
        return number === undefined
            ? []
            : [{ pods, port: { port: number, protocol: entry.protocol ?? "TCP" } }];
    });
}
