/** Rules of the mesh's AuthorizationPolicies, for SEC-01: whom they let in that nobody named. */
import { admits, NOBODY } from "../../../engines/mesh/authorization";
import type { PortRange } from "../../../engines/reachability/rules";
import { notJudged, violated } from "../../../kernel/criterion";
import type { ObjectOf } from "../../../kernel/facts";
import { isUnknown, read, readList } from "../../../kernel/tree";
import { ANY_NAMESPACE } from "../../../kubernetes/namespaces";
import { found, gather, type OpenRules, vaguePorts } from "./kubernetes";

/** Somebody of the mesh whom nobody can have meant. */
const STRANGER = { namespace: ANY_NAMESPACE, account: "any-other-account" };
const WANTED = "name namespaces or service accounts";

/** The ports of a rule; undefined for all of them. */
function portsOf(rule: unknown): PortRange[] | undefined | "unknown" {
    if (read(rule, ["to"]).state === "unknown") {
        return "unknown";
    }
    const operations = readList(rule, "to");
    const lists = operations.map((entry) => readList(entry, "operation", "ports"));
    if (operations.length === 0 || lists.some((list) => list.length === 0)) {
        return operations.some((entry) => read(entry, ["operation", "ports"]).state === "unknown")
            ? "unknown"
            : undefined;
    }
    return lists.flat().some(isUnknown)
        ? "unknown"
        : lists.flat().map((port) => ({ protocol: "TCP", port: Number(port) }));
}

function readRule(fact: ObjectOf, rule: unknown): OpenRules {
    const home = fact.object.namespace ?? "";
    const nobody = admits(rule, NOBODY, home);
    const stranger = admits(rule, STRANGER, home);
    if (isUnknown(rule) || nobody === "unknown" || stranger === "unknown") {
        return found(notJudged(fact, "whom one of its rules lets in is known only at the update"));
    }
    if (nobody) {
        return found(
            violated(fact, `one of its rules lets everybody in, whoever they are; ${WANTED}`),
        );
    }
    const ports = portsOf(rule);
    return !stranger
        ? { rules: [], findings: [] }
        : ports === "unknown"
          ? found(vaguePorts(fact, "ingress"))
          : {
                rules: [
                    {
                        fact,
                        direction: "ingress",
                        ports,
                        isClusterWide: true,
                        blocks: [],
                        subject: fact.key,
                    },
                ],
                findings: [],
            };
}

/** The rules of an AuthorizationPolicy; one that only denies or records opens nothing. */
export function readAuthorizationPolicy(fact: ObjectOf): OpenRules {
    const action = read(fact.inputs, ["spec", "action"]);
    const rules = read(fact.inputs, ["spec", "rules"]);
    if (action.state === "unknown" || rules.state === "unknown") {
        return found(notJudged(fact, "whom it lets in is known only at the update"));
    }
    const allows = action.state === "absent" || action.value === "ALLOW";
    return allows
        ? gather(readList(fact.inputs, "spec", "rules").map((rule) => readRule(fact, rule)))
        : { rules: [], findings: [] };
}
