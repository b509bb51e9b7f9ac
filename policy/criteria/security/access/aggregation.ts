/** Roles that gather the rules of others: what they gather, they give. */
import { trustedPowers } from "../../../../trust/access";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { ObjectOf } from "../../../kernel/facts";
import { isUnknown, read, readList } from "../../../kernel/tree";
import { selects } from "../../../kubernetes/selectors";
import { grantsOf } from "./powers";

const CLUSTER = { cluster: true, kubeSystem: true };

/** The labels of cluster-admin and of all that the API server makes itself. */
const BOOTSTRAP = { "kubernetes.io/bootstrapping": "rbac-defaults" };

function gathers(selector: unknown, labels: Readonly<Record<string, string>>): boolean | "unknown" {
    return isUnknown(selector) ? "unknown" : selects({ state: "known", value: selector }, labels);
}

/** Whether selectors gather more than the role is trusted with. */
export function judgeAggregation(fact: ObjectOf, roles: readonly ObjectOf[]): Finding[] {
    if (read(fact.inputs, ["aggregationRule", "clusterRoleSelectors"]).state === "unknown") {
        return [notJudged(fact, "which roles it gathers is known only at the update")];
    }
    const selectors = readList(fact.inputs, "aggregationRule", "clusterRoleSelectors");
    const gathersAll = selectors.some(
        (selector) => gathers(selector, {}) === true || gathers(selector, BOOTSTRAP) === true,
    );
    if (gathersAll) {
        const message =
            "its aggregationRule gathers every role, cluster-admin too; select a label of its own";
        return [violated(fact, message)];
    }
    if (selectors.some((selector) => gathers(selector, {}) === "unknown")) {
        return [notJudged(fact, "which roles it gathers is known only at the update")];
    }
    const trusted = trustedPowers[fact.key]?.may ?? [];
    const gathered = roles.filter(
        (role) =>
            role.urn !== fact.urn &&
            selectors.some((selector) => gathers(selector, role.object.labels) === true),
    );
    return gathered.flatMap((role) => {
        const grant = readList(role.inputs, "rules")
            .flatMap((rule) => grantsOf(rule, CLUSTER))
            .find(({ power }) => power !== "run-in-kube-system" && !trusted.includes(power));
        return grant === undefined
            ? []
            : [
                  violated(
                      fact,
                      `it gathers ${role.key}, which may ${grant.says}; select fewer roles`,
                  ),
              ];
    });
}
