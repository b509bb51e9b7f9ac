/** What the fields of a custom resource hold that its room names by dotted path. */
import type { Fact } from "../../kernel/facts";
import { read } from "../../kernel/tree";
import { isUnknown } from "../../kernel/tree";
import { handedImages, type NamedImage } from "./handed-images";
import { valuesAt } from "../references/values";
import { behaviourOf } from "./resources";

/** The fields of a dotted path; a dot inside the name of a label is none. */
export function toPath(text: string): string[] {
    const label = /^metadata\.labels\.(.+)$/.exec(text)?.[1];
    return label === undefined ? text.split(".") : ["metadata", "labels", label];
}

/**
 * The images that a resource names: in its pod template and in what this tells its programs, in a
 * ConfigMap for others, or where its room says.
 */
export function imagesOf(fact: Fact): readonly NamedImage[] {
    const { workload, inputs } = fact;
    if (workload !== undefined) {
        return [...workload.images, ...handedImages(fact)];
    }
    if (fact.object?.kind === "ConfigMap") {
        return handedImages(fact);
    }
    return (behaviourOf(fact)?.images ?? []).flatMap(({ path, optional }): NamedImage[] => {
        const found = valuesAt(inputs, toPath(path)).map((value): NamedImage => ({
            where: path,
            image: isUnknown(value) ? { state: "unknown" } : { state: "known", value },
        }));
        const isElsewhere =
            optional === true ||
            (optional !== undefined && read(inputs, toPath(optional.by)).state !== "absent");
        return found.length > 0 || isElsewhere
            ? found
            : [{ where: path, image: { state: "absent" } }];
    });
}
