/** Tokens of service accounts in pods: a token without rights still says who the pod is. */
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Facts } from "../../../kernel/facts";
import type { WorkloadFact } from "../../../kubernetes/scaling";
import { read, readString, type Reading } from "../../../kernel/tree";
import { type BindingFact, binds } from "./bindings";

const FIELD = "automountServiceAccountToken";

/** Whether the pods mount the token: their own word, else the account's, else yes. */
function mounts(facts: Facts, { workload, object }: WorkloadFact, account: string): Reading {
    const own = read(workload.podSpec, [FIELD]);
    if (own.state !== "absent") {
        return own;
    }
    const found = facts
        .objects("", "ServiceAccount")
        .find((fact) => fact.object.name === account && fact.object.namespace === object.namespace);
    const inherited = read(found?.inputs, [FIELD]);
    return inherited.state === "absent" ? { state: "known", value: true } : inherited;
}

/** A mounted token that nobody gave any right. */
export function judgeToken(
    facts: Facts,
    fact: WorkloadFact,
    bindings: readonly BindingFact[],
): Finding[] {
    const named = read(fact.workload.podSpec, ["serviceAccountName"]);
    const account = readString(fact.workload.podSpec, "serviceAccountName") ?? "default";
    const mounted = mounts(facts, fact, account);
    if (mounted.state === "known" && mounted.value === false) {
        return [];
    }
    if (
        named.state === "unknown" ||
        mounted.state === "unknown" ||
        fact.workload.unread.length > 0
    ) {
        return [notJudged(fact, "whether its pods mount a token is known only at the update")];
    }
    const verdicts = bindings.map((binding) =>
        binds(binding, account, fact.object.namespace ?? ""),
    );
    if (verdicts.includes(true)) {
        return [];
    }
    return verdicts.includes("unknown")
        ? [notJudged(fact, `whether ${account} has rights is known only at the update`)]
        : [
              violated(
                  fact,
                  `its pods mount the token of ${account}, to which no binding gives a right; set ${FIELD} to false`,
              ),
          ];
}
