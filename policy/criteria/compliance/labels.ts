/** CMP-04: whoever meets an object knows what it belongs to. */
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { read, showReading } from "../../kernel/tree";

const LABELS = ["name", "instance", "component", "part-of", "managed-by"].map(
    (label) => `app.kubernetes.io/${label}`,
);

/** CMP-04. */
export const labels: ResourceCriterion = {
    id: "CMP-04",
    name: "cmp-04-standard-labels",
    description: "Checks that every Kubernetes object carries the five recommended labels.",
    severity: "low",
    remediation: "Register the object through components/base, which calls `withLabels(...)`.",
    judgeResource: (fact) => {
        // A patch belongs to an object that the cluster made.
        if (fact.object === undefined || fact.object.patch) {
            return undefined;
        }
        const findings = LABELS.flatMap((label): Finding[] => {
            const reading = read(fact.inputs, ["metadata", "labels", label]);
            if (reading.state === "unknown") {
                return [notJudged(fact, `label ${label} is known only at the update`)];
            }
            return reading.state === "known" && reading.value !== ""
                ? []
                : [violated(fact, `label ${label} is ${showReading(reading)}; set it`)];
        });
        return { subjects: 1, findings };
    },
};
