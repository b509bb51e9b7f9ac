/** Services: the pods behind them and the ports on which these listen. */
import type { ServicePort } from "../../../operators/behaviour";
import type { ObjectOf } from "../../kernel/facts";
import {
    holdsUnknown,
    isTree,
    isUnknown,
    read,
    readLabels,
    readList,
    readString,
    readTree,
} from "../../kernel/tree";
import { protocolOf } from "../../kubernetes/protocols";
import type { Labels, LabelledPods } from "./pods";

/** A Service as references and flows need it. */
export interface ServiceTarget {
    readonly namespace: string;
    readonly name: string;
    /** Undefined when it selects no pods by itself. */
    readonly selector?: Labels;
    /** Its own labels, where no declared object has them. */
    readonly labels?: Labels;
    /** Some of its selector or ports is known only at the update. */
    readonly unknown?: boolean;
    /** Some of its own labels is known only at the update. */
    readonly labelsUnknown?: boolean;
    readonly ports: readonly ServicePort[];
    readonly fact?: ObjectOf;
}

function toPort(port: unknown): ServicePort[] {
    const number = read(port, ["port"]);
    if (number.state !== "known" || typeof number.value !== "number") {
        return [];
    }
    const target = read(port, ["targetPort"]);
    const { value } = target.state === "known" ? target : { value: number.value };
    return [
        {
            name: readString(port, "name"),
            port: number.value,
            target: typeof value === "number" ? value : String(value),
            protocol: protocolOf(port),
        },
    ];
}

/** A declared Service. */
export function serviceOf(fact: ObjectOf): ServiceTarget {
    const { object, inputs } = fact;
    const selector = readLabels(inputs, "spec", "selector");
    const external = readString(inputs, "spec", "type") === "ExternalName";
    return {
        fact,
        namespace: object.namespace ?? "",
        name: object.name,
        selector: external || Object.keys(selector).length === 0 ? undefined : selector,
        unknown:
            read(inputs, ["spec"]).state === "unknown" ||
            holdsUnknown(isTree(inputs.spec) ? [inputs.spec.selector, inputs.spec.ports] : []),
        labelsUnknown:
            isUnknown(inputs.metadata) || holdsUnknown(readTree(inputs, "metadata").labels),
        ports: readList(inputs, "spec", "ports").flatMap(toPort),
    };
}

/** Whether pods carry all of the labels, or may, in one of the states that they go through. */
export function carries(pods: LabelledPods, wanted: Labels): boolean {
    const has = (labels: Labels) =>
        Object.entries(wanted).every(
            ([key, value]) => labels[key] === value || pods.open[key]?.(value) === true,
        );
    return has(pods.labels) || pods.variants.some((more) => has({ ...pods.labels, ...more }));
}

/** The port number that a Service's port has in a pod, or undefined if the pod has no such name. */
export function portIn(
    pods: LabelledPods,
    { target, protocol = "TCP" }: ServicePort,
): number | undefined {
    return typeof target === "number"
        ? target
        : pods.ports.find(
              ({ name, protocol: other = "TCP" }) => name === target && other === protocol,
          )?.port;
}
