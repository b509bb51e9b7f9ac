/** A recorded loss of worker-1, as the rehearsal of a small stack would have it. */
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import {
    type ObservedLoss,
    type Loss,
    toLoss,
    type Tolerations,
} from "../../../rehearsal/loss/loss";
import type { Sample } from "../../../rehearsal/loss/timeline";
import { shortened, stackTiming } from "../../../rehearsal/loss/timing";
import type { Promised } from "../../../rehearsal/promises";
import type { Recording } from "../../../rehearsal/recorder";
import { keyOf, type Measured } from "../../../rehearsal/services";

export const stackDurations = stackTiming(controlPlaneConfiguration([]));
export const timing = { stack: stackDurations, used: shortened(stackDurations) };

/** A Service `apps/<name>`. */
export function yardstick(name: string, changes: Partial<Measured> = {}): Measured {
    return {
        name: `apps/${name}`,
        kind: "Service",
        workloads: [`Deployment/apps/${name}`],
        needed: 1,
        critical: false,
        selector: {},
        ...changes,
    };
}

/** What is ready from a moment on: pods as `name@node`. */
export function sample(at: number, ...pods: string[]): Sample {
    return {
        at,
        endpoints: pods.map((text) => {
            const [pod = "", node = ""] = text.split("@");
            return { pod, node };
        }),
    };
}

/** NotReady after 5 s; pods that tolerate 300 s go at 15.1 s. */
export const givenUp = [{ node: "worker-1", notReady: 5, tainted: 5.1 }];

export const nothingFound: ObservedLoss = {
    unplaced: [],
    waiting: [],
    local: 2,
    evicted: 1,
    consequences: [],
    seconds: 25,
};

/** Loses worker-1. */
export function lossOf(
    courses: readonly (readonly [Measured, ...Sample[]])[],
    {
        created = new Map<string, number>(),
        tolerations = new Map<string, number | undefined>(),
        found = {},
        nodes = ["worker-1"],
        used = timing.used,
        isPromised = () => true,
    }: {
        created?: Recording["created"];
        tolerations?: Tolerations;
        found?: Partial<ObservedLoss>;
        nodes?: readonly string[];
        used?: typeof stackDurations;
        isPromised?: Promised;
    } = {},
): Loss {
    const samples = new Map(courses.map(([item, ...taken]) => [keyOf(item), taken]));
    return toLoss(
        { lost: nodes.join(" and "), nodes },
        { samples, created, givenUp, end: 20 },
        tolerations,
        { ...nothingFound, ...found },
        {
            yardsticks: { measured: courses.map(([item]) => item) },
            timing: { stack: stackDurations, used },
            isPromised,
        },
    );
}
