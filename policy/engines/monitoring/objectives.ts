/**
 * Every service level objective of the stack: as rules under the names of Sloth (`slo:...`), which
 * the platform's own rules share, and as resources of Sloth and Pyrra, which make such rules.
 */
import type { Facts, ObjectOf } from "../../kernel/facts";
import { isTree, read, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { type AlertingRule, evaluatedAlerts, namesIn } from "./alerts";
import { evaluatorsOf, isTaken, MONITORING } from "./prometheus";

const ERRORS = /^slo:sli_error:ratio_rate(\d+[mhdw])$/;

/** One objective. */
export interface ObjectiveFact {
    readonly fact: ObjectOf;
    readonly name: string;
    /** Whose it is. */
    readonly service: string;
    /** Of 1; undefined where nothing says it. */
    readonly ratio: number | undefined;
    /** Names in what is measured: metrics, labels, functions. */
    readonly measured: ReadonlySet<string>;
    /** Alerts on it; undefined for one whose alerts its operator makes. */
    readonly alerts: readonly AlertingRule[] | undefined;
}

/** What is promised, and what may promise more. */
export interface Objectives {
    readonly objectives: readonly ObjectiveFact[];
    readonly unread: readonly ObjectOf[];
}

function recordsIn({ inputs }: ObjectOf): Tree[] {
    return readList(inputs, "spec", "groups")
        .flatMap((group) => readList(group, "rules"))
        .filter(isTree)
        .filter((rule) => readString(rule, "record")?.startsWith("slo:") === true);
}

function labelOf(rule: Tree, name: string): string | undefined {
    return readString(rule, "labels", name) ?? readString(rule, "labels", `sloth_${name}`);
}

/** The number in `vector(0.999)`, or in a difference of two. */
function numberIn(expression: string | undefined): number | undefined {
    const [, first, second] =
        /^vector\(\s*([\d.]+)\s*(?:-\s*([\d.]+)\s*)?\)$/.exec(expression?.trim() ?? "") ?? [];
    return first === undefined ? undefined : Number(first) - Number(second ?? 0);
}

function ofRules(fact: ObjectOf, alerts: readonly AlertingRule[]): ObjectiveFact[] {
    const records = recordsIn(fact);
    const names = new Set(records.flatMap((rule) => labelOf(rule, "slo") ?? []));
    return [...names].map((name) => {
        const own = records.filter((rule) => labelOf(rule, "slo") === name);
        const named = (record: string) => own.find((rule) => readString(rule, "record") === record);
        const [any] = own;
        const selects = new RegExp(
            `\\b(?:sloth_)?slo\\s*=\\s*["']${name.replace(/\W/g, "\\$&")}["']`,
        );
        return {
            fact,
            name,
            service: any === undefined ? "" : (labelOf(any, "service") ?? ""),
            ratio: numberIn(readString(named("slo:objective:ratio") ?? {}, "expr")),
            measured: new Set(
                own
                    .filter((rule) => ERRORS.test(readString(rule, "record") ?? ""))
                    .flatMap((rule) => [...namesIn(readString(rule, "expr") ?? "")]),
            ),
            alerts: alerts.filter(({ expression }) => selects.test(expression)),
        };
    });
}

function ofSloth(fact: ObjectOf): ObjectiveFact[] {
    return readList(fact.inputs, "spec", "slos")
        .filter(isTree)
        .map((slo) => ({
            fact,
            name: readString(slo, "name") ?? "?",
            service: readString(fact.inputs, "spec", "service") ?? "",
            ratio: Number(slo.objective) / 100,
            measured: namesIn(JSON.stringify(readTree(slo, "sli")).replace(/\\?"/g, " ")),
            alerts: undefined,
        }));
}

function ofPyrra(fact: ObjectOf): ObjectiveFact {
    const { name } = fact.object;
    return {
        fact,
        name,
        service: name,
        ratio: Number(readTree(fact.inputs, "spec").target) / 100,
        measured: namesIn(
            JSON.stringify(readTree(fact.inputs, "spec", "indicator")).replace(/\\?"/g, " "),
        ),
        alerts: undefined,
    };
}

/** Every objective whose rules somebody evaluates. */
export function objectivesOf(facts: Facts): Objectives {
    const evaluators = evaluatorsOf(facts);
    const { alerts, unread } = evaluatedAlerts(facts);
    const rules = facts
        .objects(MONITORING, "PrometheusRule")
        .filter((fact) => isTaken(facts, evaluators, fact) === true);
    return {
        objectives: [
            ...rules.flatMap((fact) => ofRules(fact, alerts)),
            ...facts.objects("sloth.slok.dev", "PrometheusServiceLevel").flatMap(ofSloth),
            ...facts.objects("pyrra.dev", "ServiceLevelObjective").map(ofPyrra),
        ],
        unread,
    };
}

/** The windows over which an alert looks at errors. */
export function windowsOf({ expression }: AlertingRule): string[] {
    return [...namesIn(expression)].flatMap((name) => ERRORS.exec(name)?.[1] ?? []);
}

/** Whether an alert wakes somebody. */
export function wakes({ tree }: AlertingRule): boolean {
    const reading = read(tree, ["labels", "severity"]);
    return reading.state === "known" && ["critical", "page"].includes(String(reading.value));
}
