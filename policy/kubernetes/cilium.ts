/** The one ConfigMap from which Cilium's agents take their settings. */
import type { Fact, Facts } from "../kernel/facts";
import { type Expectation, judgeExpectation } from "../kernel/expectation";
import { type Judgement, violated } from "../kernel/criterion";
import { read, readTree, type Reading } from "../kernel/tree";

const NAME = "cilium-config";

/** The agents' settings; none while no Cilium is in the stack. */
export function ciliumSettings(facts: Facts): Fact[] {
    return facts.objects("", "ConfigMap").filter(({ object }) => object.name === NAME);
}

/** Reads a key of the agents' settings. */
export type CiliumSettings = (key: string) => Reading;

/** Judges Cilium's settings; not applicable while no Cilium is in the stack. */
export function judgeCilium(
    facts: Facts,
    expectations: (setting: CiliumSettings) => readonly Expectation[],
): Judgement {
    const maps = ciliumSettings(facts);
    if (maps.length > 0) {
        return {
            subjects: maps.length,
            judged: maps,
            findings: maps.flatMap((fact) =>
                expectations((key) => read(fact.inputs, ["data", key])).flatMap((expectation) =>
                    judgeExpectation(fact, expectation),
                ),
            ),
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
