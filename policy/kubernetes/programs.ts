/** Programs that run in pods, known by their image, with the flags and variables given to them. */
import type { Facts } from "../kernel/facts";
import { parseImage } from "./images";
import type { WorkloadFact } from "./scaling";
import { isUnknown, read, readList, readString, type Reading } from "../kernel/tree";
import type { Container } from "./workloads";

/** A container that runs a known program. */
export interface Program {
    readonly fact: WorkloadFact;
    readonly container: Container;
}

/** A variable: a value, or one that only a Secret holds. */
export type Variable = Reading | { readonly state: "hidden" };

/**
 * Long-running containers with an image of that name, whatever its registry.
 *
 * @param image the last parts of the repository, such as `velero` or `ibm-finops/agent`
 */
export function programsOf(facts: Facts, image: string): Program[] {
    return facts.workloads().flatMap((fact) =>
        fact.workload.containers
            .filter(({ role }) => role === "main" || role === "sidecar")
            .filter(({ tree }) => {
                const reference = readString(tree, "image");
                return (
                    reference !== undefined &&
                    `/${parseImage(reference).repository}`.endsWith(`/${image}`)
                );
            })
            .map((container) => ({ fact, container })),
    );
}

/** The words of the command line. */
function wordsOf({ container }: Program): readonly unknown[] {
    return [...readList(container.tree, "command"), ...readList(container.tree, "args")];
}

/**
 * The value of a flag, as `--name=value` or `--name value`; the last one counts. A flag that stands
 * alone is `true`.
 */
export function flagOf(program: Program, name: string): Reading {
    const { tree } = program.container;
    if (["command", "args"].some((field) => isUnknown(tree[field]))) {
        return { state: "unknown" };
    }
    const words = wordsOf(program);
    const found = words.flatMap((word, index): Reading[] => {
        if (isUnknown(word)) {
            return [{ state: "unknown" }];
        }
        const [flag = "", ...rest] = String(word).replace(/^--?/, "").split("=");
        if (flag !== name || !String(word).startsWith("-")) {
            return [];
        }
        const next = words[index + 1];
        if (rest.length > 0) {
            return [{ state: "known", value: rest.join("=") }];
        }
        if (isUnknown(next)) {
            return [{ state: "unknown" }];
        }
        const value = typeof next === "string" && !next.startsWith("-") ? next : "true";
        return [{ state: "known", value }];
    });
    return found.findLast(({ state }) => state === "known") ?? found.at(-1) ?? { state: "absent" };
}

/** A key of a Secret or ConfigMap; what is not declared here may hold anything. */
function keyOf(
    facts: Facts,
    kind: "ConfigMap" | "Secret",
    namespace: unknown,
    name: Reading,
    key: string,
): Variable {
    const [object] = facts
        .objects("", kind)
        .filter((fact) => fact.object.namespace === namespace)
        .filter((fact) => name.state === "known" && fact.object.name === name.value);
    if (object === undefined) {
        return { state: name.state === "unknown" ? "unknown" : "hidden" };
    }
    const data = read(object.inputs, ["data", key]);
    if (kind === "ConfigMap") {
        return data;
    }
    const text = read(object.inputs, ["stringData", key]);
    if (data.state === "known") {
        const value = Buffer.from(String(data.value), "base64").toString("utf8");
        return { state: "known", value };
    }
    if ([data, text].every(({ state }) => state !== "unknown")) {
        return text;
    }
    // The component that generates it names the keys, where the values hide even them.
    const keys = readList(facts.get(object.parent ?? "")?.inputs, "keys");
    if (keys.length > 0) {
        return { state: keys.includes(key) ? "hidden" : "absent" };
    }
    return { state: "unknown" };
}

/** The value of an environment variable, through ConfigMaps and Secrets too. */
export function variableOf(facts: Facts, { fact, container }: Program, name: string): Variable {
    const { namespace } = fact.object;
    const { tree } = container;
    if (["env", "envFrom"].some((field) => isUnknown(tree[field]))) {
        return { state: "unknown" };
    }
    const own = readList(tree, "env").find((entry) => readString(entry, "name") === name);
    if (own !== undefined) {
        for (const kind of ["ConfigMap", "Secret"] as const) {
            const field = kind === "ConfigMap" ? "configMapKeyRef" : "secretKeyRef";
            const key = readString(own, "valueFrom", field, "key");
            if (key !== undefined) {
                const named = read(own, ["valueFrom", field, "name"]);
                return keyOf(facts, kind, namespace, named, key);
            }
        }
        return read(own, ["valueFrom"]).state === "known"
            ? { state: "hidden" }
            : read(own, ["value"]);
    }
    if (readList(tree, "env").some((entry) => read(entry, ["name"]).state === "unknown")) {
        return { state: "unknown" };
    }
    const sources = readList(tree, "envFrom").map((source): Variable => {
        const prefix = readString(source, "prefix") ?? "";
        const kind = read(source, ["configMapRef"]).state === "absent" ? "Secret" : "ConfigMap";
        const named = read(source, [kind === "Secret" ? "secretRef" : "configMapRef", "name"]);
        return !name.startsWith(prefix)
            ? { state: "absent" }
            : keyOf(facts, kind, namespace, named, name.slice(prefix.length));
    });
    // The last source wins; what is hidden may hold anything.
    return sources.findLast(({ state }) => state !== "absent") ?? { state: "absent" };
}
