/** HA-01: the control plane survives the loss of a machine. */
import { addressToNumber, isHostAddress } from "../../../components/addresses";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { read, readList, readString, readTree, showReading } from "../../kernel/tree";

const MINIMUM = 3;

function judgeCount(fact: Fact): Finding[] {
    if (read(fact.inputs, ["controlPlanes"]).state === "unknown") {
        return [notJudged(fact, "the control planes are known only at the update")];
    }
    const count = readList(fact.inputs, "controlPlanes").length;
    return count >= MINIMUM && count % 2 === 1
        ? []
        : [violated(fact, `${count} control planes; use an odd number from ${MINIMUM} on`)];
}

function judgeVirtualIp(fact: Fact): Finding[] {
    const reading = read(fact.inputs, ["virtualIp"]);
    const network = readString(fact.inputs, "nodeNetwork");
    if (reading.state === "absent") {
        return [violated(fact, "no virtual IP; set cluster.virtualIp to a free address")];
    }
    if (reading.state === "unknown" || read(fact.inputs, ["nodeNetwork"]).state === "unknown") {
        return [notJudged(fact, "the virtual IP or its network is known only at the update")];
    }
    const address = String(reading.value);
    const list = [...readList(fact.inputs, "controlPlanes"), ...readList(fact.inputs, "workers")];
    const nodes = list.map((node) => readTree(node));
    const owner = nodes.find(
        (node) =>
            typeof node.address === "string" &&
            addressToNumber(node.address) === addressToNumber(address),
    );
    const inside = network !== undefined && isHostAddress(address, network);
    const wanted = `a host address inside ${network ?? "nodeNetwork"}`;
    return [
        ...(inside
            ? []
            : [violated(fact, `the virtual IP is ${showReading(reading)}; choose ${wanted}`)]),
        ...(owner === undefined
            ? []
            : [
                  violated(
                      fact,
                      `the virtual IP ${address} is the address of ${String(owner.name)}; choose a free one`,
                  ),
              ]),
        ...(list.some((node) => read(node, ["address"]).state === "unknown")
            ? [notJudged(fact, "the address of a node is known only at the update")]
            : []),
    ];
}

/** HA-01. */
export const controlPlane: StackCriterion = {
    id: "HA-01",
    name: "ha-01-control-plane",
    description:
        "Checks that the control plane has an odd number of nodes, at least 3, behind a virtual IP that nobody else has.",
    severity: "critical",
    remediation:
        "Add control planes to `nodes` and set `cluster.virtualIp` in the stack's settings.",
    besidesCharts: true,
    judgeStack: (facts) => {
        const fact = facts.platform();
        if (fact === undefined) {
            const [stack] = facts.ofType("pulumi:pulumi:Stack");
            const message = "no platform:base:Platform component describes the control plane";
            return {
                subjects: stack === undefined ? 0 : 1,
                findings: stack === undefined ? [] : [notJudged(stack, message)],
            };
        }
        // The nodes of a cluster that was there before are not this program's to count.
        return readString(fact.inputs, "source") === "existing"
            ? { subjects: 0, findings: [] }
            : {
                  subjects: 1,
                  judged: [fact],
                  findings: [...judgeCount(fact), ...judgeVirtualIp(fact)],
              };
    },
};
