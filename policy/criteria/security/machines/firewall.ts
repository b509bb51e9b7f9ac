/** The firewall that Proxmox puts in front of each virtual machine (SEC-13). */
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../../kernel/expectation";
import type { Fact, Facts } from "../../../kernel/facts";
import { isMachine } from "../../../kernel/site";
import { isUnknown, read, readList, readString } from "../../../kernel/tree";

/** Ports that the public may reach: those of the gateway. */
const PUBLIC = /^(80|443)(,(80|443))*$/;

/** Firewall resources of a machine: those with its id, or with its name while the id is unknown. */
function ofMachine(facts: Facts, machine: Fact, kind: "Options" | "Rules"): Fact[] {
    const id = (fact: Fact) => ["nodeName", "vmId"].map((field) => read(fact.inputs, [field]));
    const wanted = id(machine);
    return facts
        .all()
        .filter(({ type }) => type.startsWith("proxmoxve:firewall/") && type.includes(`:${kind}`))
        .filter((fact) =>
            id(fact).every((reading, index) => {
                const other = wanted[index];
                return reading.state === "known" && other?.state === "known"
                    ? reading.value === other.value
                    : fact.name === machine.name;
            }),
        );
}

function judgeInterfaces(machine: Fact): Finding[] {
    if (read(machine.inputs, ["networkDevices"]).state === "unknown") {
        return [notJudged(machine, "its network devices are known only at the update")];
    }
    return readList(machine.inputs, "networkDevices").flatMap((device, index) =>
        judgeExpectation(machine, {
            what: `networkDevices[${index}].firewall`,
            reading: read(device, ["firewall"]),
            ...exactly(true),
        }),
    );
}

function judgeOptions(machine: Fact, options: Fact | undefined): Finding[] {
    if (options === undefined) {
        return [violated(machine, "it has no firewall options; register OptionsLegacy for it")];
    }
    const expectations: Expectation[] = [
        { what: "enabled", reading: read(options.inputs, ["enabled"]), ...exactly(true) },
        {
            what: "inputPolicy",
            reading: read(options.inputs, ["inputPolicy"]),
            good: (policy) => policy === "DROP" || policy === "REJECT",
            wanted: "set it to DROP",
        },
    ];
    return expectations.flatMap((expectation) => judgeExpectation(options, expectation));
}

function judgeRule(fact: Fact, rule: unknown): Finding[] {
    if (isUnknown(rule)) {
        return [notJudged(fact, "a rule is known only at the update")];
    }
    const name = readString(rule, "comment") ?? "without a comment";
    if (readString(rule, "action") !== "ACCEPT" || readString(rule, "type") === "out") {
        return [];
    }
    const source = read(rule, ["source"]);
    if (source.state === "unknown") {
        return [notJudged(fact, `the sources of rule ${name} are known only at the update`)];
    }
    const sources = source.state === "known" ? String(source.value).split(",") : ["0.0.0.0/0"];
    const open = sources.some((network) => network.trim().endsWith("/0"));
    return open && !PUBLIC.test(readString(rule, "dport") ?? "")
        ? [violated(fact, `its rule ${name} lets everybody in; name the networks`)]
        : [];
}

function judgeRules(fact: Fact): Finding[] {
    return read(fact.inputs, ["rules"]).state === "unknown"
        ? [notJudged(fact, "its rules are known only at the update")]
        : readList(fact.inputs, "rules").flatMap((rule) => judgeRule(fact, rule));
}

/** The firewalls of all machines. */
export function judgeMachines(facts: Facts): { subjects: number; findings: Finding[] } {
    const machines = facts.all().filter(isMachine);
    return {
        subjects: machines.length,
        findings: machines.flatMap((machine) => [
            ...judgeInterfaces(machine),
            ...judgeOptions(machine, ofMachine(facts, machine, "Options")[0]),
            ...ofMachine(facts, machine, "Rules").flatMap(judgeRules),
        ]),
    };
}
