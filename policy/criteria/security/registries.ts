/** SEC-04: images only from registries that were chosen. */
import { allowedRegistries, isAllowedImage } from "../../../trust/registries";
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { imagesOf } from "../../engines/operated/fields";
import { isUndescribed, UNDESCRIBED } from "../../engines/operated/resources";
import type { Fact } from "../../kernel/facts";
import { parseImage } from "../../kubernetes/images";
import type { Reading } from "../../kernel/tree";

function judgeImage(fact: Fact, where: string, image: Reading): Finding[] {
    if (image.state === "unknown") {
        return [notJudged(fact, `the image of ${where} is known only at the update`)];
    }
    // Naming none is IAC-02's to complain about.
    if (image.state === "absent" || typeof image.value !== "string") {
        return [];
    }
    if (isAllowedImage(image.value)) {
        return [];
    }
    // As written, not normalised, because that is what Kyverno compares in the cluster.
    const { registry, repository } = parseImage(image.value);
    return [
        violated(
            fact,
            `${where} runs ${image.value} (${registry}/${repository}); write the full name of an image of ${allowedRegistries.join(", ")}`,
        ),
    ];
}

/** SEC-04. */
export const registries: ResourceCriterion = {
    id: "SEC-04",
    name: "sec-04-image-registries",
    description: "Checks that every image comes from a registry on the allow-list.",
    severity: "high",
    remediation:
        "Use the image of a registry of trust/registries.ts, or list its registry there with a reason.",
    judgeResource: (fact) => {
        const images = imagesOf(fact);
        const unread = fact.workload?.unread ?? [];
        if (isUndescribed(fact)) {
            return { subjects: 1, findings: [notJudged(fact, UNDESCRIBED)] };
        }
        if (fact.workload === undefined && images.length === 0) {
            return undefined;
        }
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
