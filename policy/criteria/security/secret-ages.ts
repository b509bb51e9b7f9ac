/** SEC-14: somebody is told of secrets that are older than their period. */
import {
    evaluatedAlerts,
    namesIn,
    type Watch,
    judgeWatches,
} from "../../engines/monitoring/alerts";
import { evaluatorsOf, MONITORING } from "../../engines/monitoring/prometheus";
import { type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { read, readList, readString, readTree } from "../../kernel/tree";

/** Words of metrics that are about a time. */
const TIMES: ReadonlySet<string> = new Set([
    ...["created", "made", "updated", "rotated", "rotation", "renewed", "renewal", "timestamp"],
    ...["age", "ages", "due", "overdue", "expired", "expires", "expiry", "expiration"],
]);

/**
 * Whether a metric is about the age of secrets: kube-state-metrics' own
 * (docs/metrics/storage/secret-metrics.md) or one that somebody records.
 */
function isAge(name: string): boolean {
    return (
        /secret/i.test(name) &&
        name
            .toLowerCase()
            .split(/[_:]/)
            .some((word) => TIMES.has(word))
    );
}

const overdue: Watch = {
    when: "a secret is older than its period",
    isAbout: ({ expression }) => [...namesIn(expression)].some(isAge),
    wanted: "add one on the ages of secrets, such as platform_secret_due_timestamp_seconds",
};

/** Secrets that somebody renews by their name, as the components say. */
function renewable(facts: Facts): Fact[] {
    const own = ["platform:base:GeneratedSecret", "platform:base:ConfiguredSecret"].flatMap(
        (type) => facts.ofType(type),
    );
    return own.filter(({ inputs, name }) => {
        const sources = read(inputs, ["sources"]);
        return sources.state === "unknown" || readList(inputs, "sources").includes(name);
    });
}

/** Secrets whose age a rule records, by the label `secret_name`; undefined where no rule records any. */
function recorded(facts: Facts): { names: ReadonlySet<string>; isOpen: boolean } | undefined {
    const rules = facts
        .objects(MONITORING, "PrometheusRule")
        .flatMap(({ inputs }) => readList(inputs, "spec", "groups"))
        .flatMap((group) => readList(group, "rules"))
        .filter((rule) => isAge(readString(rule, "record") ?? ""));
    if (rules.length === 0) {
        return undefined;
    }
    const labels = rules.map((rule) => read(readTree(rule, "labels"), ["secret_name"]));
    return {
        names: new Set(
            labels.flatMap((label) => (label.state === "known" ? [String(label.value)] : [])),
        ),
        // A rule without the label is about all of them.
        isOpen: labels.some(({ state }) => state !== "known"),
    };
}

/** Judges that the age of every secret of the stack is watched; nothing where nothing evaluates. */
export function judgeAges(facts: Facts): Judgement {
    const [evaluator] = evaluatorsOf(facts);
    const secrets = renewable(facts);
    if (evaluator === undefined || secrets.length === 0) {
        return { subjects: 0, findings: [] };
    }
    const ages = recorded(facts);
    const forgotten =
        ages === undefined || ages.isOpen
            ? []
            : secrets.filter(({ name }) => !ages.names.has(name));
    return {
        subjects: secrets.length,
        judged: secrets,
        findings: [
            ...judgeWatches(evaluator, [overdue], evaluatedAlerts(facts)),
            ...forgotten.map((fact) =>
                read(fact.inputs, ["sources"]).state === "unknown"
                    ? notJudged(fact, "whether its age is recorded is known only at the update")
                    : violated(
                          fact,
                          `no rule records the age of ${fact.name}; record it beside the others`,
                      ),
            ),
        ],
    };
}
