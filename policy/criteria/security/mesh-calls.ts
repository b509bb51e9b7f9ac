/** SEC-07, the calls: what the stack needs and declares still gets through a mesh that is strict. */
import { TUNNEL_PORT } from "../../../operators/ambient";
import { Authorizations, callerOf } from "../../engines/mesh/authorization";
import { isOutside, refusedByMesh } from "../../engines/mesh/outsiders";
import { BYPASS } from "../../engines/mesh/sides";
import { neededFlows, networkOf } from "../../engines/reachability";
import type { Need } from "../../engines/reachability/need";
import type { Network } from "../../engines/reachability/network";
import { endName, isPods } from "../../engines/reachability/places";
import { showRule } from "../../engines/reachability/rules";
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";

const PAST = `let them be called past the mesh (${BYPASS}: "true"), or bring the caller in`;

function judgeNeed(network: Network, authorizations: Authorizations, need: Need): Finding[] {
    const { from, to, port, why, fact } = need;
    if (!isPods(to) || to.mesh === undefined || to.mesh === "out" || port.protocol !== "TCP") {
        return [];
    }
    const call = `${endName(from)} needs TCP ${port.port} of ${endName(to)} (${why})`;
    if (!isPods(from) || isOutside(from)) {
        return to.mesh === "in"
            ? [violated(fact, `${call}, and is outside of the mesh, which refuses it; ${PAST}`)]
            : [];
    }
    const tunnel = network.refusal(from, to, { port: TUNNEL_PORT, protocol: "TCP" });
    if (tunnel !== undefined && tunnel !== "unknown") {
        return [
            violated(
                fact,
                `${call} by the mesh, but no policy lets it through on TCP ${TUNNEL_PORT}, which carries it; declare the flow with the namespace`,
            ),
        ];
    }
    const answer = authorizations.allows(callerOf(from), to, port.port);
    return answer === true
        ? []
        : answer === "unknown"
          ? [notJudged(fact, `${call}; whether the mesh allows it is known only at the update`)]
          : [
                violated(
                    fact,
                    `${call}, but no AuthorizationPolicy allows it; declare the flow with the namespace`,
                ),
            ];
}

/**
 * Judges what is needed, and what network policies let in.
 *
 * @param root the namespace whose policies are about the whole mesh
 */
export function judgeCalls(facts: Facts, root: string): Judgement {
    const network = networkOf(facts);
    const policies = facts.objects("security.istio.io", "AuthorizationPolicy");
    const authorizations = new Authorizations(policies, network.view, root);
    const needs = neededFlows(facts);
    const refused = refusedByMesh(network);
    return {
        subjects: needs.length + refused.length,
        findings: [
            ...needs.flatMap((need) => judgeNeed(network, authorizations, need)),
            ...refused.map(({ rule, outsider, pods }) =>
                violated(
                    rule.policy.fact,
                    `${showRule(rule)} lets ${outsider} in at ${pods.key}, which is in the mesh and refuses who is outside; ${PAST}`,
                ),
            ),
        ],
    };
}
