/** OBS-09: what the network drops is known. */
import { judgeCilium } from "../../kubernetes/cilium";
import type { StackCriterion } from "../../kernel/criterion";
import { exactly } from "../../kernel/expectation";

/** OBS-09. */
export const hubble: StackCriterion = {
    id: "OBS-09",
    name: "obs-09-hubble",
    description: "Checks that Hubble, Cilium's record of flows, is on and has metrics.",
    severity: "medium",
    remediation:
        "Set `hubble.enabled` and `hubble.metrics.enabled` in components/network/cilium.ts.",
    judgeStack: (facts) =>
        judgeCilium(facts, (setting) => [
            {
                key: "enable-hubble",
                reading: setting("enable-hubble"),
                ...exactly("true"),
            },
            {
                key: "hubble-metrics",
                reading: setting("hubble-metrics"),
                good: (value) => typeof value === "string" && value.trim() !== "",
                wanted: "name metrics such as drop, dns and flow",
            },
            {
                key: "hubble-metrics-server",
                reading: setting("hubble-metrics-server"),
                good: (value) => typeof value === "string" && /:\d+$/.test(value),
                wanted: "give it an address such as :9965",
            },
        ]),
};
