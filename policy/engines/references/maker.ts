/** What the rules in `made.ts` are written with. */
import type { Fact, ObjectFact } from "../../kernel/facts";
import type { Labels } from "./operated";

/** A port of a Service. */
export interface ServicePort {
    readonly name?: string;
    readonly port: number;
    readonly target: number | string;
    readonly protocol: string;
}

/** An object that a controller makes. */
export interface Made {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    /** Keys of a Secret or ConfigMap; undefined when nobody can say. */
    readonly keys?: readonly string[];
    /** For a Service: the pods behind it, none when it has no selector of its own. */
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
}

/** What a controller makes of one object. */
export type Maker = (fact: Fact & { object: ObjectFact }) => Made[];

/** A Secret; without keys nobody can say which it has. */
export function secret(
    namespace: string | undefined,
    name: string,
    keys?: readonly string[],
): Made {
    return { kind: "/Secret", namespace, name, keys };
}

/** A Service named after the object, that sends each port on to the same port of the pods. */
export function service(
    { object }: { object: ObjectFact },
    suffix: string,
    selector: Labels,
    ...ports: readonly number[]
): Made {
    return {
        kind: "/Service",
        namespace: object.namespace,
        name: `${object.name}${suffix}`,
        selector,
        ports: ports.map((port) => ({ port, target: port, protocol: "TCP" })),
    };
}
