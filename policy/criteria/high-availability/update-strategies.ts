/** How kinds replace their pods, with the defaults of their APIs. */
import { read, type Reading } from "../../kernel/tree";
import type { WorkloadFact } from "../../kubernetes/scaling";

/** Where a kind says how it replaces its pods, and how many at once when it does not say. */
const STRATEGIES: Readonly<Record<string, { field: string; unavailable: number | string }>> = {
    Deployment: { field: "strategy", unavailable: "25%" },
    Rollout: { field: "strategy", unavailable: "25%" },
    StatefulSet: { field: "updateStrategy", unavailable: 1 },
};

/** Whether the kind replaces its pods by a strategy of its own. */
export function hasStrategy(kind: string): boolean {
    return Object.hasOwn(STRATEGIES, kind);
}

/** Percentages are rounded down, as the Deployment controller does. */
function amount(value: unknown, total: number): number | undefined {
    const percent = /^(\d+)%$/.exec(String(value));
    const result =
        percent === null ? Number(value) : Math.floor((Number(percent[1]) * total) / 100);
    return Number.isInteger(result) ? result : undefined;
}

/** How many of `total` pods an update takes away at once. */
export function unavailable({ inputs, object: { kind } }: WorkloadFact, total: number): Reading {
    const { field, unavailable: fallback } = STRATEGIES[kind] ?? {
        field: "strategy",
        unavailable: 0,
    };
    const type = read(inputs, ["spec", field, "type"]);
    if (type.state === "known" && type.value === "Recreate") {
        return { state: "known", value: total };
    }
    const [way] = ["canary", "rollingUpdate"].filter(
        (name) => read(inputs, ["spec", field, name]).state !== "absent",
    );
    const maximum = read(inputs, ["spec", field, way ?? "rollingUpdate", "maxUnavailable"]);
    if (type.state === "unknown" || maximum.state === "unknown") {
        return { state: "unknown" };
    }
    const value = amount(maximum.state === "known" ? maximum.value : fallback, total);
    return value === undefined ? { state: "unknown" } : { state: "known", value };
}
