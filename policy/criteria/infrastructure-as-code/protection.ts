/** IAC-05: what must not be lost by a typing mistake. */
import { copiesOnly } from "../../../components/base/labels";
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import { behaviourOf } from "../../engines/operated/resources";
import { safeguardsOf } from "../../engines/operated/safeguards";
import type { Fact, Facts } from "../../kernel/facts";
import { exactly, judgeExpectation } from "../../kernel/expectation";
import { isMachine, profileOf } from "../../kernel/site";
import { read, showReading } from "../../kernel/tree";

function needsProtection(fact: Fact): boolean {
    const { type } = fact;
    return (
        isMachine(fact) ||
        type === "talos:machine/secrets:Secrets" ||
        behaviourOf(fact)?.holdsData === true
    );
}

function judgeProvider(fact: Fact): Finding[] {
    const identifier = read(fact.inputs, ["clusterIdentifier"]);
    if (identifier.state === "known" && identifier.value !== "") {
        return [];
    }
    const wanted = "set it to a fixed name, or a new kubeconfig replaces every object";
    // Known only at the update is as bad as absent: the provider would be replaced.
    return [violated(fact, `clusterIdentifier is ${showReading(identifier)}; ${wanted}`)];
}

function judgeReclaim(fact: Fact): Finding[] {
    const policy = read(fact.inputs, ["reclaimPolicy"]);
    if (policy.state === "unknown") {
        return [notJudged(fact, "its reclaimPolicy is known only at the update")];
    }
    return policy.state === "known" && policy.value === "Retain"
        ? []
        : [violated(fact, `reclaimPolicy is ${showReading(policy)}; data in prod wants "Retain"`)];
}

/** What Proxmox itself refuses to remove, whoever asks (default: nothing). */
function judgeMachine(fact: Fact): Finding[] {
    const expectation = {
        what: "protection",
        reading: read(fact.inputs, ["protection"]),
        ...exactly(true),
    };
    return isMachine(fact) ? judgeExpectation(fact, expectation) : [];
}

function judgeInProd(facts: Facts, fact: Fact): Finding[] {
    if (needsProtection(fact)) {
        const message = "it is not protected in prod; register it with `protect: true`";
        return [
            ...(fact.options.protect ? [] : [violated(fact, message)]),
            ...judgeMachine(fact),
            ...safeguardsOf(facts, fact, "deletion"),
        ];
    }
    return judgeReclaim(fact);
}

function judgeData(fact: Fact, facts: Facts): Finding[] {
    const profile = profileOf(facts);
    if (profile.state !== "known") {
        const message = `whether it must be protected depends on the profile, which is ${profile.state}`;
        return [notJudged(fact, message)];
    }
    return profile.value === "prod" ? judgeInProd(facts, fact) : [];
}

/** IAC-05. */
export const protection: ResourceCriterion = {
    id: "IAC-05",
    name: "iac-05-protection",
    description:
        "Checks that Kubernetes providers have a clusterIdentifier, and that in prod machines, secrets, storage and databases are protected or retained, and nothing in them says that data may go.",
    severity: "critical",
    remediation:
        "Set `clusterIdentifier` on the provider, `protect: settings.protect` on what holds data, and `reclaimPolicy: Retain` on storage classes.",
    judgeResource: (fact, facts) => {
        if (fact.type === "pulumi:providers:kubernetes") {
            return { subjects: 1, findings: judgeProvider(fact) };
        }
        // DR-10 judges that nothing with state claims volumes of a class for copies.
        const isStorageClass =
            fact.object?.group === "storage.k8s.io" &&
            fact.object.kind === "StorageClass" &&
            read(fact.inputs, ["metadata", "annotations", copiesOnly]).state !== "known";
        return needsProtection(fact) || isStorageClass
            ? { subjects: 1, findings: judgeData(fact, facts) }
            : undefined;
    },
};
