/** What a check allows, and how it says what it found instead. */
import { isTree } from "../../kernel/tree";
import { look, MALFORMED, type PodPart, type JudgedPod } from "./values";

/** One value that a check does not let pass. */
export interface Offence {
    /** The owner of the value, as messages name it. */
    readonly where: string;
    /** The path of the value, empty for the owner itself. */
    readonly label: string;
    readonly problem: string;
    /** The value is not wrong, but only an update will know it. */
    readonly unknown?: true;
}

/** Judges a pod: no offence means that the check allows it. */
export type PodCheck = (pod: JudgedPod) => readonly Offence[];

/** The values that a field may have; `undefined` stands for unset. */
export interface Allowed {
    readonly test: (value: unknown) => boolean;
    readonly text: string;
}

function showValue(value: unknown): string {
    return value === undefined ? "unset" : JSON.stringify(value);
}

function either(texts: readonly string[]): string {
    return texts.length < 2
        ? texts.join("")
        : `${texts.slice(0, -1).join(", ")} or ${texts.slice(-1).join("")}`;
}

/** Allows exactly the listed values. */
export function oneOf(...values: readonly unknown[]): Allowed {
    return { test: (value) => values.includes(value), text: either(values.map(showValue)) };
}

/** Allows the listed values, and text that starts with the prefix. */
export function oneOfOrPrefixed(values: readonly unknown[], prefix: string): Allowed {
    return {
        test: (value) =>
            values.includes(value) || (typeof value === "string" && value.startsWith(prefix)),
        text: either([...values.map(showValue), showValue(`${prefix}*`)]),
    };
}

/** Allows objects and, like the decoder, nothing. */
export const objectOrUnset: Allowed = {
    test: (value) => value === undefined || isTree(value),
    text: "unset or an object",
};

function found(value: unknown): string {
    if (value === undefined) {
        return "is not set";
    }
    if (value === MALFORMED) {
        return "is malformed";
    }
    return typeof value === "object" ? "is set" : `is ${showValue(value)}`;
}

/** The offence of a value that only an update will know. */
export function undecided(place: PodPart, path: readonly string[], wanted: string): Offence {
    // The shortest unknown path, so that one unknown object reads as one thing and not as many.
    const depth = path.findIndex(
        (_, index) => look(place.tree, ...path.slice(0, index)).state === "unknown",
    );
    return {
        ...offence(
            place,
            depth < 0 ? path : path.slice(0, depth),
            `is unknown until the update, must be ${wanted}`,
        ),
        unknown: true,
    };
}

/** The offence of a value that is wrong. */
export function offence(place: PodPart, path: readonly string[], problem: string): Offence {
    const label = [place.prefix, ...path].filter((part) => part !== "").join(".");
    return { where: place.name, label, problem };
}

/** Judges one field: the offence, if any, of a value that is not allowed or not known. */
export function expect(place: PodPart, path: readonly string[], allowed: Allowed): Offence[] {
    const reading = look(place.tree, ...path);
    if (reading.state === "unknown") {
        return [undecided(place, path, allowed.text)];
    }
    const value = reading.state === "known" ? reading.value : undefined;
    return allowed.test(value)
        ? []
        : [offence(place, path, `${found(value)}, must be ${allowed.text}`)];
}

/** Judges every container with the same rule for one field. */
export function everyContainer(path: readonly string[], allowed: Allowed): PodCheck {
    return ({ containers }) => containers.flatMap((container) => expect(container, path, allowed));
}

/** Judges the pod and every container with the same rule for one field. */
export function everywhere(path: readonly string[], allowed: Allowed): PodCheck {
    return ({ spec, containers }) =>
        [spec, ...containers].flatMap((place) => expect(place, path, allowed));
}

/** Lets every pod pass whose field has one value; the others are left to the judge. */
export function exempting(path: readonly string[], value: unknown, judge: PodCheck): PodCheck {
    return (pod) => {
        const reading = look(pod.spec.tree, ...path);
        if (reading.state === "known" && reading.value === value) {
            return [];
        }
        const offences = judge(pod);
        if (reading.state !== "unknown" || offences.length === 0) {
            return offences;
        }
        return [
            ...offences.map((one): Offence => ({ ...one, unknown: true })),
            undecided(pod.spec, path, `${showValue(value)} to allow it`),
        ];
    };
}

/** One sentence part per problem, each naming every place that has it. */
export function describe(offences: readonly Offence[]): string {
    const places = new Map<string, { label: string; problem: string; where: Set<string> }>();
    for (const { where, label, problem } of offences) {
        const key = JSON.stringify([label, problem]);
        const known = places.get(key) ?? { label, problem, where: new Set() };
        known.where.add(where);
        places.set(key, known);
    }
    return [...places.values()]
        .map(({ label, problem, where }) => {
            const owners = [...where].join(", ");
            return `${label === "" ? owners : `${label} of ${owners}`} ${problem}`;
        })
        .join("; ");
}
