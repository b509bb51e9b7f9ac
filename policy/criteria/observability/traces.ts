/** OBS-05: a slow request is found as a trace, with its logs and metrics. */
import { type Collector, collectorsOf } from "../../engines/traces/collectors";
import { type Sender, sendersOf } from "../../engines/traces/senders";
import { arrives, deadEndsOf, feedingOf, samples } from "../../engines/traces/ways";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { namesOfMissing } from "../../kernel/missing-charts";
import { read, readString, readTree } from "../../kernel/tree";

function judgeStorage(facts: Facts, collector: Collector): Finding[] {
    const stored = arrives(facts, collector);
    const missing = facts.unrenderedCharts();
    if (stored === false && missing.length > 0) {
        const store = `its traces may go to ${namesOfMissing(missing)}`;
        return [notJudged(collector.fact, store)];
    }
    // Where others keep them too, each copy that gets lost is one that somebody will look for.
    return stored === true
        ? deadEndsOf(facts, collector).map((end) =>
              missing.length > 0
                  ? notJudged(
                        collector.fact,
                        `it sends traces by ${end}; ${namesOfMissing(missing)} may take them`,
                    )
                  : violated(collector.fact, `it sends traces by ${end}, where nothing takes them`),
          )
        : stored === "unknown"
          ? [notJudged(collector.fact, "where it sends traces cannot be seen here")]
          : [
                violated(
                    collector.fact,
                    "its traces reach no store: nothing that it sends them to keeps them or passes them on",
                ),
            ];
}

function judgeSampling(facts: Facts, collector: Collector): Finding[] {
    const feeding = feedingOf(facts, collector);
    if (feeding === undefined) {
        return [];
    }
    const { processor, fed, faults } = feeding;
    const { fact, several } = collector;
    const say = several === "unknown" ? notJudged : violated;
    if (faults.length > 0) {
        return faults.map((fault) =>
            say(fact, `${processor} decides on whole traces, but ${fault}`),
        );
    }
    return fed === true
        ? []
        : [
              (fed === "unknown" ? notJudged : say)(
                  fact,
                  `${processor} decides on whole traces, and nothing brings all spans of one to the same replica; put collectors with the exporter loadbalancing before it, or run one replica`,
              ),
          ];
}

/** Whether anything samples, and anybody sends. */
function judgeTogether(collectors: readonly Collector[], senders: readonly Sender[]): Finding[] {
    const [first] = collectors;
    if (first === undefined) {
        return senders.map(({ fact, address }) =>
            violated(
                fact,
                `it sends traces to ${address}, and the stack has no collector, which would sample them; add systems.openTelemetry`,
            ),
        );
    }
    const unread = collectors.some(({ configuration }) => configuration === undefined);
    const reached = senders.filter(({ target }) => target.kind === "collector");
    const hidden = senders.some(({ target }) => target.kind === "unknown");
    return [
        ...(collectors.some(samples)
            ? []
            : [
                  (unread ? notJudged : violated)(
                      first.fact,
                      "nothing samples: of many traces those that failed or were slow are not found; add the processor tail_sampling",
                  ),
              ]),
        ...(reached.length > 0
            ? []
            : [
                  (hidden ? notJudged : violated)(
                      first.fact,
                      "no program sends it traces; instrument one, or turn tracing on at the gateway",
                  ),
              ]),
        ...senders.flatMap(({ fact, address, target }) =>
            target.kind === "nothing"
                ? [violated(fact, `it sends traces to ${address}, where nothing takes them`)]
                : [],
        ),
    ];
}

const GRAFANA = "grafana.integreatly.org";
/** Types of Grafana's data sources. */
const OF_TRACES = ["tempo", "jaeger", "zipkin"];
const OF_LOGS = ["loki", "elasticsearch"];
const OF_METRICS = ["prometheus"];

/** Links of a data source of traces: where in its options they stand, and to what. */
const LINKS = [
    { what: "logs", fields: ["tracesToLogsV2", "tracesToLogs"], types: OF_LOGS },
    { what: "metrics", fields: ["tracesToMetrics", "serviceMap"], types: OF_METRICS },
] as const;

function uidOf({ inputs, object }: ObjectOf): string {
    return (
        readString(inputs, "spec", "uid") ??
        readString(inputs, "spec", "datasource", "uid") ??
        object.name
    );
}

function typesByUid(sources: readonly ObjectOf[]): ReadonlyMap<string, string | undefined> {
    return new Map(
        sources.map((source) => [
            uidOf(source),
            readString(source.inputs, "spec", "datasource", "type"),
        ]),
    );
}

function judgeLinks(source: ObjectOf, types: ReadonlyMap<string, string | undefined>): Finding[] {
    const options = read(source.inputs, ["spec", "datasource", "jsonData"]);
    if (options.state === "unknown") {
        return [notJudged(source, "what it links to is known only at the update")];
    }
    return LINKS.flatMap(({ what, fields, types: wanted }): Finding[] => {
        const links = fields.map((field) =>
            read(readTree(source.inputs, "spec", "datasource", "jsonData"), [
                field,
                "datasourceUid",
            ]),
        );
        const leads = links.some(
            (link) =>
                link.state === "known" &&
                wanted.some((type) => type === types.get(String(link.value))),
        );
        return leads
            ? []
            : links.some(({ state }) => state === "unknown")
              ? [notJudged(source, `which ${what} it links to is known only at the update`)]
              : [
                    violated(
                        source,
                        `a trace leads to no ${what}: ${fields.join(" or ")} names no data source of ${wanted.join(" or ")} of the stack`,
                    ),
                ];
    });
}

/** Whether people see traces in Grafana, where there is one. */
function judgeGrafana(facts: Facts): Finding[] {
    const sources = facts.objects(GRAFANA, "GrafanaDatasource");
    const [grafana] = facts.objects(GRAFANA, "Grafana");
    const types = typesByUid(sources);
    const traces = sources.filter((source) => OF_TRACES.includes(types.get(uidOf(source)) ?? ""));
    const hidden = sources.some(
        ({ inputs }) => read(inputs, ["spec", "datasource", "type"]).state === "unknown",
    );
    return traces.length > 0
        ? traces.flatMap((source) => judgeLinks(source, types))
        : grafana === undefined
          ? []
          : [
                (hidden ? notJudged : violated)(
                    grafana,
                    "none of its data sources shows traces; add one of tempo or jaeger, with links to logs and metrics",
                ),
            ];
}

/** OBS-05. */
export const traces: StackCriterion = {
    id: "OBS-05",
    name: "obs-05-traces",
    description:
        "Checks that traces of at least one program are collected, sampled whole, kept, and linked to logs and metrics.",
    severity: "medium",
    remediation:
        "Switch on systems.openTelemetry and systems.tempo; balance by trace id before whatever samples whole traces.",
    judgeStack: (facts) => {
        const collectors = collectorsOf(facts);
        const senders = sendersOf(facts);
        const subjects = [...collectors, ...senders].map(({ fact }) => fact);
        return {
            subjects: subjects.length,
            judged: subjects,
            findings:
                subjects.length === 0
                    ? []
                    : [
                          ...collectors.flatMap((collector) => [
                              ...judgeStorage(facts, collector),
                              ...judgeSampling(facts, collector),
                          ]),
                          ...judgeTogether(collectors, senders),
                          ...judgeGrafana(facts),
                      ],
        };
    },
};
