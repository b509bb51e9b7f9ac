/** HA-07 and HA-08: containers that say when they are ready and what they need. */
import { isDeepStrictEqual } from "node:util";
import { unjudgedPods } from "../../engines/operated/made";
import { allWorkloads } from "../../engines/operated/workloads";
import {
    type Finding,
    type Judgement,
    notJudged,
    type ResourceCriterion,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { parseQuantity } from "../../kubernetes/quantities";
import { isTree, read, type Reading, showReading } from "../../kernel/tree";
import type { WorkloadFact } from "../../kubernetes/scaling";
import type { Container, Workload } from "../../kubernetes/workloads";

const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"];
const SLOW_SECONDS = 60;

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

function judgeProbes(fact: Fact, container: Container): Finding[] {
    const missing = ["readinessProbe", "livenessProbe"].flatMap((name) => {
        const state = probe(container, name);
        if (state === "present") {
            return [];
        }
        return state === "unknown"
            ? [
                  notJudged(
                      fact,
                      `${name} of container ${container.name} is known only at the update`,
                  ),
              ]
            : [violated(fact, `${name} of container ${container.name} is ${state}; set one`)];
    });
    const delay = read(container.tree, ["livenessProbe", "initialDelaySeconds"]);
    const isSlow = delay.state === "known" && Number(delay.value) > SLOW_SECONDS;
    const startup = probe(container, "startupProbe");
    if (isSlow && startup !== "present" && startup !== "unknown") {
        const wait = `waits ${showReading(delay)} s before its livenessProbe`;
        const message = `container ${container.name} ${wait}; give it a startupProbe instead`;
        return [...missing, violated(fact, message)];
    }
    return missing;
}

/** HA-07. */
export const probes: ResourceCriterion = {
    id: "HA-07",
    name: "ha-07-probes",
    description:
        "Checks that every long-running container has a readiness and a liveness probe, and a slow starter a startup probe.",
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

/** Zero asks for nothing, so it counts as absent. */
function amountState(resources: unknown, field: string, resource: string): Reading["state"] {
    const reading = read(resources, [field, resource]);
    const amount = reading.state === "known" ? parseQuantity(reading.value) : undefined;
    return reading.state === "known" && (amount === undefined || amount <= 0)
        ? "absent"
        : reading.state;
}

/** A limit without a request is the request too. */
function requestState(resources: unknown, resource: string): Reading["state"] {
    const request = amountState(resources, "requests", resource);
    return request === "absent" ? amountState(resources, "limits", resource) : request;
}

function judgeResources(fact: Fact, who: string, reading: Reading): Finding[] {
    const resources = reading.state === "known" && isTree(reading.value) ? reading.value : {};
    const wanted = [
        ["CPU request", "resources.requests.cpu", requestState(resources, "cpu")],
        ["memory request", "resources.requests.memory", requestState(resources, "memory")],
        ["memory limit", "resources.limits.memory", amountState(resources, "limits", "memory")],
    ] as const;
    return wanted.flatMap(([what, path, state]) => {
        if (state === "unknown" || reading.state === "unknown") {
            return [notJudged(fact, `the ${what} of ${who} is known only at the update`)];
        }
        return state === "known" ? [] : [violated(fact, `${who} has no ${what}; set ${path}`)];
    });
}

/** What a container is called and may use; ephemeral ones may not have resources. */
function partsOf({ containers, made }: Workload): { who: string; resources: Reading }[] {
    const of = made === undefined ? "" : ` of ${made.part}`;
    const main = containers.filter(({ role }) => role === "main");
    // Operators give the containers that prepare a pod what its main ones get.
    const isAlike = ({ role, tree }: Container) =>
        made !== undefined &&
        role === "init" &&
        main.some((other) => isDeepStrictEqual(other.tree.resources, tree.resources));
    return containers
        .filter((item) => item.role !== "ephemeral" && !isAlike(item))
        .map(({ name, tree }) => ({
            who: `container ${name}${of}`,
            resources: read(tree, ["resources"]),
        }));
}

function judgeWorkload(fact: WorkloadFact): Judgement {
    const { workload } = fact;
    const parts = partsOf(workload);
    const hidden = workload.unread.map((place) =>
        notJudged(fact, `the resources of ${place} are known only at the update`),
    );
    // A Rollout may take its pods from a Deployment, which is judged itself.
    const borrows = read(fact.inputs, ["spec", "workloadRef"]).state !== "absent";
    const isEmpty = parts.length + hidden.length === 0 && !borrows;
    return {
        subjects: isEmpty ? 1 : parts.length + hidden.length,
        findings: [
            ...(isEmpty ? [violated(fact, "its pods have no container; name one")] : []),
            ...hidden,
            ...parts.flatMap((part) => judgeResources(fact, part.who, part.resources)),
        ],
    };
}

/** Sets of pods that differ only in their node have the same containers. */
function distinct(workloads: readonly WorkloadFact[]): WorkloadFact[] {
    const keys = new Map<string, WorkloadFact>();
    for (const fact of workloads) {
        const key = `${fact.urn} ${fact.workload.made?.part ?? ""}`;
        keys.set(key, keys.get(key) ?? fact);
    }
    return [...keys.values()];
}

/** HA-08. */
export const resources: StackCriterion = {
    id: "HA-08",
    name: "ha-08-resources",
    description:
        "Checks that every container, init and sidecar included, has CPU and memory requests and a memory limit.",
    severity: "high",
    remediation: "Set `resources` of the container in the values of the system.",
    judgeStack: (facts) => {
        const workloads = distinct(allWorkloads(facts));
        const judgements = workloads.map(judgeWorkload);
        return {
            subjects: judgements.reduce((sum, { subjects }) => sum + subjects, 0),
            judged: workloads,
            findings: [...unjudgedPods(facts), ...judgements.flatMap(({ findings }) => findings)],
        };
    },
};
