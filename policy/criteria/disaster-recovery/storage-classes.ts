/** DR-10: volumes outlive their claims, and may grow. */
import { copiesOnly } from "../../../components/base/labels";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { profileOf } from "../../kernel/site";
import { read, readString } from "../../kernel/tree";
import { statefulClaims } from "./coverage";

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** Classes of buckets, which have no size that could grow. */
function isForBuckets({ inputs }: ObjectOf): boolean {
    return readString(inputs, "provisioner")?.endsWith("/bucket") ?? false;
}

/** A class that says that it is for copies: what keeps state claims nothing of it. */
function judgeCopies(facts: Facts, fact: ObjectOf): Finding[] {
    const { name } = fact.object;
    const byDefault = read(fact.inputs, ["metadata", "annotations", DEFAULT_CLASS]);
    if (byDefault.state === "unknown") {
        return [notJudged(fact, "whether it is the default class is known only at the update")];
    }
    if (byDefault.state === "known" && byDefault.value === "true") {
        const message = `it says that it is for copies (${copiesOnly}), and it is the default class; make another one that`;
        return [violated(fact, message)];
    }
    const [claim] = statefulClaims(facts).claims.filter(
        ({ storageClass }) => storageClass === name,
    );
    return claim === undefined
        ? []
        : [
              violated(
                  fact,
                  `it says that it is for copies (${copiesOnly}), and ${claim.fact.key} keeps its state there; give that a class with reclaimPolicy Retain`,
              ),
          ];
}

function judgeClass(facts: Facts, fact: ObjectOf): Finding[] {
    const forCopies = read(fact.inputs, ["metadata", "annotations", copiesOnly]).state === "known";
    const expectations: Expectation[] = [
        ...(forCopies
            ? []
            : [
                  {
                      what: "reclaimPolicy",
                      reading: read(fact.inputs, ["reclaimPolicy"]),
                      ...exactly("Retain"),
                  },
              ]),
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
    return [
        ...(forCopies ? judgeCopies(facts, fact) : []),
        ...expectations.flatMap((expectation) => judgeExpectation(fact, expectation)),
    ];
}

/** DR-10. */
export const durableStorageClasses: StackCriterion = {
    id: "DR-10",
    name: "dr-10-storage-classes",
    description:
        "Checks that StorageClasses in prod keep a volume when its claim goes, except one for copies that nothing with state claims, and let it grow.",
    severity: "high",
    remediation: "Set `storage.reclaimPolicy` in the settings, and `allowVolumeExpansion: true`.",
    judgeStack: (facts) => {
        const classes = facts.objects("storage.k8s.io", "StorageClass");
        const profile = profileOf(facts);
        if (profile.state !== "known") {
            const message = `whether it holds data of prod depends on the profile, which is ${profile.state}`;
            return {
                subjects: classes.length,
                findings: classes.map((fact) => notJudged(fact, message)),
            };
        }
        const judged = profile.value === "prod" ? classes : [];
        return {
            subjects: judged.length,
            judged,
            findings: judged.flatMap((fact) => judgeClass(facts, fact)),
        };
    },
};
