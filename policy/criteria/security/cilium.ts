/** SEC-08: network policies that are enforced, on a network that nobody can listen to. */
import { judgeCephSettings } from "../../engines/operated/ceph-settings";
import { judgeSafeguards } from "../../engines/operated/safeguards";
import { type CiliumExpectation, judgeCilium } from "../../kubernetes/cilium";
import type { StackCriterion } from "../../kernel/criterion";
import { exactly } from "../../kernel/expectation";

/** Switches that must not be off, where absent is on. */
const SWITCHES = [
    "enable-k8s-networkpolicy",
    "enable-cilium-network-policy",
    "enable-cilium-clusterwide-network-policy",
    "enable-source-ip-verification",
];

/** SEC-08. */
export const encryption: StackCriterion = {
    id: "SEC-08",
    name: "sec-08-cilium-enforcement",
    description:
        "Checks that Cilium enforces network policies instead of auditing or ignoring them, and that what pods, Hubble and storage say to each other is encrypted.",
    severity: "critical",
    remediation:
        "Correct `policyAuditMode`, `encryption` and `hubble.tls` in components/network/cilium.ts, or the encryption that the finding names in the component of the resource.",
    judgeStack: (facts) => {
        const traffic = judgeSafeguards(facts, "traffic");
        const network = judgeCilium(facts, (setting): CiliumExpectation[] => {
            // Either encrypts; IPsec only counts when it is on.
            const ipsec = setting("enable-ipsec");
            const encrypted = ipsec.state === "known" && ipsec.value === "true";
            return [
                {
                    key: "policy-audit-mode",
                    reading: setting("policy-audit-mode"),
                    ...exactly("false"),
                    absentIsGood: true,
                },
                {
                    key: "enable-policy",
                    reading: setting("enable-policy"),
                    good: (value) => value === "default" || value === "always",
                    wanted: "set it to default or always",
                    absentIsGood: true,
                },
                ...SWITCHES.map((key) => ({
                    key,
                    reading: setting(key),
                    ...exactly("true"),
                    absentIsGood: true as const,
                })),
                ...(encrypted
                    ? []
                    : [
                          {
                              key: "enable-wireguard",
                              reading: setting("enable-wireguard"),
                              ...exactly("true"),
                          },
                      ]),
                {
                    key: "hubble-disable-tls",
                    reading: setting("hubble-disable-tls"),
                    ...exactly("false"),
                    absentIsGood: true,
                },
            ];
        });
        return {
            subjects: network.subjects + traffic.subjects,
            judged: [...(network.judged ?? []), ...(traffic.judged ?? [])],
            findings: [
                ...network.findings,
                ...traffic.findings,
                ...judgeCephSettings(facts, "traffic"),
            ],
        };
    },
};
