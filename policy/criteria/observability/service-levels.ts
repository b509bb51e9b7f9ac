/** OBS-08: critical services promise something, and somebody hears when the promise is in danger. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { traceOf } from "../../kernel/presence";
import { machineSite } from "../../kernel/site";
import { readList } from "../../kernel/tree";
import {
    type ObjectiveFact,
    objectivesOf,
    wakes,
    windowsOf,
} from "../../engines/monitoring/objectives";
import { evaluatorsOf } from "../../engines/monitoring/prometheus";

/** A service on which others wait. */
interface CriticalService {
    readonly fact: Fact;
    /** Ends the sentence "no objective is kept for ...". */
    readonly called: string;
    readonly isAbout: (objective: ObjectiveFact) => boolean;
}

/** By the first trace of a service, and how its metrics start. */
const SERVICES: readonly {
    readonly called: string;
    readonly trace: (facts: Facts) => Fact | undefined;
    readonly metrics: RegExp;
}[] = [
    { called: "the Kubernetes API", trace: machineSite, metrics: /^apiserver_/ },
    { called: "names in the cluster (CoreDNS)", trace: machineSite, metrics: /^coredns_/ },
    {
        called: "the gateway",
        trace: (facts) => traceOf(facts, "gateway.networking.k8s.io", "Gateway"),
        metrics: /^(?:envoy|istio|nginx|traefik|haproxy|kong|contour|cilium)_/,
    },
    {
        called: "PostgreSQL",
        trace: (facts) => traceOf(facts, "postgresql.cnpg.io", "Cluster"),
        metrics: /^(?:cnpg|pg)_/,
    },
    {
        called: "storage (Ceph)",
        trace: (facts) => traceOf(facts, "ceph.rook.io", "CephCluster"),
        metrics: /^ceph_/,
    },
];

function criticalServices(facts: Facts): CriticalService[] {
    const traced = SERVICES.flatMap(({ called, trace, metrics }) => {
        const fact = trace(facts);
        return fact === undefined
            ? []
            : [
                  {
                      fact,
                      called,
                      isAbout: ({ measured }: ObjectiveFact) =>
                          [...measured].some((name) => metrics.test(name)),
                  },
              ];
    });
    const declared = facts
        .all()
        .filter(
            ({ type, inputs }) =>
                type.startsWith("platform:") && readList(inputs, "critical").length > 0,
        )
        .map((fact) => ({
            fact,
            called: `${fact.name}, which calls a workload critical`,
            isAbout: ({ service }: ObjectiveFact) => service === fact.name,
        }));
    return [...traced, ...declared];
}

function judgeAlerts({ fact, name, alerts }: ObjectiveFact): Finding[] {
    if (alerts === undefined) {
        return [];
    }
    // A long window says that it matters, a short one that it goes on.
    const burning = alerts.filter((alert) => windowsOf(alert).length >= 2);
    const lacks = (is: boolean, what: string, windows: string): Finding[] =>
        burning.some((alert) => wakes(alert) === is)
            ? []
            : [
                  violated(
                      fact,
                      `no alert ${what} when the error budget of objective ${name} goes too fast; add one over a long and a short window, such as ${windows}`,
                  ),
              ];
    return [
        ...lacks(true, "wakes somebody", "1h and 5m"),
        ...lacks(false, "waits for the morning", "3d and 6h"),
    ];
}

function judgeRatio({ fact, name, ratio }: ObjectiveFact): Finding[] {
    if (ratio === undefined || Number.isNaN(ratio)) {
        return [
            violated(fact, `objective ${name} says no share; record slo:objective:ratio for it`),
        ];
    }
    return ratio > 0 && ratio < 1
        ? []
        : [
              violated(
                  fact,
                  `objective ${name} is ${Number((ratio * 100).toFixed(6))} %, which leaves no room for any failure or change; choose one below 100, such as 99.9`,
              ),
          ];
}

function judge(facts: Facts) {
    if (evaluatorsOf(facts).length === 0) {
        return { subjects: 0, findings: [] };
    }
    const { objectives, unread } = objectivesOf(facts);
    const services = criticalServices(facts);
    const without = services.filter(({ isAbout }) => !objectives.some(isAbout));
    return {
        subjects: services.length + objectives.length,
        judged: [
            ...new Set([
                ...services.map(({ fact }) => fact),
                ...objectives.map(({ fact }) => fact),
            ]),
        ],
        findings: [
            ...without.map(({ fact, called }) =>
                unread.length > 0
                    ? notJudged(
                          fact,
                          `whether an objective is kept for ${called} is known only at the update`,
                      )
                    : violated(
                          fact,
                          `no objective is kept for ${called}; promise a share below 100 %, such as 99.9, and alert on how fast its budget goes`,
                      ),
            ),
            ...objectives.flatMap((objective) => [
                ...judgeRatio(objective),
                ...judgeAlerts(objective).map((finding) =>
                    unread.includes(objective.fact)
                        ? notJudged(
                              objective.fact,
                              `what tells of objective ${objective.name} is known only at the update`,
                          )
                        : finding,
                ),
            ]),
        ],
    };
}

/** OBS-08. */
export const serviceLevels: StackCriterion = {
    id: "OBS-08",
    name: "obs-08-service-levels",
    description:
        "Checks that each critical service has an objective below 100 %, with alerts on how fast its error budget goes.",
    severity: "medium",
    remediation:
        "Add an objective to the definition of the system, or rules in the form of Sloth's.",
    judgeStack: judge,
};
