/** What every system says of itself, and whether its objects say the same. */
import assert from "node:assert/strict";
import { isLack, type Lack } from "../../components/base/capabilities";
import type { AnyDefinition, SecretDefinition } from "../../components/base/definition";
import { systems } from "../../components/systems";
import type { RecordedStack } from "../fixtures/stack";
import { componentName } from "./names";
import { alone, everything, withNeeds } from "./variants";

const definitions: readonly AnyDefinition[] = systems;
const names = definitions.map(({ name }) => name);

/** Every answer of every system that says that there is nothing, with where it stands. */
const lacks = definitions.flatMap(({ name, capabilities }) =>
    Object.entries(capabilities).flatMap(([capability, said]: [string, unknown]) =>
        // Of several routes some may be there and others wait.
        (Array.isArray(said) ? said : [said]).flatMap((answer: unknown) =>
            isLack(answer) ? [{ where: `${name}.${capability}`, answer }] : [],
        ),
    ),
);

function reasonOf(answer: Lack): string {
    return "none" in answer ? answer.none : answer.then;
}

/** A phrase for a table: some words, no sentence of its own with a capital and a full stop. */
function isPhrase(text: string): boolean {
    return text.trim().split(/\s+/).length >= 3 && !text.endsWith(".");
}

describe("what a system says of itself", () => {
    it("has a name of its own", () => {
        assert.equal(new Set(names).size, names.length);
    });

    it("tells with each secret how to make it, and the same wherever it is shared", () => {
        const told = systems.flatMap(({ secrets }) =>
            Object.entries<SecretDefinition>(secrets).map(
                ([key, { description }]) => [key, description] as const,
            ),
        );
        const sentences = new Map(told);
        assert.deepEqual(
            told.filter(([key, description]) => sentences.get(key) !== description),
            [],
        );
        const silent = [...sentences].filter(([, text]) => !/ at \S+\.[a-z]+/.test(text));
        assert.deepEqual(silent, []);
    });

    it("waits for nothing that is there: then it must use it", () => {
        const there = lacks.filter(
            ({ answer }) => "awaits" in answer && names.includes(answer.awaits),
        );
        assert.deepEqual(
            there.map(({ where }) => where),
            [],
        );
    });

    it("names what it waits for as the configuration will", () => {
        const odd = lacks.filter(
            ({ answer }) => "awaits" in answer && !/^[a-z][A-Za-z0-9]*$/.test(answer.awaits),
        );
        assert.deepEqual(odd, []);
    });

    it("gives a reason wherever it has nothing or is off", () => {
        const silent = [
            ...lacks.filter(({ answer }) => !isPhrase(reasonOf(answer))).map(({ where }) => where),
            ...definitions
                .filter(({ offIn }) => !Object.values(offIn).every(isPhrase))
                .map(({ name }) => `${name}.offIn`),
            ...definitions.filter(({ purpose }) => !isPhrase(purpose)).map(({ name }) => name),
        ];
        assert.deepEqual(silent, []);
    });

    it("needs only systems of its own layer or of one below", () => {
        const place = (definition: AnyDefinition) => definitions.indexOf(definition);
        const upward = definitions.filter((definition) =>
            definition.needs.some((need) => place(need) > place(definition)),
        );
        assert.deepEqual(
            upward.map(({ name }) => name),
            [],
        );
    });
});

describe("what a system says of its metrics and alerts", () => {
    let all: RecordedStack;
    before(async () => {
        all = await everything();
    });

    it("is a PodMonitor for each scrape, where the pods are", () => {
        const missing = definitions.flatMap(({ name, capabilities: { metrics } }) =>
            (isLack(metrics) ? [] : metrics)
                .filter(({ byChart, pushed }) => byChart !== true && pushed !== true)
                .filter(
                    (scrape) =>
                        !all
                            .component(componentName(name))
                            .ofKind("PodMonitor")
                            .some(
                                ({ metadata }) =>
                                    metadata.name === scrape.name &&
                                    (scrape.namespace ?? metadata.namespace) === metadata.namespace,
                            ),
                )
                .map((scrape) => `${name}: ${scrape.name}`),
        );
        assert.deepEqual(missing, []);
    });

    it("is a PrometheusRule with each of its alerts, and none where it has none", () => {
        for (const { name, capabilities } of definitions) {
            const { alerts } = capabilities;
            const rules = all
                .component(componentName(name))
                .ofKind("PrometheusRule")
                .filter(({ metadata }) => metadata.name?.endsWith("-objectives") !== true)
                .map(({ metadata, spec }) => {
                    const { groups } = spec as { groups: { rules: { alert: string }[] }[] };
                    const all = groups.flatMap((group) => group.rules);
                    const alerting = all.filter((rule) => "alert" in rule);
                    return { name: metadata.name, alerts: alerting.map(({ alert }) => alert) };
                })
                // Recording rules, and silences, which are settings.
                .filter(({ alerts: own }) => own.length > 0);
            const expected = isLack(alerts)
                ? []
                : [{ name: componentName(name), alerts: alerts.map((alert) => alert.name) }];
            assert.deepEqual(rules, expected, name);
        }
    });
});

describe("what a system promises", () => {
    it("is a PrometheusRule with a group for each objective", async () => {
        const all = await everything();
        for (const { name, capabilities } of definitions) {
            const groups = all
                .component(componentName(name))
                .ofKind("PrometheusRule")
                .filter(({ metadata }) => metadata.name?.endsWith("-objectives") === true)
                .flatMap(({ spec }) => (spec as { groups: { name: string }[] }).groups);
            assert.deepEqual(
                groups.map((group) => group.name),
                (capabilities.objectives ?? []).map((objective) => `slo-${objective.name}`),
                name,
            );
        }
    });
});

describe("a system alone", () => {
    for (const definition of definitions) {
        it(`${definition.name} is built with what it needs and nothing else`, async () => {
            const needed = new Set(withNeeds(definition).map(({ name }) => name));
            const recorded = await alone(definition);
            const built = new Set(recorded.components.map(({ name }) => name));
            assert.deepEqual(
                names.filter((name) => built.has(componentName(name))),
                names.filter((name) => needed.has(name)),
            );
            // Monitors and rules are of kinds that somebody must bring.
            const observed = recorded.objects.some(({ apiVersion }) =>
                apiVersion.startsWith("monitoring.coreos.com/"),
            );
            assert.ok(!observed || needed.has("prometheusOperatorCrds"));
        });
    }
});
