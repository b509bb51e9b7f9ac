/** What containers request, and what is recommended. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";
import { recommended } from "./recommendations";

const JOB = 'job="vpa-recommender"';
const STATE = 'job="kube-state-metrics"';
const CHOSEN = 'namespace=~"$namespace"';
const BY = "namespace, container";

type Resource = keyof typeof recommended;

/** What the largest pod of a container's name in its namespace requests. */
const requested = (resource: Resource) =>
    `max by (${BY}) (kube_pod_container_resource_requests{${STATE}, ${CHOSEN}, resource="${resource}"})`;
const target = (resource: Resource) =>
    `max by (${BY}) (${recommended[resource]}{${STATE}, ${CHOSEN}})`;
const ratio = (resource: Resource) => `${requested(resource)} / (${target(resource)} > 0)`;
const excess = (resource: Resource) =>
    `sum by (namespace) (${requested(resource)} - ${target(resource)} > 0)`;

/** The requests of the platform compared with recommendations. */
export const verticalPodAutoscalerDashboards: readonly Dashboard[] = [
    {
        name: "right-size",
        title: "Requests and recommendations",
        purpose: "Which containers request far more or less than they use.",
        choices: [{ label: "namespace", of: `${recommended.cpu}{${STATE}}` }],
        rows: [
            {
                title: "Requested, as a share of what is recommended",
                panels: [
                    table("Memory: too little", `sort(${ratio("memory")} < 0.8)`, {
                        unit: "percentunit",
                    }),
                    table("Memory: far too much", `topk(25, ${ratio("memory")} > 2)`, {
                        unit: "percentunit",
                    }),
                    table("Processors: too little", `sort(${ratio("cpu")} < 0.8)`, {
                        unit: "percentunit",
                    }),
                    table("Processors: far too much", `topk(25, ${ratio("cpu")} > 2)`, {
                        unit: "percentunit",
                    }),
                ],
            },
            {
                title: "What could be given back",
                panels: [
                    lines("Memory of one pod each", excess("memory"), "{{ namespace }}", {
                        unit: "bytes",
                    }),
                    lines("Processors of one pod each", excess("cpu"), "{{ namespace }}", {
                        unit: "cores",
                    }),
                    table("Recommended memory", target("memory"), { unit: "bytes" }),
                    table("Recommended processors", target("cpu"), { unit: "cores" }),
                ],
            },
            {
                title: "Recommender",
                panels: [
                    number(
                        "Workloads without a recommendation",
                        `max(sum by (pod) (vpa_recommender_vpa_objects_count{${JOB}, has_recommendation="false", matches_pods="true"}))`,
                        { thresholds: { warning: 1, bad: 10 } },
                    ),
                    lines(
                        "Containers that are measured",
                        `max by (pod) (vpa_recommender_aggregate_container_states_count{${JOB}})`,
                        "{{ pod }}",
                    ),
                    answering("vpa-recommender"),
                ],
            },
        ],
    },
];
