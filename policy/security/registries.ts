/** SEC-04: images only from registries that were chosen. */
import { imageRegistries } from "../allow-lists";
import { type Finding, notJudged, type ResourceCriterion, violated } from "../machinery/criterion";
import type { Fact } from "../machinery/facts";
import { parseImage } from "../machinery/images";
import type { Reading } from "../machinery/tree";

function judgeImage(fact: Fact, where: string, image: Reading): Finding[] {
    if (image.state === "unknown") {
        return [notJudged(fact, `the image of ${where} is known only at the update`)];
    }
    // Naming none is IAC-02's to complain about.
    if (image.state === "absent" || typeof image.value !== "string") {
        return [];
    }
    const { registry } = parseImage(image.value);
    return imageRegistries.includes(registry)
        ? []
        : [
              violated(
                  fact,
                  `${where} runs ${image.value} from ${registry}; allowed are ${imageRegistries.join(", ")}`,
              ),
          ];
}

/** SEC-04. */
export const registries: ResourceCriterion = {
    id: "SEC-04",
    name: "sec-04-image-registries",
    description: "Checks that every image comes from a registry on the allow-list.",
    severity: "high",
    remediation: "Use the image of a listed registry, or list its registry with a reason.",
    judgeResource: (fact) => {
        if (fact.workload === undefined) {
            return undefined;
        }
        const { images, unread } = fact.workload;
        return {
            subjects: images.length + unread.length,
            findings: [
                ...unread.map((place) =>
                    notJudged(fact, `the images of ${place} are known only at the update`),
                ),
                ...images.flatMap(({ where, image }) => judgeImage(fact, where, image)),
            ],
        };
    },
};
