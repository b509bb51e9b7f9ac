/** The one ConfigMap from which Cilium's agents take their settings. */
import type { Fact, Facts } from "../kernel/facts";
import { type Expectation, judgeExpectation } from "../kernel/expectation";
import { type Finding, type Judgement, violated } from "../kernel/criterion";
import { read, readTree, type Reading } from "../kernel/tree";
import { flagOf, programsOf, variableOf } from "./programs";

const NAME = "cilium-config";

/** The agents' settings; none while no Cilium is in the stack. */
export function ciliumSettings(facts: Facts): Fact[] {
    return facts.objects("", "ConfigMap").filter(({ object }) => object.name === NAME);
}

/** Reads a key of the agents' settings. */
export type CiliumSettings = (key: string) => Reading;

/** A place besides the ConfigMap that says what agents do, with the last word. */
interface Override {
    readonly fact: Fact;
    readonly setting: CiliumSettings;
    /** How messages call a key there. */
    readonly where: (key: string) => string;
}

/**
 * Arguments come before variables, and these before what is in files; files of single nodes come
 * before those of all (cilium v1.20: pkg/option/config.go, cilium-dbg build-config).
 */
function overridesOf(facts: Facts): Override[] {
    const ofNodes = facts.objects("cilium.io", "CiliumNodeConfig").map((fact) => ({
        fact,
        setting: (key: string) => read(fact.inputs, ["spec", "defaults", key]),
        where: (key: string) => `spec.defaults.${key}`,
    }));
    const agents = programsOf(facts, "cilium").filter(({ fact }) => isAgent(fact));
    const variable = (key: string) => `CILIUM_${key.toUpperCase().replaceAll("-", "_")}`;
    const ofAgents = agents.flatMap((program): Override[] => [
        {
            fact: program.fact,
            setting: (key) => flagOf(program, key),
            where: (key) => `--${key}`,
        },
        {
            fact: program.fact,
            setting: (key) => {
                const found = variableOf(facts, program, variable(key));
                return found.state === "hidden" ? { state: "unknown" } : found;
            },
            where: variable,
        },
    ]);
    return [...ofNodes, ...ofAgents];
}

/** What an override says of the keys that it has, and of no other. */
function judgeOverride(
    { fact, setting, where }: Override,
    expectations: (setting: CiliumSettings) => readonly CiliumExpectation[],
): Finding[] {
    return expectations(setting)
        .filter(({ key }) => setting(key).state !== "absent")
        .flatMap((expectation) =>
            judgeExpectation(fact, { ...expectation, what: where(expectation.key) }),
        );
}

/** What a setting must be. */
export interface CiliumExpectation extends Omit<Expectation, "what" | "reading"> {
    readonly key: string;
    readonly reading: Reading;
}

/** Judges Cilium's settings; not applicable while no Cilium is in the stack. */
export function judgeCilium(
    facts: Facts,
    expectations: (setting: CiliumSettings) => readonly CiliumExpectation[],
): Judgement {
    const maps = ciliumSettings(facts);
    if (maps.length > 0) {
        return {
            subjects: maps.length,
            judged: maps,
            findings: [
                ...maps.flatMap((fact) =>
                    expectations((key) => read(fact.inputs, ["data", key])).flatMap((expectation) =>
                        judgeExpectation(fact, { ...expectation, what: `data.${expectation.key}` }),
                    ),
                ),
                ...overridesOf(facts).flatMap((override) => judgeOverride(override, expectations)),
            ],
        };
    }
    const [agent] = facts.objects("apps", "DaemonSet").filter(isAgent);
    return {
        subjects: agent === undefined ? 0 : 1,
        judged: agent === undefined ? [] : [agent],
        findings:
            agent === undefined
                ? []
                : [violated(agent, `no ConfigMap ${NAME} sets it up; add the one of its chart`)],
    };
}

function isAgent({ inputs }: Fact): boolean {
    return readTree(inputs, "spec", "selector", "matchLabels")["k8s-app"] === "cilium";
}
