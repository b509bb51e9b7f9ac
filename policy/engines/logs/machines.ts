/** What machines say themselves: where Talos sends it, and who takes it there. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { read, readList, readString } from "../../kernel/tree";
import { runsEverywhere } from "../../kubernetes/daemon-coverage";
import type { WorkloadFact } from "../../kubernetes/scaling";
import {
    CONFIGURATION_APPLY,
    configurationOf,
    documentsOf,
    type MachineConfiguration,
} from "../machines/configuration";

/** Machines of the stack, and what is wrong about the way of what they say. */
export interface MachineLogs {
    readonly machines: readonly Fact[];
    readonly findings: readonly Finding[];
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** A port of the node's own loopback; undefined for another place. */
function localPort(address: string): number | undefined {
    const [, host = "", port = ""] = /^(?:tcp|udp):\/\/(.*):(\d+)\/?$/.exec(address) ?? [];
    return LOOPBACK.test(host) ? Number(port) : undefined;
}

function isValue(of: unknown, field: string, wanted: number | boolean): boolean {
    const reading = read(of, [field]);
    return reading.state === "known" && reading.value === wanted;
}

/** Who listens at a port of each node. */
function listeners(facts: Facts, port: number): WorkloadFact[] {
    return facts
        .workloads()
        .filter(({ workload }) =>
            workload.containers.some(({ tree }) =>
                readList(tree, "ports").some(
                    (one) =>
                        isValue(one, "hostPort", port) ||
                        (isValue(workload.podSpec, "hostNetwork", true) &&
                            isValue(one, "containerPort", port)),
                ),
            ),
        );
}

function judgeWay(
    facts: Facts,
    fact: Fact,
    what: string,
    addresses: readonly (string | undefined)[],
): Finding[] {
    const [address, second] = addresses;
    if (address === undefined) {
        return [violated(fact, `${what} writes goes nowhere; switch systems.fluentBit on`)];
    }
    if (second !== undefined) {
        return [
            violated(fact, `${what} writes is sent twice, to ${address} and ${second}; leave one`),
        ];
    }
    const port = localPort(address);
    if (port === undefined) {
        return [notJudged(fact, `who takes ${what} writes at ${address} cannot be seen`)];
    }
    const [listener] = listeners(facts, port);
    if (listener === undefined) {
        return [
            violated(fact, `${what} writes goes to port ${port} of its node, where nobody listens`),
        ];
    }
    const { everywhere, why } = runsEverywhere(listener.workload);
    return everywhere === false
        ? [violated(fact, `${listener.key} takes ${what} writes, but not on every node: ${why}`)]
        : [];
}

function judgeMachine(facts: Facts, fact: Fact): Finding[] {
    let configuration: MachineConfiguration | "unknown";
    try {
        configuration = configurationOf(fact);
    } catch {
        // SEC-13 says so.
        return [];
    }
    if (configuration === "unknown") {
        return [notJudged(fact, "its configPatches are known only at the update")];
    }
    const destinations = readList(configuration.main, "machine", "logging", "destinations");
    const kernel = documentsOf(configuration, "KmsgLogConfig");
    return [
        ...judgeWay(
            facts,
            fact,
            "what Talos",
            destinations.map((destination) => readString(destination, "endpoint")),
        ),
        ...judgeWay(
            facts,
            fact,
            "what the kernel",
            kernel.map((document) => readString(document, "url")),
        ),
    ];
}

/** The machines of a stack in which somebody collects logs. */
export function machineLogs(facts: Facts): MachineLogs {
    const machines = facts.ofType(CONFIGURATION_APPLY);
    return { machines, findings: machines.flatMap((fact) => judgeMachine(facts, fact)) };
}
