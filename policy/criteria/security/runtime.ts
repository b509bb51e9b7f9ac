/** SEC-12: what containers do that they should not is seen. */
import * as yaml from "js-yaml";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, exactly, judgeExpectation } from "../../kernel/expectation";
import { runsEverywhere } from "../../kubernetes/daemon-coverage";
import type { Facts } from "../../kernel/facts";
import { type Program, programsOf, variableOf } from "../../kubernetes/programs";
import { read } from "../../kernel/tree";

const FILE = "falco.yaml";

/**
 * Least priority of events; they go from emergency down to debug, and what nobody should do in a
 * container is a warning or more. Falco and falcosidekick read it without regard to case (falco
 * 0.44: falco_common.cpp; falcosidekick 2.32: types.Priority).
 */
const letsWarningsThrough = {
    good: (value: unknown) =>
        ["", "debug", "info", "informational", "notice", "warning"].includes(
            String(value).toLowerCase(),
        ),
    wanted: "set it to warning or less, so that warnings are told",
    absentIsGood: true,
} as const;

/** The settings of the sensor, from the ConfigMap of its chart. */
function judgeSettings(facts: Facts, { fact }: Program): Finding[] {
    const files = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => object.namespace === fact.object.namespace)
        .map((map) => ({ map, file: read(map.inputs, ["data", FILE]) }))
        .filter(({ file }) => file.state !== "absent");
    const [first] = files;
    if (first === undefined) {
        return [
            violated(fact, `no ConfigMap in its namespace holds ${FILE}; add that of its chart`),
        ];
    }
    const { map, file } = first;
    if (file.state !== "known") {
        return [notJudged(map, `${FILE} is known only at the update`)];
    }
    let settings: unknown;
    try {
        settings = yaml.load(String(file.value));
    } catch {
        return [violated(map, `${FILE} is no YAML; correct it`)];
    }
    const expectations: Expectation[] = [
        {
            what: `engine.kind in ${FILE}`,
            reading: read(settings, ["engine", "kind"]),
            ...exactly("modern_ebpf"),
        },
        {
            what: `http_output.enabled in ${FILE}`,
            reading: read(settings, ["http_output", "enabled"]),
            good: (value) => value === true,
            wanted: "set it to true, so that events reach falcosidekick",
        },
        {
            what: `priority in ${FILE}`,
            reading: read(settings, ["priority"]),
            ...letsWarningsThrough,
        },
        {
            what: `rules_files in ${FILE}`,
            reading: read(settings, ["rules_files"]),
            good: (value) => Array.isArray(value) && value.length > 0,
            wanted: "name the files of rules: without any it watches for nothing",
            // Its package brings a list of its own.
            absentIsGood: true,
        },
    ];
    return expectations.flatMap((expectation) => judgeExpectation(map, expectation));
}

function judgeSensor(facts: Facts, program: Program): Finding[] {
    const { fact } = program;
    const { everywhere, why } = runsEverywhere(fact.workload);
    return [
        ...(everywhere === true
            ? []
            : everywhere === "unknown"
              ? [notJudged(fact, "on which nodes it runs is known only at the update")]
              : [violated(fact, `it does not watch every node: ${why}`)]),
        ...judgeSettings(facts, program),
    ];
}

/** What falcosidekick must be told of Alertmanager. */
const FORWARDING: readonly (Omit<Expectation, "what" | "reading"> & { readonly name: string })[] = [
    {
        // A list of addresses; empty switches the output off.
        name: "ALERTMANAGER_HOSTPORT",
        good: (value) => String(value).trim() !== "",
        wanted: "give it the address of Alertmanager",
    },
    { name: "ALERTMANAGER_MINIMUMPRIORITY", ...letsWarningsThrough },
];

function judgeForwarder(facts: Facts, program: Program): Finding[] {
    return FORWARDING.flatMap(({ name, ...expectation }) => {
        const reading = variableOf(facts, program, name);
        return reading.state === "hidden"
            ? []
            : judgeExpectation(program.fact, {
                  what: `the variable ${name}`,
                  reading,
                  ...expectation,
              });
    });
}

/** SEC-12. */
export const runtimeDetection: StackCriterion = {
    id: "SEC-12",
    name: "sec-12-runtime-detection",
    description:
        "Checks that Falco watches every node with the modern eBPF probe, and that its events reach Alertmanager.",
    severity: "high",
    remediation:
        "Set driver.kind modern_ebpf, tolerate every taint, and give falcosidekick the address of Alertmanager.",
    judgeStack: (facts) => {
        const sensors = programsOf(facts, "falco");
        const forwarders = programsOf(facts, "falcosidekick");
        const [sensor] = sensors;
        return {
            subjects: sensors.length + forwarders.length,
            judged: [...sensors, ...forwarders].map(({ fact }) => fact),
            findings: [
                ...sensors.flatMap((program) => judgeSensor(facts, program)),
                ...forwarders.flatMap((program) => judgeForwarder(facts, program)),
                ...(sensor !== undefined && forwarders.length === 0
                    ? [violated(sensor.fact, "no falcosidekick forwards its events; add it")]
                    : []),
            ],
        };
    },
};
