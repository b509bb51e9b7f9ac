/** Category HA: high availability. */
import type { Criterion } from "../machinery/criterion";
import { probes, resources } from "./containers";
import { controlPlane } from "./control-plane";
import { disruptionBudgets } from "./disruption-budgets";
import { replicas, spread } from "./replicas";

export const highAvailability: readonly Criterion[] = [
    controlPlane,
    replicas,
    disruptionBudgets,
    spread,
    probes,
    resources,
];
