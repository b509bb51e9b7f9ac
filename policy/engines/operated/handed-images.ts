/** Images that workloads are told of, and ConfigMaps that tell them. */
import { imagesInValue, isImageName, isImageSet } from "../../../operators/handed-images";
import type { Fact } from "../../kernel/facts";
import { read, readList, readString, readTree, type Reading } from "../../kernel/tree";
import { flagsOf } from "./flags";

/** An image, with the place that names it. */
export interface NamedImage {
    readonly where: string;
    readonly image: Reading;
}

function inValue(where: string, name: string, reading: Reading): NamedImage[] {
    if (reading.state === "unknown") {
        return isImageName(name) ? [{ where, image: reading }] : [];
    }
    return reading.state === "absent" || typeof reading.value !== "string"
        ? []
        : imagesInValue(name, reading.value).map((value) => ({
              where,
              image: { state: "known", value },
          }));
}

/** The images in the variables and arguments of a workload's containers. */
function inWorkload({ workload }: Fact): NamedImage[] {
    return (workload?.containers ?? []).flatMap(({ name: container, tree }) => [
        ...readList(tree, "env").flatMap((entry) => {
            const name = readString(entry, "name") ?? "";
            return inValue(`variable ${name} of ${container}`, name, read(entry, ["value"]));
        }),
        ...flagsOf([...readList(tree, "command"), ...readList(tree, "args")]).flatMap(
            ({ name, reading }) => inValue(`argument ${name} of ${container}`, name, reading),
        ),
    ]);
}

/** The images in the values of a ConfigMap. */
function inConfigMap({ inputs, object }: Fact): NamedImage[] {
    const isSet = isImageSet(object?.name ?? "");
    return Object.keys(readTree(inputs, "data")).flatMap((key) => {
        const reading = read(inputs, ["data", key]);
        return isSet
            ? [{ where: `key ${key}`, image: reading }]
            : inValue(`key ${key}`, key, reading);
    });
}

/** The images that a resource hands to whoever reads it. */
export function handedImages(fact: Fact): readonly NamedImage[] {
    const isConfigMap = fact.object?.group === "" && fact.object.kind === "ConfigMap";
    return isConfigMap ? inConfigMap(fact) : inWorkload(fact);
}
