/** Every mutation, by what it weakens. */
import type { Mutation } from "../define";
import { capacityMutations } from "./capacity";
import { containerMutations } from "./containers";
import { machineMutations } from "./machines";
import { namespaceMutations } from "./namespaces";
import { newcomerMutations } from "./newcomers";
import { switchMutations } from "./switches";
import { systemMutations } from "./systems";
import { workloadMutations } from "./workloads";

export const mutations: readonly Mutation[] = [
    ...systemMutations,
    ...switchMutations,
    ...workloadMutations,
    ...capacityMutations,
    ...containerMutations,
    ...namespaceMutations,
    ...machineMutations,
    ...newcomerMutations,
];
