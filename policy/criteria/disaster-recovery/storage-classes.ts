/** DR-10: volumes outlive their claims, and may grow. */
import { type Finding, notJudged, type ResourceCriterion } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import type { Fact } from "../../kernel/facts";
import { profileOf } from "../../kernel/site";
import { read, readString } from "../../kernel/tree";

/** Classes of buckets, which have no size that could grow. */
function isForBuckets({ inputs }: Fact): boolean {
    return readString(inputs, "provisioner")?.endsWith("/bucket") ?? false;
}

function judgeClass(fact: Fact): Finding[] {
    const expectations: Expectation[] = [
        {
            what: "reclaimPolicy",
            reading: read(fact.inputs, ["reclaimPolicy"]),
            ...exactly("Retain"),
        },
        ...(isForBuckets(fact)
            ? []
            : [
                  {
                      what: "allowVolumeExpansion",
                      reading: read(fact.inputs, ["allowVolumeExpansion"]),
                      ...exactly(true),
                  },
              ]),
    ];
    return expectations.flatMap((expectation) => judgeExpectation(fact, expectation));
}

/** DR-10. */
export const durableStorageClasses: ResourceCriterion = {
    id: "DR-10",
    name: "dr-10-storage-classes",
    description:
        "Checks that StorageClasses in prod keep a volume when its claim goes, and let it grow.",
    severity: "high",
    remediation: "Set `storage.reclaimPolicy` in the settings, and `allowVolumeExpansion: true`.",
    judgeResource: (fact, facts) => {
        const { object } = fact;
        if (object?.group !== "storage.k8s.io" || object.kind !== "StorageClass") {
            return undefined;
        }
        const profile = profileOf(facts);
        if (profile.state !== "known") {
            const message = `whether it holds data of prod depends on the profile, which is ${profile.state}`;
            return { subjects: 1, findings: [notJudged(fact, message)] };
        }
        return profile.value === "prod" ? { subjects: 1, findings: judgeClass(fact) } : undefined;
    },
};
