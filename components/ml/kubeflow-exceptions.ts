/** What of Kubeflow Pipelines runs once, and why. Pure. */
import type { Controller } from "../base/component";
import type { Exception } from "../base/exceptions";
import { PIPELINES } from "./kubeflow-pipelines-names";

const UNTIL = "2027-05-31";

export const kubeflowExceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `StatefulSet/${PIPELINES}/mysql`,
        reason:
            "Pipelines runs on MySQL, of which upstream ships one server; on PostgreSQL, which this " +
            "platform has several of, it is for development alone.",
        guard:
            "It leaves a dead node after 30 s; steps that run go on and try again; both databases are " +
            "dumped every night, and the namespace is kept with tier 1.",
        expires: UNTIL,
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${PIPELINES}/ml-pipeline`,
        reason: "Each server brings the tables to its release when it starts; two at once would meet there.",
        guard:
            "It keeps nothing and is back on another node within a minute; runs that were begun go on, " +
            "and KubeflowPipelinesDown tells of one that does not come back.",
        expires: UNTIL,
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${PIPELINES}/metadata-grpc`,
        reason: "It brings its tables to its release when it starts; two at once would meet there.",
        guard: "It keeps nothing and is back on another node within a minute, while steps try again.",
        expires: UNTIL,
    },
];

/** Controllers that elect no leader. */
export const kubeflowControllers: readonly Controller[] = [
    {
        resource: `Deployment/${PIPELINES}/ml-pipeline-persistenceagent`,
        reason:
            "It elects no leader; it tells the API what became of runs, and looks at all of them anew " +
            "when it comes back.",
    },
    {
        resource: `Deployment/${PIPELINES}/ml-pipeline-scheduledworkflow`,
        reason: "It elects no leader; a run whose time passed meanwhile begins when it comes back.",
    },
];
