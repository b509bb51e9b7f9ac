/**
 * Services that take the traffic of addresses which are not theirs (SEC-10): with `externalIPs` every
 * node answers for them itself, also for the address of somebody else (CVE-2020-8554), and no
 * Gateway with its sign-on is in front.
 */
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { read, showReading } from "../../kernel/tree";

const USE_A_GATEWAY =
    "publish it with a route of a Gateway, or as type LoadBalancer with an address of network.loadBalancers";

function judgeService(service: ObjectOf): Finding[] {
    const reading = read(service.inputs, ["spec", "externalIPs"]);
    if (reading.state === "unknown") {
        return [notJudged(service, "spec.externalIPs is known only at the update")];
    }
    const isEmpty =
        reading.state === "absent" || (Array.isArray(reading.value) && reading.value.length === 0);
    return isEmpty
        ? []
        : [
              violated(
                  service,
                  `spec.externalIPs is ${showReading(reading)}, whose traffic every node would take; ${USE_A_GATEWAY}`,
              ),
          ];
}

/** Those of the stack; a Service without is none of its subjects. */
export function judgeExternalAddresses(
    facts: Facts,
): Judgement & { readonly judged: readonly Fact[] } {
    const services = facts
        .objects("", "Service")
        .map((service) => ({ service, findings: judgeService(service) }))
        .filter(({ findings }) => findings.length > 0);
    return {
        subjects: services.length,
        judged: services.map(({ service }) => service),
        findings: services.flatMap(({ findings }) => findings),
    };
}
