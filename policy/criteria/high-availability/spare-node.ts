/** HA-11: everything still fits when a worker is lost. */
import { type Finding, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { showAmount } from "../../engines/scheduling/amounts";
import type { Reason } from "../../engines/scheduling/filters";
import type { Unschedulable } from "../../engines/scheduling/unschedulable";
import { judgeMachines } from "../../engines/scheduling/machines";
import { type Failure, losable, prove } from "../../engines/scheduling/proof";
import { remedies } from "../../engines/scheduling/remedy";
import { judgeCapacity } from "../../engines/scheduling/stack";

/** Unschedulable pods that one message names. */
const NAMED = 5;

const EXPLANATIONS: Readonly<Record<string, string>> = {
    pods: "no pod more allowed",
    "host port": "host port taken",
    volume: "volume in use",
    lost: "they tolerate a node that does not answer, and may be put there again,",
    affinity: "pods that it must be near are elsewhere",
};

function explain(reason: Reason): string {
    return reason.startsWith("resource ")
        ? `too little ${reason.slice("resource ".length)}`
        : (EXPLANATIONS[reason] ?? reason);
}

/** What keeps pods of one kind out, for example `memory: 1.2 GiB missing on worker-3`. */
function because({ reasons, missing }: Unschedulable): string {
    const short =
        missing === undefined
            ? []
            : [
                  Object.entries(missing.amounts)
                      .map(([resource, amount]) => `${showAmount(resource, amount)} of ${resource}`)
                      .join(" and ") + ` missing on ${missing.node}, the closest`,
              ];
    const others = [...reasons]
        .filter(([reason]) => !reason.startsWith("resource "))
        .map(([reason, nodes]) =>
            nodes.length > 4
                ? `${explain(reason)} on ${nodes.length} nodes`
                : `${explain(reason)} on ${nodes.join(", ")}`,
        );
    return [...short, ...others].join("; ");
}

function describe({ node, unschedulable, share }: Failure): string {
    const count = unschedulable.reduce((sum, pods) => sum + pods.count, 0);
    const named = unschedulable
        .slice(0, NAMED)
        .map((pods) => `${pods.count} of ${pods.template.set.key} (${because(pods)})`);
    const rest = unschedulable.length - named.length;
    const who = [...named, ...(rest > 0 ? [`pods of ${rest} more`] : [])].join(", ");
    const when = node === undefined ? "even with all nodes" : `with ${node} lost`;
    const luck = share < 1 ? ", depending on the order of events" : "";
    return `${when}${luck}, ${count} pod${count === 1 ? " does" : "s do"} not fit: ${who}`;
}

/** Whether all that keeps pods out is a device that no other node has: it is lost with its node. */
function lacksDevice({ missing }: Unschedulable): boolean {
    const resources = Object.keys(missing?.amounts ?? {});
    // Resources of devices are named after who makes them, as nvidia.com/gpu.
    return resources.length > 0 && resources.every((resource) => resource.includes("/"));
}

/** What is found of the whole stack: devices are left to those who ask for them. */
function withoutDevices(failures: readonly Failure[]): Failure[] {
    return failures
        .map((failure) => ({
            ...failure,
            unschedulable: failure.unschedulable.filter((pods) => !lacksDevice(pods)),
        }))
        .filter(({ unschedulable }) => unschedulable.length > 0);
}

/** One finding for each workload that waits for a device: no size of a machine helps. */
function waitingForDevices(failures: readonly Failure[]): Finding[] {
    const waiting = new Map<Fact, { nodes: (string | undefined)[]; pods: Unschedulable }>();
    for (const { node, unschedulable } of failures) {
        for (const pods of unschedulable.filter(lacksDevice)) {
            const { fact } = pods.template.set;
            const nodes = [...(waiting.get(fact)?.nodes ?? []), node];
            waiting.set(fact, { nodes, pods });
        }
    }
    return [...waiting].map(([fact, { nodes, pods }]) => {
        const lost = nodes.filter((node) => node !== undefined);
        const when =
            lost.length < nodes.length ? "even with all nodes" : `with ${lost.join(" or ")} lost`;
        const devices = Object.keys(pods.missing?.amounts ?? {}).join(" and ");
        return violated(
            fact,
            `${when} ${pods.count} of its pods wait${pods.count === 1 ? "s" : ""} for ${devices}, of which no other node has as many; give a second worker the device, or ask for fewer`,
        );
    });
}

/**
 * HA-11.
 *
 * @param effort share of the usual number of courses of events to try; for whoever judges thousands
 * of stacks and asks for no more than a first impression
 */
export const spareNodeProvenBy = (effort: number): StackCriterion => ({
    id: "HA-11",
    name: "ha-11-spare-node",
    description:
        "Checks that every pod of the stack still finds a place when any one worker is lost, on machines that are as the settings say.",
    severity: "high",
    remediation:
        "Enlarge or add workers in `nodes` of the stack's settings, or lower requests and replicas.",
    judgeStack: (facts) => {
        const { machines, findings } = judgeMachines(facts);
        const proof = judgeCapacity(facts, ({ cluster, sets, templates, unknown }) => {
            const { nodes, fact } = cluster;
            if (cluster.unknown) {
                return { subjects: 1, findings: unknown };
            }
            const all = prove(nodes, templates, effort);
            const failures = withoutDevices(all);
            const changes = failures.length === 0 ? [] : remedies(nodes, templates, failures);
            const advice =
                changes.length > 0
                    ? `smallest change: ${changes.join(", or ")}`
                    : "neither larger workers nor more of them help: lower the replicas or relax the rules that keep them apart";
            return {
                subjects: losable(nodes).length,
                judged: [fact, ...sets.map((set) => set.fact)],
                findings: [
                    ...unknown,
                    ...failures.map((failure): Finding =>
                        violated(fact, `${describe(failure)}; ${advice}`),
                    ),
                    ...waitingForDevices(all),
                ],
            };
        });
        return {
            subjects: proof.subjects + machines.length,
            judged: [...(proof.judged ?? []), ...machines],
            findings: [...proof.findings, ...findings],
        };
    },
});

/** HA-11. */
export const spareNode = spareNodeProvenBy(1);
