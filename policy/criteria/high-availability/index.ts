/** Category HA: high availability. */
import type { Criterion } from "../../kernel/criterion";
import { autoscaling } from "./autoscaling";
import { ceph } from "./ceph";
import { probes, resources } from "./containers";
import { controlPlane } from "./control-plane";
import { disruptionBudgets } from "./disruption-budgets";
import { placement, workers } from "./machines";
import { quorums } from "./quorum";
import { references } from "./references";
import { replicas, spread } from "./replicas";
import { rollingUpdates } from "./rolling-updates";
import { spareNode } from "./spare-node";
import { volumes } from "./volumes";

export const highAvailability: readonly Criterion[] = [
    controlPlane,
    placement,
    workers,
    replicas,
    disruptionBudgets,
    spread,
    probes,
    resources,
    quorums,
    ceph,
    rollingUpdates,
    autoscaling,
    spareNode,
    volumes,
    references,
];
