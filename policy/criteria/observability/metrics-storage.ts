/** OBS-03: metrics survive a pod, and last a year. */
import * as yaml from "js-yaml";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { flagOf, type Program, programsOf } from "../../kubernetes/programs";
import { read, type Reading, readList, showReading } from "../../kernel/tree";
import { parseDays } from "../../kubernetes/durations";
import { MONITORING } from "../../engines/monitoring/prometheus";

const YEAR = 365;

function atLeast(fact: ObjectOf, field: string, minimum: number): Expectation {
    return {
        what: `spec.${field}`,
        reading: read(fact.inputs, ["spec", field]),
        good: (value) => Number(value) >= minimum,
        wanted: `run at least ${minimum}`,
    };
}

/** Whether metrics leave Prometheus for a store that keeps them longer. */
function judgeExport(fact: ObjectOf): Finding[] {
    const writes = read(fact.inputs, ["spec", "remoteWrite"]);
    const uploads = ["objectStorageConfig", "objectStorageConfigFile"].map((field) =>
        read(fact.inputs, ["spec", "thanos", field]),
    );
    const readings = [writes, ...uploads];
    const exports =
        readList(fact.inputs, "spec", "remoteWrite").length > 0 ||
        uploads.some(({ state }) => state === "known");
    return exports
        ? []
        : readings.some(({ state }) => state === "unknown")
          ? [notJudged(fact, "where its metrics go is known only at the update")]
          : [
                violated(
                    fact,
                    "its metrics go nowhere else; upload them with spec.thanos.objectStorageConfig or spec.remoteWrite",
                ),
            ];
}

function judgePrometheus(fact: ObjectOf): Finding[] {
    return [
        ...judgeExpectation(fact, atLeast(fact, "replicas", 2)),
        ...judgeExpectation(fact, {
            what: "spec.retention",
            reading: read(fact.inputs, ["spec", "retention"]),
            good: (value) => (parseDays(value) ?? 0) >= 30,
            wanted: "keep 30 days",
        }),
        ...judgeExport(fact),
    ];
}

/** Days of a retention whose zero means for ever. */
function daysOf(reading: Reading): number {
    const value = reading.state === "known" ? String(reading.value) : "0";
    const days = value === "0" ? 0 : (parseDays(value) ?? Number.NaN);
    return days === 0 ? Number.POSITIVE_INFINITY : days;
}

const RESOLUTIONS = ["raw", "5m", "1h"];

/** thanos cmd/thanos/compact.go: each resolution has its own retention, without a flag for ever. */
function judgeCompactor(program: Program): Finding[] {
    const { fact } = program;
    const readings = RESOLUTIONS.map((name) => flagOf(program, `retention.resolution-${name}`));
    if (readings.some(({ state }) => state === "unknown")) {
        return [notJudged(fact, "for how long it keeps metrics is known only at the update")];
    }
    const most = Math.max(...readings.map(daysOf).filter((days) => !Number.isNaN(days)));
    return most >= YEAR
        ? []
        : [
              violated(
                  fact,
                  `its --retention.resolution flags keep at most ${most} days; keep ${YEAR}`,
              ),
          ];
}

function isCompactor({ container }: Program): boolean {
    return [...readList(container.tree, "command"), ...readList(container.tree, "args")].includes(
        "compact",
    );
}

/** Mimir's retention, in the file that its chart writes; without one it keeps for ever. */
function judgeMimir(facts: Facts): { readonly subjects: number; readonly findings: Finding[] } {
    const namespaces = new Set(programsOf(facts, "mimir").map(({ fact }) => fact.object.namespace));
    const files = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => namespaces.has(object.namespace))
        .map((fact) => ({ fact, file: read(fact.inputs, ["data", "mimir.yaml"]) }))
        .filter(({ file }) => file.state !== "absent");
    return {
        subjects: files.length,
        findings: files.flatMap(({ fact, file }) => {
            if (file.state !== "known") {
                return [notJudged(fact, "mimir.yaml is known only at the update")];
            }
            const path = ["limits", "compactor_blocks_retention_period"];
            const settings = parse(String(file.value));
            if (settings === undefined) {
                return [violated(fact, "mimir.yaml is no YAML; correct it")];
            }
            const retention = read(settings, path);
            return daysOf(retention) >= YEAR
                ? []
                : [
                      violated(
                          fact,
                          `${path.join(".")} is ${showReading(retention)}; keep ${YEAR} days`,
                      ),
                  ];
        }),
    };
}

function parse(text: string): unknown {
    try {
        return yaml.load(text);
    } catch {
        return undefined;
    }
}

/** OBS-03. */
export const metricsStorage: StackCriterion = {
    id: "OBS-03",
    name: "obs-03-metrics-storage",
    description:
        "Checks that Prometheus has 2 replicas and keeps 30 days, Alertmanager has 3 replicas, and metrics go to a store that keeps them for a year.",
    severity: "medium",
    remediation:
        "Set replicas and retention, and upload metrics to object storage with Thanos or Mimir.",
    judgeStack: (facts) => {
        const prometheuses = facts.objects(MONITORING, "Prometheus");
        const managers = facts.objects(MONITORING, "Alertmanager");
        const compactors = programsOf(facts, "thanos").filter(isCompactor);
        const mimir = judgeMimir(facts);
        return {
            subjects: prometheuses.length + managers.length + compactors.length + mimir.subjects,
            judged: [...prometheuses, ...managers, ...compactors.map(({ fact }) => fact)],
            findings: [
                ...prometheuses.flatMap(judgePrometheus),
                ...managers.flatMap((fact) => judgeExpectation(fact, atLeast(fact, "replicas", 3))),
                ...compactors.flatMap(judgeCompactor),
                ...mimir.findings,
            ],
        };
    },
};
