/** Scenarios as Schedules of Chaos Mesh (chaos-mesh v2.8.3: api/v1alpha1). Pure. */
import type { Manifest } from "../base/object";
import type { Damage, Scenario, Victims } from "./chaos-scenarios";

/** Name of everything that is the chart's. */
export const CHAOS_MESH = "chaos-mesh";

/** Monday to Friday, in UTC, when people are there who could help. */
const DAYS = 5;
const FIRST_HOUR = 8;
const MINUTES_A_DAY = 8 * 60;
/** Most minutes between two of them: what was broken is whole again, and its alerts are over. */
const WIDEST = 30;

/**
 * When each of so many scenarios runs, once a week, as cron has it: never two at once, as long as
 * there are fewer than a thousand.
 */
export function weekly(count: number): string[] {
    const perDay = Math.ceil(count / DAYS);
    const apart = Math.max(1, Math.min(WIDEST, Math.floor(MINUTES_A_DAY / Math.max(1, perDay))));
    return Array.from({ length: count }, (_, index) => {
        const minute = (Math.floor(index / DAYS) * apart) % MINUTES_A_DAY;
        const hour = FIRST_HOUR + Math.floor(minute / 60);
        return `${minute % 60} ${hour} * * ${(index % DAYS) + 1}`;
    });
}

function selector({ namespaces, pods, node }: Victims) {
    return {
        namespaces: [...namespaces],
        ...(pods === undefined ? {} : { labelSelectors: { ...pods } }),
        ...(node === undefined ? {} : { nodes: [node] }),
    };
}

/** `ENOSPC` of Linux (include/uapi/asm-generic/errno-base.h): no space left on device. */
const NO_SPACE = 28;

/** What a volume without room refuses (api/v1alpha1/podiochaos_types.go, IoMethod). */
const WRITING = ["write", "create", "mkdir"];

/** What is done, by the field of a Schedule that says it. */
function work({ damage, volume }: Scenario, dns: string): { type: string; field: object } {
    const works: Readonly<Record<Damage["name"], { type: string; field: object }>> = {
        "pod-killed": { type: "PodChaos", field: { action: "pod-kill" } },
        "node-lost": { type: "PodChaos", field: { action: "pod-kill", mode: "all" } },
        "cut-off": { type: "NetworkChaos", field: { action: "partition", direction: "both" } },
        // A pod sends to the Service: its address is translated on the node, behind the pod's own
        // network (socketLB.hostNamespaceOnly of Cilium).
        "names-gone": {
            type: "NetworkChaos",
            field: { action: "partition", direction: "to", externalTargets: [dns] },
        },
        "clock-wrong": { type: "TimeChaos", field: { timeOffset: "-10m" } },
        "disk-full": {
            type: "IOChaos",
            field: {
                action: "fault",
                errno: NO_SPACE,
                percent: 100,
                methods: WRITING,
                volumePath: volume?.path,
                containerNames: [volume?.container],
            },
        },
    };
    return works[damage.name];
}

/** Key of a Schedule that holds what is done: `podChaos` for `PodChaos`. */
function keyOf(type: string): string {
    return type === "IOChaos" ? "ioChaos" : `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
}

/**
 * A scenario as a Schedule.
 *
 * @param when as cron has it, in UTC
 * @param dns address of the cluster's DNS Service
 */
export function scheduleOf(scenario: Scenario, when: string, dns: string): Manifest {
    const { damage, victims } = scenario;
    const { type, field } = work(scenario, dns);
    return {
        apiVersion: "chaos-mesh.org/v1alpha1",
        kind: "Schedule",
        metadata: { name: scenario.name, namespace: CHAOS_MESH },
        spec: {
            schedule: when,
            type,
            concurrencyPolicy: "Forbid",
            historyLimit: 3,
            // What was missed is not made up for: it would run at another's time.
            startingDeadlineSeconds: 300,
            [keyOf(type)]: {
                mode: "one",
                ...field,
                selector: selector(victims),
                ...(damage.minutes === 0 ? {} : { duration: `${damage.minutes}m` }),
            },
        },
    };
}
