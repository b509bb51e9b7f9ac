/** Every mutation, by what it weakens. */
import type { Mutation } from "../define";
import { accessMutations } from "./access";
import { alertingMutations } from "./alerting";
import { capacityMutations } from "./capacity";
import { containerMutations } from "./containers";
import { deliveryMutations } from "./delivery";
import { detectionMutations } from "./detection";
import { flowMutations } from "./flows";
import { gatewayMutations } from "./gateway";
import { logMutations } from "./logs";
import { machineMutations } from "./machines";
import { meshMutations } from "./mesh";
import { monitoringMutations } from "./monitoring";
import { namespaceMutations } from "./namespaces";
import { newcomerMutations } from "./newcomers";
import { secretMutations } from "./secrets";
import { patchMutations } from "./patches";
import { podMutations } from "./pods";
import { restoreMutations } from "./restores";
import { switchMutations } from "./switches";
import { systemMutations } from "./systems";
import { traceMutations } from "./traces";
import { workloadMutations } from "./workloads";

export const mutations: readonly Mutation[] = [
    ...systemMutations,
    ...switchMutations,
    ...workloadMutations,
    ...podMutations,
    ...capacityMutations,
    ...containerMutations,
    ...secretMutations,
    ...namespaceMutations,
    ...flowMutations,
    ...gatewayMutations,
    ...accessMutations,
    ...logMutations,
    ...machineMutations,
    ...meshMutations,
    ...monitoringMutations,
    ...patchMutations,
    ...newcomerMutations,
    ...alertingMutations,
    ...traceMutations,
    ...restoreMutations,
    ...deliveryMutations,
    ...detectionMutations,
];
