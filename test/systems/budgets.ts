/**
 * How many resources the stack may have. A state in a file or bucket is written as a whole at every
 * step, and a preview judges every resource, so the number is decided and not found out.
 */

/** Everything in prod: components, secrets and objects. */
export const stackBudget = 4500;

/** Objects below one component of the platform, CRDs left out: upstream decides on those. */
export const componentBudget = 150;

/** Components that may have more, each with the reason. */
export const largerBudgets: Readonly<Record<string, { objects: number; reason: string }>> = {
    "grafana-operator": {
        objects: 250,
        reason: "the dashboards of every system, each an object of its own",
    },
    "istio-policies": {
        objects: 180,
        reason: "what the pods of every system let in, an object for each",
    },
};
