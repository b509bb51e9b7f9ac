/**
 * How long a cluster waits when a node falls silent, and how a rehearsal waits shorter. What is
 * measured in a shortened rehearsal is turned into the stack's own durations here. Pure.
 *
 * Three waits follow each other (kubernetes v1.35.4: pkg/controller/nodelifecycle,
 * pkg/controller/tainteviction): until the node is `NotReady`, until its zone may evict another node,
 * and until a pod's toleration of `node.kubernetes.io/unreachable` has run out. Scheduling and
 * starting the replacement is as fast as the machine, and never shortened.
 */
import { readString, readTree, type Tree } from "../../policy/kernel/tree";
import { tolerates } from "../../policy/engines/scheduling/taints";
import type { ControlPlaneConfiguration } from "../control-plane/configuration";

/** Durations in seconds. */
export interface Timing {
    /** Without a sign of life until a node is `NotReady`. */
    readonly gracePeriod: number;
    /** Between two looks of the controller at the nodes. */
    readonly monitorPeriod: number;
    /** Nodes of a zone that are tainted per second, and so evicted; the second for a sick zone. */
    readonly evictionRate: number;
    readonly secondaryEvictionRate: number;
    /** How long a node's lease lasts; it is renewed four times as often. */
    readonly leaseSeconds: number;
    /** Divides the `tolerationSeconds` of pods. */
    readonly hurry: number;
}

/** The stack's durations, and those that the rehearsal uses. */
export interface Timings {
    readonly stack: Timing;
    readonly used: Timing;
}

/** Defaults of kube-controller-manager 1.35 and of the kubelet. */
const DEFAULTS: Timing = {
    gracePeriod: 50,
    monitorPeriod: 5,
    evictionRate: 0.1,
    secondaryEvictionRate: 0.01,
    leaseSeconds: 40,
    hurry: 1,
};

/** More would leave a loaded machine too little time to renew every lease. */
const GRACE_HURRY = 10;
/** The shortest common toleration, 30 s, becomes one second: they are whole numbers. */
const TOLERATION_HURRY = 30;

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** A duration as flags have it, such as `1m30s`, in seconds. */
function duration(text: string | undefined, fallback: number): number {
    const parts = [...(text ?? "").matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
    return parts.length === 0
        ? fallback
        : parts.reduce(
              (sum, [, number, unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0),
              0,
          );
}

/** The durations of a stack, as its machine configuration sets them. */
export function stackTiming({ controllerManager }: ControlPlaneConfiguration): Timing {
    return {
        ...DEFAULTS,
        gracePeriod: duration(controllerManager["node-monitor-grace-period"], DEFAULTS.gracePeriod),
        monitorPeriod: duration(controllerManager["node-monitor-period"], DEFAULTS.monitorPeriod),
        evictionRate: Number(controllerManager["node-eviction-rate"] ?? DEFAULTS.evictionRate),
        secondaryEvictionRate: Number(
            controllerManager["secondary-node-eviction-rate"] ?? DEFAULTS.secondaryEvictionRate,
        ),
    };
}

/** The same, so short that a loss takes half a minute. The order of events stays as it is. */
export function shortened(timing: Timing): Timing {
    return {
        gracePeriod: timing.gracePeriod / GRACE_HURRY,
        monitorPeriod: timing.monitorPeriod / GRACE_HURRY,
        evictionRate: timing.evictionRate * TOLERATION_HURRY,
        secondaryEvictionRate: timing.secondaryEvictionRate * TOLERATION_HURRY,
        leaseSeconds: Math.max(2, Math.floor(timing.leaseSeconds / GRACE_HURRY)),
        hurry: TOLERATION_HURRY,
    };
}

/** The durations of a stack, and those of its rehearsal: the same in real time, else short ones. */
export function timingsOf(configuration: ControlPlaneConfiguration, realTime: boolean): Timings {
    const stack = stackTiming(configuration);
    return { stack, used: realTime ? stack : shortened(stack) };
}

/** The stack's configuration with the durations of a timing in the controller manager's flags. */
export function withTiming(
    configuration: ControlPlaneConfiguration,
    timing: Timing,
): ControlPlaneConfiguration {
    return {
        ...configuration,
        controllerManager: {
            ...configuration.controllerManager,
            "node-monitor-grace-period": `${timing.gracePeriod * 1000}ms`,
            "node-monitor-period": `${timing.monitorPeriod * 1000}ms`,
            "node-eviction-rate": String(timing.evictionRate),
            "secondary-node-eviction-rate": String(timing.secondaryEvictionRate),
        },
    };
}

/** The taint of a silent node that evicts. */
const UNREACHABLE = { key: "node.kubernetes.io/unreachable", value: "", effect: "NoExecute" };

/**
 * How long pods stay on an unreachable node, in seconds; undefined for ever. As the taint manager
 * counts (`getMinTolerationTime`): the shortest of those that match.
 */
export function tolerationSeconds(tolerations: readonly unknown[]): number | undefined {
    const matching = tolerations.filter((toleration) => tolerates(toleration, UNREACHABLE));
    const limits = matching.flatMap((toleration) => {
        const { tolerationSeconds: seconds } = readTree(toleration);
        return typeof seconds === "number" ? [Math.max(0, seconds)] : [];
    });
    return matching.length === 0 ? 0 : limits.length === 0 ? undefined : Math.min(...limits);
}

/** A toleration's seconds in a shortened rehearsal; zero stands for less than half a second. */
export function inAHurry(seconds: number, { hurry }: Timing): number {
    return Math.round(seconds / hurry);
}

/** Tolerations with shortened seconds; undefined when there is nothing to shorten. */
export function hurried(tolerations: readonly Tree[], timing: Timing): Tree[] | undefined {
    const isLimited = (toleration: Tree) =>
        typeof toleration.tolerationSeconds === "number" &&
        readString(toleration, "effect") === "NoExecute";
    return timing.hurry === 1 || !tolerations.some(isLimited)
        ? undefined
        : tolerations.map((toleration) =>
              isLimited(toleration)
                  ? {
                        ...toleration,
                        tolerationSeconds: inAHurry(Number(toleration.tolerationSeconds), timing),
                    }
                  : toleration,
          );
}
