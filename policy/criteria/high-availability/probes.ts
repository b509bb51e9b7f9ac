/** HA-07: containers that say when they are ready, and are killed only when waiting does not help. */
import { type Finding, notJudged, type ResourceCriterion, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { read } from "../../kernel/tree";
import type { Container } from "../../kubernetes/workloads";
import { asksTheSame, HANDLERS, type Patience, patienceOf } from "./probe-timing";

const SLOW_SECONDS = 60;
/**
 * What the API's own defaults give a start, 3 failures 10 s apart. Whoever gives less says with a
 * startup probe how long the start takes.
 */
const START_SECONDS = 30;

type State = "present" | "absent" | "unknown" | "without a handler";

function probe({ tree }: Container, name: string): State {
    const reading = read(tree, [name]);
    if (reading.state !== "known") {
        return reading.state;
    }
    const states = HANDLERS.map((handler) => read(reading.value, [handler]).state);
    if (states.includes("known")) {
        return "present";
    }
    return states.includes("unknown") ? "unknown" : "without a handler";
}

function judgePresence(fact: Fact, container: Container): Finding[] {
    return ["readinessProbe", "livenessProbe"].flatMap((name) => {
        const state = probe(container, name);
        if (state === "present") {
            return [];
        }
        const what = `${name} of container ${container.name} is`;
        return state === "unknown"
            ? [notJudged(fact, `${what} known only at the update`)]
            : [violated(fact, `${what} ${state}; set one`)];
    });
}

/**
 * "If your container usually starts in more than initialDelaySeconds + failureThreshold ×
 * periodSeconds, you should specify a startup probe"
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes). How long the
 * start takes at least, a readiness probe says that waits for it.
 */
function judgeStart(fact: Fact, { name }: Container, alive: Patience, ready: Patience): Finding[] {
    const who = `livenessProbe of container ${name}`;
    if (alive.delay > SLOW_SECONDS) {
        const wait = `container ${name} waits ${alive.delay} s before its livenessProbe`;
        return [violated(fact, `${wait}; give it a startupProbe instead`)];
    }
    if (ready.delay > alive.untilGivenUp) {
        return [
            violated(
                fact,
                `${who} kills it ${alive.untilGivenUp} s after its start, and its readinessProbe waits ${ready.delay} s for it; give it a startupProbe`,
            ),
        ];
    }
    return alive.untilGivenUp < START_SECONDS
        ? [
              violated(
                  fact,
                  `${who} kills it ${alive.untilGivenUp} s after its start, before the ${START_SECONDS} s of the API's defaults; give it a startupProbe that says how long the start takes`,
              ),
          ]
        : [];
}

/** A startup probe is there to wait: one that gives up at the first failure does not. */
function judgeStartup(
    fact: Fact,
    { name }: Container,
    start: Patience,
    ready: Patience,
): Finding[] {
    const who = `startupProbe of container ${name}`;
    if (ready.delay > start.untilGivenUp) {
        return [
            violated(
                fact,
                `${who} kills it ${start.untilGivenUp} s after its start, and its readinessProbe waits ${ready.delay} s for it; raise its failureThreshold`,
            ),
        ];
    }
    return start.failures <= 1 && start.untilGivenUp < START_SECONDS
        ? [
              violated(
                  fact,
                  `${who} kills it at its first failure, ${start.untilGivenUp} s after its start; raise its failureThreshold`,
              ),
          ]
        : [];
}

/**
 * The same endpoint for both "with a higher failureThreshold ... ensures that the pod is observed as
 * not-ready for some period of time before it is hard killed"
 * (https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/).
 */
function judgeSame(fact: Fact, container: Container, alive: Patience, ready: Patience): Finding[] {
    return asksTheSame(container.tree) && alive.inARow <= ready.inARow
        ? [
              violated(
                  fact,
                  `livenessProbe of container ${container.name} asks the same as its readinessProbe and kills it after ${alive.inARow} s of failures, no later than the ${ready.inARow} s after which traffic stops; ask something that depends on nothing else, or raise its failureThreshold`,
              ),
          ]
        : [];
}

function judgeProbes(fact: Fact, container: Container): Finding[] {
    const findings = judgePresence(fact, container);
    const startup = probe(container, "startupProbe");
    const { startupProbe, livenessProbe, readinessProbe } = container.tree;
    const [start, alive, ready] = [startupProbe, livenessProbe, readinessProbe].map(patienceOf);
    const isWhole = ["livenessProbe", "readinessProbe"].every(
        (name) => probe(container, name) === "present",
    );
    if (probe(container, "livenessProbe") !== "present") {
        return findings;
    }
    if (alive === undefined || ready === undefined || start === undefined) {
        const message = `the times of the probes of container ${container.name} are known only at the update`;
        return [...findings, notJudged(fact, message)];
    }
    return [
        ...findings,
        ...(startup === "present"
            ? judgeStartup(fact, container, start, ready)
            : startup === "unknown"
              ? [
                    notJudged(
                        fact,
                        `startupProbe of container ${container.name} is known only at the update`,
                    ),
                ]
              : judgeStart(fact, container, alive, ready)),
        ...(isWhole ? judgeSame(fact, container, alive, ready) : []),
    ];
}

/** HA-07. */
export const probes: ResourceCriterion = {
    id: "HA-07",
    name: "ha-07-probes",
    description:
        "Checks that every long-running container has a readiness and a liveness probe that differ, and that none is killed while it starts.",
    severity: "medium",
    remediation: "Set the probes in the values of the system.",
    judgeResource: (fact) => {
        const { workload } = fact;
        // Operators give their pods probes by themselves.
        if (workload?.longRunning !== true) {
            return undefined;
        }
        const containers = workload.containers.filter(
            ({ role }) => role === "main" || role === "sidecar",
        );
        const hidden = workload.unread.map((place) =>
            notJudged(fact, `the probes of ${place} are known only at the update`),
        );
        return {
            subjects: containers.length + hidden.length,
            findings: [
                ...hidden,
                ...containers.flatMap((container) => judgeProbes(fact, container)),
            ],
        };
    },
};
