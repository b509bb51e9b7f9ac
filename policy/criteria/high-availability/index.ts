/** Category HA: high availability. */
import type { Criterion } from "../../kernel/criterion";
import { autoscaling } from "./autoscaling";
import { cephRedundancy } from "./ceph";
import { controlPlane } from "./control-plane";
import { disruptionBudgets } from "./disruption-budgets";
import { hostLoss } from "./host-loss";
import { differentHosts, workers } from "./machines";
import { probes } from "./probes";
import { quorums } from "./quorum";
import { references } from "./references";
import { replicas, spreadOverNodes } from "./replicas";
import { resources } from "./resources";
import { rollingUpdates } from "./rolling-updates";
import { spareNode } from "./spare-node";
import { volumes } from "./volumes";

export const highAvailability: readonly Criterion[] = [
    controlPlane,
    differentHosts,
    workers,
    replicas,
    disruptionBudgets,
    spreadOverNodes,
    probes,
    resources,
    quorums,
    cephRedundancy,
    rollingUpdates,
    autoscaling,
    spareNode,
    volumes,
    references,
    hostLoss,
];
