/** SEC-08: network policies that are enforced, on a network that nobody can listen to. */
import { judgeCilium } from "../../kubernetes/cilium";
import type { StackCriterion } from "../../kernel/criterion";
import { type Expectation, exactly } from "../../kernel/expectation";

/** SEC-08. */
export const encryption: StackCriterion = {
    id: "SEC-08",
    name: "sec-08-cilium-enforcement",
    description:
        "Checks that Cilium enforces network policies instead of auditing them, and encrypts what pods say to each other.",
    severity: "critical",
    remediation: "Set `policyAuditMode: false` and `encryption` in components/network/cilium.ts.",
    judgeStack: (facts) =>
        judgeCilium(facts, (setting): Expectation[] => {
            // Either encrypts; IPsec only counts when it is on.
            const ipsec = setting("enable-ipsec");
            const encrypted = ipsec.state === "known" && ipsec.value === "true";
            return [
                {
                    what: "data.policy-audit-mode",
                    reading: setting("policy-audit-mode"),
                    ...exactly("false"),
                    absentIsGood: true,
                },
                {
                    what: "data.enable-policy",
                    reading: setting("enable-policy"),
                    good: (value) => value !== "never",
                    wanted: "set it to default or always",
                    absentIsGood: true,
                },
                ...(encrypted
                    ? []
                    : [
                          {
                              what: "data.enable-wireguard",
                              reading: setting("enable-wireguard"),
                              ...exactly("true"),
                          },
                      ]),
            ];
        }),
};
