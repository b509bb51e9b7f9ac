/** The images of a stack. Pure. */
import { imagesOf } from "../../policy/engines/operated/fields";
import { factsOf, type StackResource } from "../../preview/recorded-stack";

/** The images that resources name, each once, in alphabetical order. */
export function imagesIn(resources: readonly StackResource[]): string[] {
    const named = factsOf(resources)
        .all()
        .flatMap(imagesOf)
        .flatMap(({ image }) =>
            image.state === "known" && typeof image.value === "string" ? [image.value] : [],
        );
    return [...new Set(named)].sort();
}
